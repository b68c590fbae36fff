import { LimitReached, MailboxFull, NoSuchActor, Table, type AnyDefinition, type Codec, type Failure, type Intercepted } from "../../core/index.ts"
import type { Fault, FaultKind } from "./case.ts"

/** How each kind of fault shows to the actors. */

const REPLY = 2
const BOUNCE = 3
const TIMER = 4

/** Which kinds a message can meet while it is handled. */
export const possibleFaults = ({ kind, then, message }: Intercepted, definition: AnyDefinition | undefined): readonly FaultKind[] => {
  if (kind === REPLY) return then === undefined ? [] : message.reply === undefined ? RETURNED : REPLIED
  if (kind === BOUNCE) return then !== undefined || definition?.bounced !== undefined ? BOUNCED : []
  if (kind === TIMER) return VIEWS
  return kind === 0 ? VIEWS : CALLED
}

const REPLIED: readonly FaultKind[] = ["refuseReply", "wrongReply", "staleView"]
const RETURNED: readonly FaultKind[] = ["refuseReply", "staleView"]
const BOUNCED: readonly FaultKind[] = ["refuseResolve", "staleView"]
const CALLED: readonly FaultKind[] = ["refuseCall", "exceedCapacity", "missingActor", "staleView"]
const VIEWS: readonly FaultKind[] = ["staleView"]

/** What a fault does to its message; undefined where it does nothing to the message itself. */
export const effectOf = ({ kind, nth }: Fault, message: Intercepted): Failure | { readonly reply: unknown } | undefined => {
  if (kind === "exceedCapacity") return new MailboxFull({ maximum: 0n })
  if (kind === "missingActor") return new NoSuchActor({ address: message.to })
  if (kind === "wrongReply") return { reply: wrong(message.message.reply as Codec<any>, message.payload, nth) }
  if (kind === "staleView") return undefined
  return new LimitReached({ limit: `fault: ${kind}`, maximum: 0n })
}

/** Another value of the same form: every number is one more, or zero. */
const wrong = (codec: Codec<any>, value: unknown, nth: number): unknown => {
  const changed = distort(value, nth)
  return codec.check(changed) === undefined ? changed : value
}

const distort = (value: unknown, nth: number): unknown => {
  if (typeof value === "bigint") return nth % 2 === 0 ? value + 1n : 0n
  if (typeof value === "boolean") return !value
  if (typeof value !== "object" || value === null || Table.isTable(value)) return value
  if (Array.isArray(value)) return value.map((item) => distort(item, nth))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, distort(item, nth)]))
}
