import type { AnyMessage, World } from "../../core/index.ts"
import type { Arena } from "./arena.ts"
import type { Sending } from "./case.ts"
import { pick, type Draw } from "./draw.ts"
import { isRelative, relativeTo, resolved } from "./relative.ts"
import type { Position } from "./source.ts"

/** What is refused by a limit, again with less. */

/** Far less, or a little. */
const PARTS: readonly (readonly [bigint, bigint])[] = [[1n, 2n], [1n, 3n], [1n, 10n], [1n, 1000n], [3n, 4n], [9n, 10n], [99n, 100n]]

/** The same with a part of each number. */
export const lessened = (send: Sending, draw: Draw): Sending => {
  const [part, whole] = pick(draw, PARTS)
  return partOf(send, part, whole)
}

/**
 * The same with the largest part of each number that the world as it is accepts, found by halving on forks of it; undefined where there is
 * none, or where something is under way that might change the answer.
 */
export const largestAccepted = (arena: Arena, { sight: { world }, apart }: Position, send: Sending): Sending | undefined => {
  if (world.pending > 0) return undefined
  const whole = largestIn([resolved(send.payload, world), resolved(send.funds, world)])
  const accepts = (part: bigint): boolean => apart((fork) => isAccepted(fork, arena, partOf(send, part, whole)))
  let [accepted, refused] = [1n, whole]
  if (whole < 2n || !accepts(accepted)) return undefined
  while (refused - accepted > 1n && refused > accepted + (accepted >> PRECISION_BITS)) {
    const middle = (accepted + refused) >> 1n
    if (accepts(middle)) accepted = middle
    else refused = middle
  }
  return partOf(send, accepted, whole)
}

/** Limits are found exactly up to 2^40; above, to as many bits. */
const PRECISION_BITS = 40n

const isAccepted = (fork: World, arena: Arena, { from, to, message, payload, funds }: Sending): boolean => {
  const type = arena.messages.get(message) as AnyMessage
  fork.send(from, to, type, resolved(payload, fork) as never, { funds: resolved(funds, fork) as { readonly [asset: string]: bigint } })
  const { ended } = fork.step([], { time: fork.time }).raw
  return ended.some((one) => one.kind === 0 && one.from === from && one.message === type && one.outcome === 1)
}

const partOf = (send: Sending, part: bigint, whole: bigint): Sending => {
  const less = (value: unknown): unknown => {
    if (typeof value === "bigint") return (value * part) / whole
    if (typeof value !== "object" || value === null) return value
    if (isRelative(value)) return relativeTo(value.source, value.numerator * part, value.denominator * whole, value.plus, value.maximum)
    if (Array.isArray(value)) return value.map(less)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, less(item)]))
  }
  return { ...send, payload: less(send.payload), funds: less(send.funds) as Sending["funds"] }
}

const largestIn = (value: unknown): bigint => {
  if (typeof value === "bigint") return value
  if (typeof value !== "object" || value === null) return 0n
  return Object.values(value).reduce<bigint>((largest, item) => {
    const own = largestIn(item)
    return own > largest ? own : largest
  }, 0n)
}
