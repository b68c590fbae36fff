import type { EndedMessage, MessageRecord } from "./block.ts"
import { endedOf, recordOf } from "./block.ts"
import { PENDING, type Envelope } from "./envelope.ts"
import { show } from "./show.ts"

/** A message in the tree that one transaction caused. */
export interface TraceNode {
  readonly message: MessageRecord
  /** Absent while the message is under way. */
  readonly ended: EndedMessage | undefined
  readonly children: readonly TraceNode[]
}

/** The tree over the envelopes of one cause. */
export const treeOf = (envelopes: readonly Envelope[]): TraceNode | undefined => {
  const children = new Map<string, Envelope[]>()
  for (const envelope of envelopes) {
    const parent = envelope.parentFrom === "" ? "" : envelope.parentId
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [envelope])
    else siblings.push(envelope)
  }
  const node = (envelope: Envelope): TraceNode => ({
    message: recordOf(envelope),
    ended: envelope.outcome === PENDING ? undefined : endedOf(envelope),
    children: (children.get(envelope.id) ?? []).map(node),
  })
  const root = children.get("")?.[0]
  return root === undefined ? undefined : node(root)
}

/**
 * The tree as text, one line a message: block, sender -> receiver, type, what it carried, how it ended.
 *
 *     block 1  alice -> amm/eth-usdc  amm/Swap { minimumOut: 9n } with 10 eth: handled, reply { amountOut: 9n }
 *     block 2  └─ amm/eth-usdc -> alice  core/Payment with 9 usdc: handled
 */
export const printTrace = (root: TraceNode): string => {
  const lines: string[] = []
  const visit = (node: TraceNode, lead: string, branch: string, below: string): void => {
    lines.push(`block ${node.ended === undefined ? "?" : node.ended.height}  ${lead}${branch}${lineOf(node)}`)
    node.children.forEach((child, index) => {
      const last = index === node.children.length - 1
      visit(child, lead + below, last ? "└─ " : "├─ ", last ? "   " : "│  ")
    })
  }
  visit(root, "", "", "")
  return lines.join("\n")
}

const lineOf = ({ message, ended }: TraceNode): string => {
  const { kind, from, to, type, payload, funds, reason } = message
  const what = kind === "call" || kind === "transaction" ? type : `${kind} of ${type}`
  const carried = kind === "bounce" || isEmpty(payload) ? "" : ` ${show(payload)}`
  const money = funds.isEmpty ? "" : ` with ${funds.toString()}`
  const because = reason === undefined ? "" : `, because ${reason.message}`
  return `${from} -> ${to}  ${what}${carried}${money}${because}: ${endOf(ended)}`
}

const isEmpty = (value: unknown): boolean => value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)

const endOf = (ended: EndedMessage | undefined): string => {
  if (ended === undefined) return "under way"
  const { end, refusal, defect, reply, events } = ended
  if (end !== "handled") return `${end}, ${refusal?.toString() ?? "without a reason"}${defect === undefined ? "" : ` [${defect.problem}]`}`
  const answer = reply === undefined ? "" : `, reply ${show(reply)}`
  const told = events.length === 0 ? "" : `, ${events.map(({ event, fields }) => `${event.name} ${show(fields)}`).join(", ")}`
  const failed = refusal === undefined ? "" : `, but its handler failed: ${refusal.toString()}`
  return `handled${answer}${told}${failed}`
}

/** What a node must look like; fields that are not given match anything. */
export interface TracePattern {
  readonly from?: string
  readonly to?: string
  readonly type?: string
  readonly kind?: MessageRecord["kind"]
  readonly end?: EndedMessage["end"]
  /** Tag of the refusal, or of the reason of a bounce. */
  readonly refusal?: string
  /** Amounts that are attached, by asset. */
  readonly funds?: { readonly [asset: string]: bigint }
}

const matches = (node: TraceNode, pattern: TracePattern): boolean => {
  const { message, ended } = node
  if (pattern.from !== undefined && message.from !== pattern.from) return false
  if (pattern.to !== undefined && message.to !== pattern.to) return false
  if (pattern.type !== undefined && message.type !== pattern.type) return false
  if (pattern.kind !== undefined && message.kind !== pattern.kind) return false
  if (pattern.end !== undefined && ended?.end !== pattern.end) return false
  if (pattern.refusal !== undefined && (message.reason ?? ended?.refusal)?._tag !== pattern.refusal) return false
  return Object.entries(pattern.funds ?? {}).every(([asset, amount]) => message.funds.get(asset) === amount)
}

/** Every node of the tree that matches, parents before children. */
export const findInTrace = (root: TraceNode, pattern: TracePattern): readonly TraceNode[] => {
  const found = root.children.flatMap((child) => findInTrace(child, pattern))
  return matches(root, pattern) ? [root, ...found] : found
}

/** The first node that matches. Throws an error that shows the whole tree where there is none: made for tests. */
export const expectInTrace = (root: TraceNode, pattern: TracePattern): TraceNode => {
  const [first] = findInTrace(root, pattern)
  if (first === undefined) throw new Error(`no message matches ${show(pattern)} in\n${printTrace(root)}`)
  return first
}
