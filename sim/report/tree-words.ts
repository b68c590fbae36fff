import type { AssetId, Failure, FundsLike } from "../../core/index.ts"
import { Funds } from "../../core/index.ts"
import { decimal, grouped } from "../decimal.ts"
import type { EndedEnvelope } from "./chart.ts"
import type { MessageData, TreeData } from "./data.ts"
import type { Tree } from "./trees.ts"

/** Decimals of assets; of one that is not listed, amounts are told in its smallest unit. */
export type Decimals = { readonly [asset: AssetId]: number }

const KINDS = ["transaction", "call", "reply", "bounce", "timer"] as const
const ENDS = ["under way", "handled", "bounced", "expired"] as const
const TEXT_MAX = 400

/** A tree as the page is given it. */
export const treeData = (tree: Tree, reasons: readonly string[], decimals: Decimals): TreeData => {
  const place = `${tree.block}:${tree.index}`
  if (tree.door !== undefined) return doorData(tree, reasons, decimals)
  const inOrder = tree.messages.map((message, position) => ({ message, position })).sort((left, right) => endOf(left.message) - endOf(right.message) || left.position - right.position)
  const all = inOrder.map(({ message }) => message)
  const places = new Map(all.map(({ id }, index) => [id, index]))
  const messages = all.map((message) => {
    const parent = message.parentFrom === "" ? -1 : (places.get(message.parentId) ?? -1)
    return messageData(message, parent, all[parent]?.endedAt ?? tree.start, decimals)
  })
  const root = messages.find(({ parent }) => parent < 0) as MessageData
  return {
    place,
    block: tree.block,
    ...(!tree.isFirst && { part: tree.start }),
    reasons,
    from: root.from,
    to: root.to,
    type: root.type,
    status: root.end,
    trouble: messages.some(({ end, refusal }) => end === "bounced" || end === "expired" || refusal !== undefined),
    messages,
    more: tree.more,
  }
}

/** Those under way come last. */
const endOf = ({ outcome, endedAt }: EndedEnvelope): number => (outcome === 0 ? Number.MAX_SAFE_INTEGER : endedAt)

const messageData = (envelope: EndedEnvelope, parent: number, sent: number, decimals: Decimals): MessageData => {
  const { kind, message, refusal, reason, outcome, events, deadline, defect } = envelope
  const answers = KINDS[kind] === "reply" || KINDS[kind] === "bounce"
  const reply = answers || envelope.result === undefined ? "" : inWords(envelope.result)
  // A bounce returns the payload as it was: the message that it answers shows it.
  const payload = KINDS[kind] === "bounce" ? "" : inWords(envelope.payload)
  return {
    id: envelope.id,
    kind: KINDS[kind] as MessageData["kind"],
    parent,
    from: envelope.from,
    to: envelope.to,
    type: message.name,
    sent,
    ...(outcome !== 0 && { ended: envelope.endedAt }),
    end: ENDS[outcome] as MessageData["end"],
    hop: envelope.hop,
    ...(!envelope.funds.isEmpty && { funds: fundsInWords(envelope.funds, decimals) }),
    ...(payload !== "" && { payload }),
    ...(reply !== "" && { reply }),
    ...(events !== undefined && events.length > 0 && { events: events.map(({ event, fields }) => clipped(`${event.name} ${inWords(fields)}`.trim())) }),
    ...(refusal !== undefined && { refusal: failureInWords(refusal) }),
    ...(reason !== undefined && { reason: failureInWords(reason) }),
    ...(defect !== undefined && { defect: clipped(defect.problem) }),
    // Above every height: there is none.
    ...(deadline <= 2 ** 31 - 2 && { deadline }),
  }
}

/** A transaction that was not admitted: one message, which nobody received. */
const doorData = (tree: Tree, reasons: readonly string[], decimals: Decimals): TreeData => {
  const { given, refusal } = tree.door as NonNullable<Tree["door"]>
  const { from, to, type } = { from: textOf(given?.from), to: textOf(given?.to), type: textOf((given?.message as { readonly name?: unknown } | undefined)?.name) }
  const funds = attached(given?.funds, decimals)
  const payload = inWords(given?.payload)
  return {
    place: `${tree.block}:${tree.index}`,
    block: tree.block,
    reasons,
    from,
    to,
    type,
    status: "refused",
    trouble: true,
    messages: [
      {
        id: `${from}@${textOf(given?.nonce)}`,
        kind: "transaction",
        parent: -1,
        from,
        to,
        type,
        sent: tree.block,
        ended: tree.block,
        end: "refused",
        hop: 0,
        ...(funds.length > 0 && { funds }),
        ...(payload !== "" && { payload }),
        refusal: failureInWords(refusal),
      },
    ],
    more: 0,
  }
}

const textOf = (value: unknown): string => (value === undefined ? "?" : clipped(String(value)))

/** Funds of a transaction that may be malformed. */
const attached = (funds: FundsLike | undefined, decimals: Decimals): readonly string[] => {
  if (funds === undefined) return []
  try {
    return fundsInWords(Funds.from(funds), decimals)
  } catch {
    return [clipped(String(funds))]
  }
}

/** `1.5 eth`; in the smallest unit where nobody says what its decimals are. */
const fundsInWords = (funds: Funds, decimals: Decimals): readonly string[] =>
  [...funds].map(([asset, amount]) => {
    const places = Object.hasOwn(decimals, asset) ? decimals[asset] : undefined
    return places === undefined ? `${grouped(amount)} units of ${asset}` : `${thousands(decimal(amount, places))} ${asset}`
  })

/** An exact decimal word with its thousands set apart. */
const thousands = (word: string): string => {
  const [whole = "", part] = word.split(".")
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${part === undefined ? "" : `.${part}`}`
}

const failureInWords = (failure: Failure): { readonly kind: string; readonly text: string } => ({ kind: failure._tag, text: clipped(failure.message) })

const clipped = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX).toWellFormed()}...` : text.toWellFormed())

/** A payload, reply or event's fields in words, fields by name; nothing of what is empty. */
export const inWords = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return value === undefined ? "" : clipped(word(value))
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return clipped(fields.map(([name, field]) => `${name} ${word(field)}`).join(", "))
}

const word = (value: unknown): string => {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))) return grouped(value)
  if (Array.isArray(value)) return `[${value.slice(0, 20).map(word).join(", ")}${value.length > 20 ? ", ..." : ""}]`
  if (typeof value !== "object" || value === null) return String(value)
  return `{ ${inWords(value)} }`
}
