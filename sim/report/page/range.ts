import { byId, el } from "./dom.ts"
import { report, timeOf } from "./report.ts"
import { numberWords, timeWords } from "./words.ts"

/** The blocks that all charts over time show. */
export interface Range {
  readonly from: number
  readonly to: number
}

type Listener = (range: Range) => void

const listeners: Listener[] = []
let range: Range = { from: 0, to: report.blocks }

export const rangeNow = (): Range => range
export const onRange = (listener: Listener): void => void listeners.push(listener)

/** Fewer blocks than these are not looked at. */
const BLOCKS_LEAST = Math.max(1, Math.min(report.blocks, 8 * report.stride))

/** Two sliders over one line, each a control of its own for the keyboard, and the words for what they say. */
export const startRange = (): void => {
  const slider = (name: string, value: number): HTMLInputElement =>
    el("input", { type: "range", min: 0, max: report.blocks, step: report.stride, value, "aria-label": name })
  const from = slider("first block of the charts", 0)
  const to = slider("last block of the charts", report.blocks)
  const words = el("output", { class: "range-words" })
  const filled = el("span", { class: "range-filled" })
  const all = el("button", { type: "button", class: "quiet" }, "whole run")
  const show = (): void => {
    const { blocks } = report
    const text = `blocks ${numberWords(range.from, 0)} to ${numberWords(range.to, 0)}`
    words.textContent = text
    words.title = `${timeWords(timeOf(range.from))} to ${timeWords(timeOf(range.to))} UTC`
    from.setAttribute("aria-valuetext", `block ${range.from}`)
    to.setAttribute("aria-valuetext", `block ${range.to}`)
    filled.style.insetInlineStart = `${(100 * range.from) / blocks}%`
    filled.style.insetInlineEnd = `${100 - (100 * range.to) / blocks}%`
    all.disabled = range.from === 0 && range.to === blocks
  }
  const set = (next: Range): void => {
    range = next
    from.value = String(next.from)
    to.value = String(next.to)
    show()
    for (const listener of listeners) listener(next)
  }
  // The last step of a slider may stop short of the last block.
  const toBlock = (slid: HTMLInputElement): number => (Number(slid.value) + report.stride > report.blocks ? report.blocks : Number(slid.value))
  from.addEventListener("input", () => set({ from: Math.min(Number(from.value), Math.max(0, range.to - BLOCKS_LEAST)), to: range.to }))
  to.addEventListener("input", () => set({ from: range.from, to: Math.max(toBlock(to), Math.min(report.blocks, range.from + BLOCKS_LEAST)) }))
  all.addEventListener("click", () => set({ from: 0, to: report.blocks }))
  byId("range").append(el("span", { class: "range-sliders" }, el("span", { class: "range-line" }), filled, from, to), words, all)
  show()
}
