import type { MessageData, TreeData } from "../data.ts"
import { el, tableOf } from "./dom.ts"
import { blockWords } from "./report.ts"
import { noteOf, sequenceOf } from "./sequence.ts"
import { counted, numberWords, ownName } from "./words.ts"

/** One transaction: its sequence chart, the message that is chosen in it, and all of them as a table. */
export const transactionPanel = (tree: TreeData, width: number): HTMLElement => {
  const chosen = el("div", { class: "message-details", "aria-live": "polite" })
  const select = (index: number): void => chosen.replaceChildren(detailsOf(tree, tree.messages[index] as MessageData))
  const panel = el(
    "div",
    { class: "transaction" },
    el("h3", { id: "transaction-name", tabindex: -1 }, `${ownName(tree.type)} `, el("span", { class: `badge ${statusClass(tree)}` }, statusWords(tree))),
    el("p", { class: "where" }, `Transaction ${tree.place}${tree.part === undefined ? "" : `, the part from block ${numberWords(tree.part, 0)} on`} from `, el("b", {}, tree.from), " to ", el("b", {}, tree.to), `, ${blockWords(tree.block)}. ${spanOf(tree)}`),
    el("p", { class: "why" }, `Recorded because: ${tree.reasons.join(", ")}.`),
    el("div", { class: "scrolls sequence-box" }, sequenceOf(tree, width, select)),
    tree.more === 0 ? undefined : el("p", { class: "why" }, `${counted(tree.more, "message")} more are not kept.`),
    chosen,
    el("details", { class: "numbers" }, el("summary", {}, "Messages as a table"), el("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": "Messages as a table" }, messagesTable(tree))),
  )
  select(0)
  return panel
}

export const statusClass = ({ status, trouble }: TreeData): string => (status === "handled" ? (trouble ? "mixed" : "good") : status === "under way" ? "quiet" : "bad")

export const statusWords = ({ status, trouble }: TreeData): string => (status === "handled" && trouble ? "refusal inside" : status)

const spanOf = ({ messages }: TreeData): string => {
  const blocks = new Set(messages.flatMap(({ ended }) => (ended === undefined ? [] : [ended]))).size
  return `${counted(messages.length, "message")} over ${counted(Math.max(1, blocks), "block")}.`
}

const detailsOf = (tree: TreeData, message: MessageData): HTMLElement => {
  const { kind, type, from, to, sent, ended, end, hop, funds, payload, reply, events, refusal, reason, defect, deadline, parent } = message
  const cause = tree.messages[parent]
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["from", from],
    ["to", to],
    ["sent in", `block ${numberWords(sent, 0)}`],
    [end === "under way" ? "state" : end, ended === undefined ? "under way" : `in block ${numberWords(ended, 0)}`],
    ["hop", String(hop)],
    ["caused by", cause === undefined ? undefined : `${cause.kind} ${ownName(cause.type)} to ${cause.to}`],
    ["funds", funds?.join(", ")],
    ["payload", payload],
    ["reply", reply],
    ["events", events?.join("\n")],
    ["refusal", refusal === undefined ? undefined : `${refusal.kind}: ${refusal.text}`],
    ["comes back because", reason === undefined ? undefined : `${reason.kind}: ${reason.text}`],
    ["defect", defect],
    ["deadline", deadline === undefined ? undefined : `block ${numberWords(deadline, 0)}`],
    ["id", message.id],
  ]
  return el(
    "section",
    {},
    el("h4", {}, `${kind === "transaction" ? "Transaction" : kind === "call" ? "Message" : kind === "reply" ? "Reply to" : kind === "bounce" ? "Bounce of" : "Timer"} ${type}`),
    el("dl", {}, ...facts.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [el("div", { class: name === "refusal" || name === "defect" || name.startsWith("comes") ? "bad" : undefined }, el("dt", {}, name), el("dd", {}, value))]))),
  )
}

const messagesTable = ({ place, messages }: TreeData): HTMLElement =>
  tableOf(`Messages of transaction ${place}`, ["#", "block", "kind", "message", "from", "to", "funds", "came to"], messages.map((message, index) => [
    String(index),
    message.ended === undefined ? "" : numberWords(message.ended, 0),
    message.kind,
    message.type,
    message.from,
    message.to,
    message.funds?.join(", ") ?? "",
    noteOf(message) === "" ? message.end : noteOf(message),
  ]))
