import type { TreeData } from "../data.ts"
import { byId, el } from "./dom.ts"
import { report } from "./report.ts"
import { statusClass, statusWords, transactionPanel } from "./transaction-panel.ts"
import { counted, numberWords, ownName } from "./words.ts"

const { shown, total, every, missing } = report.transactions

/** Refusals, bounces and marks before what went well, which is mostly alike; then by block. */
const inOrder = [...shown].sort((left, right) => Number(right.trouble) - Number(left.trouble))

interface Filter {
  kind: string
  words: string
  from: number
  to: number
}

const filter: Filter = { kind: "all", words: "", from: 0, to: report.blocks }
let chosen: TreeData | undefined = inOrder[0]

const lastBlock = ({ messages, block }: TreeData): number => messages.reduce((last, { ended = report.blocks }) => Math.max(last, ended), block)

const KINDS: { readonly [kind: string]: readonly [label: string, fits: (tree: TreeData) => boolean] } = {
  all: ["all", () => true],
  trouble: ["refused or bounced", ({ trouble }) => trouble],
  well: ["all went well", ({ trouble }) => !trouble],
  long: ["over 4 blocks or more", (tree) => lastBlock(tree) - tree.block >= 3],
  unfinished: ["under way at the end", ({ messages }) => messages.some(({ end }) => end === "under way")],
}

const wordsOf = ({ place, type, from, to, reasons, messages }: TreeData): string =>
  [place, type, from, to, ...reasons, ...messages.flatMap(({ refusal, to: party }) => [party, refusal?.kind ?? ""])].join(" ").toLowerCase()

const fits = (tree: TreeData): boolean =>
  (KINDS[filter.kind]?.[1](tree) ?? true) && tree.block <= filter.to && lastBlock(tree) >= filter.from && (filter.words === "" || wordsOf(tree).includes(filter.words.toLowerCase()))

const list = el("ul", { id: "transaction-list", role: "listbox", tabindex: 0, "aria-label": "Recorded transactions" })
const panel = el("div", { id: "transaction-panel" })
const count = el("output", { class: "count" })
const everyBlock = el("button", { type: "button", class: "quiet", hidden: true }, "every block")
let listed: readonly TreeData[] = []

const idOf = (tree: TreeData): string => `t-${tree.place.replace(":", "-")}${tree.part === undefined ? "" : `-${tree.part}`}`

const optionOf = (tree: TreeData): HTMLElement => {
  const option = el(
    "li",
    { role: "option", id: idOf(tree), "aria-selected": String(tree === chosen) },
    el("span", { class: "place" }, tree.place),
    el("span", { class: "what" }, ownName(tree.type)),
    el("span", { class: `badge ${statusClass(tree)}` }, statusWords(tree)),
    el("span", { class: "who" }, `${tree.from} → ${tree.to}`),
    el("span", { class: "size" }, counted(tree.messages.length + tree.more, "message")),
  )
  option.addEventListener("click", () => {
    choose(tree)
    // On a phone the chart is below the list.
    if (panel.getBoundingClientRect().top > innerHeight * 0.8) panel.scrollIntoView({ block: "start" })
  })
  return option
}

const showList = (): void => {
  listed = inOrder.filter(fits)
  list.replaceChildren(...(listed.length === 0 ? [el("li", { class: "empty" }, "Nothing that is recorded fits. Widen the choice, or run again with --tree BLOCK:INDEX.")] : listed.map(optionOf)))
  const some = filter.from > 0 || filter.to < report.blocks
  count.textContent = `${counted(listed.length, "transaction")}${some ? ` of blocks ${numberWords(filter.from, 0)} to ${numberWords(filter.to, 0)}` : ""}`
  everyBlock.hidden = !some
}

const choose = (tree: TreeData): void => {
  chosen = tree
  for (const option of list.children) option.setAttribute("aria-selected", String(option.id === idOf(tree)))
  list.setAttribute("aria-activedescendant", idOf(tree))
  showPanel()
  document.getElementById(idOf(tree))?.scrollIntoView({ block: "nearest" })
}

const showPanel = (): void => {
  if (chosen === undefined) panel.replaceChildren(el("p", { class: "empty" }, "No transaction is recorded."))
  else panel.replaceChildren(transactionPanel(chosen, Math.max(260, panel.clientWidth - 2)))
}

const moveByKey = (event: KeyboardEvent): void => {
  const at = chosen === undefined ? -1 : listed.indexOf(chosen)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: listed.length - 1, PageDown: at + 8, PageUp: at - 8 }[event.key]
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault()
    panel.querySelector<SVGElement>(".message")?.focus()
    return
  }
  if (next === undefined || listed.length === 0) return
  event.preventDefault()
  choose(listed[Math.min(Math.max(next, 0), listed.length - 1)] as TreeData)
}

/** Lists what is recorded of some blocks, and opens the first of it. */
export const showBlocks = (from: number, to: number): void => {
  filter.from = from
  filter.to = to
  showList()
  const [first] = listed
  if (first !== undefined) choose(first)
  byId("transactions").scrollIntoView({ block: "start" })
  list.focus({ preventScroll: true })
}

/** Opens a transaction by its place, if it is recorded. */
export const showTransaction = (place: string): void => {
  const tree = shown.find((other) => other.place === place)
  if (tree === undefined) return
  Object.assign(filter, { kind: "all", words: "", from: 0, to: report.blocks } satisfies Filter)
  showList()
  choose(tree)
  byId("transactions").scrollIntoView({ block: "start" })
  list.focus({ preventScroll: true })
}

const choiceWords = (): string => {
  const all = total <= shown.filter(({ part }) => part === undefined).length
  if (all) return `All ${counted(total, "transaction")} of the run are here.`
  return `Of ${counted(total, "transaction")} ${numberWords(shown.length, 0)} are here, chosen by rules that depend on the run alone: the first few with each kind of refusal and of each type, marked events, the largest, those over most blocks, and one in ${numberWords(every, 0)} of all. Any other: run again with --tree BLOCK:INDEX.`
}

export const transactionsSection = (): HTMLElement => {
  const select = el("select", { "aria-label": "which transactions" }, ...Object.entries(KINDS).map(([kind, [label]]) => el("option", { value: kind }, label)))
  const search = el("input", { type: "search", placeholder: "address, message, failure", "aria-label": "search transactions" })
  select.addEventListener("change", () => {
    filter.kind = select.value
    showList()
  })
  search.addEventListener("input", () => {
    filter.words = search.value.trim()
    showList()
  })
  everyBlock.addEventListener("click", () => {
    Object.assign(filter, { from: 0, to: report.blocks })
    showList()
  })
  list.addEventListener("keydown", moveByKey)
  return el(
    "section",
    { id: "transactions", "aria-labelledby": "transactions-title" },
    el("h2", { id: "transactions-title" }, "Transactions"),
    el("p", { class: "lead" }, `What each transaction caused, message by message. ${choiceWords()}`),
    ...missing.map((words) => el("p", { class: "missing" }, `Not found: ${words}.`)),
    el("div", { class: "master" }, el("div", { class: "choice" }, el("div", { class: "filters" }, select, search), el("div", { class: "counted" }, count, everyBlock), list), panel),
  )
}

/** After the section is in the page, whose width it needs. */
export const startTransactions = (): void => {
  showList()
  showPanel()
  let width = panel.clientWidth
  new ResizeObserver(() => {
    if (panel.clientWidth === width || document.documentElement.classList.contains("paper")) return
    width = panel.clientWidth
    showPanel()
  }).observe(panel)
}
