import type { MessageData, TreeData } from "../data.ts"
import { svgEl } from "./dom.ts"
import { briefAmount, counted, numberWords, ownName } from "./words.ts"

const HEAD_PX = 40
const ROW_PX = 40
/** Refusals and waits are told in a second line. */
const NOTE_PX = 16
const BAND_PAD_PX = 8
const GUTTER_PX = 62
const COLUMN_MIN_PX = 128
const COLUMN_MAX_PX = 260
const LOOP_PX = 34

interface Row {
  readonly message: MessageData
  readonly index: number
  /** Of the arrow. */
  readonly y: number
  readonly top: number
  readonly height: number
}

/** Everything of one block; undefined are the messages that are under way. */
interface Band {
  readonly block: number | undefined
  readonly top: number
  readonly height: number
}

const isTrouble = ({ kind, end, refusal }: MessageData): boolean => kind === "bounce" || end === "bounced" || end === "expired" || refusal !== undefined

/** What stands under an arrow, where there is something to say. */
export const noteOf = ({ kind, sent, ended, end, refusal, reason, defect }: MessageData): string => {
  if (defect !== undefined) return "its handler threw"
  if (refusal !== undefined) return `${end === "bounced" ? "bounced" : end === "expired" ? "expired" : "refused"}: ${ownName(refusal.kind)}`
  if (kind === "bounce" && reason !== undefined) return `comes back: ${ownName(reason.kind)}`
  if (ended === undefined) return "under way when the run ended"
  const waited = ended - sent - (kind === "transaction" ? 0 : 1)
  return waited > 0 ? `waited ${counted(waited, "block")}` : ""
}

const labelOf = ({ kind, type, funds }: MessageData): string => {
  const name = kind === "reply" ? `reply to ${ownName(type)}` : ownName(type)
  return funds === undefined ? name : `${name} + ${briefAmount(funds[0] as string)}${funds.length > 1 ? ` and ${funds.length - 1} more` : ""}`
}

/** Rows from the top down, in bands of the blocks in which messages ended. */
const layOut = (messages: readonly MessageData[]): { readonly rows: readonly Row[]; readonly bands: readonly Band[]; readonly height: number } => {
  const rows: Row[] = []
  const bands: Band[] = []
  let top = HEAD_PX
  for (let index = 0; index < messages.length; ) {
    const block = messages[index]?.ended
    const start = top
    top += BAND_PAD_PX
    for (; index < messages.length && messages[index]?.ended === block; index++) {
      const message = messages[index] as MessageData
      const height = ROW_PX + (noteOf(message) === "" ? 0 : NOTE_PX)
      rows.push({ message, index, top, height, y: top + 26 })
      top += height
    }
    top += BAND_PAD_PX - 4
    bands.push({ block, top: start, height: top - start })
  }
  return { rows, bands, height: top + 6 }
}

/** In the order of their first message. */
const partiesOf = (messages: readonly MessageData[]): readonly string[] => {
  const parties = new Set<string>()
  for (const { from, to } of [...messages].sort((left, right) => left.sent - right.sent)) parties.add(from).add(to)
  return [...parties]
}

/** As much of a text as fits, with dots in the middle; the letters of the page's font are 6.6 px wide on average. */
const fitted = (text: string, width: number): string => {
  const most = Math.max(6, Math.floor(width / 6.6))
  if (text.length <= most) return text
  const tail = Math.floor((most - 1) * 0.6)
  return `${text.slice(0, most - 1 - tail)}…${text.slice(text.length - tail)}`
}

/** As much of a text as fits, from its beginning. */
const begun = (text: string, width: number): string => {
  const most = Math.max(6, Math.floor(width / 6.6))
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`
}

/**
 * A tree of messages as a sequence chart: a column for everybody who takes part, time from the top down in bands of blocks, an arrow for each
 * message where it ended. Arrow keys go from message to message; `select` is told where.
 */
export const sequenceOf = (tree: TreeData, width: number, select: (index: number) => void): SVGSVGElement => {
  const parties = partiesOf(tree.messages)
  const column = Math.min(COLUMN_MAX_PX, Math.max(COLUMN_MIN_PX, (width - GUTTER_PX) / parties.length))
  const full = Math.max(width, GUTTER_PX + column * parties.length)
  const { rows, bands, height } = layOut(tree.messages)
  const xOf = (party: string): number => GUTTER_PX + column * (parties.indexOf(party) + 0.5)
  const svg = svgEl("svg", { class: "sequence", width: full, height, viewBox: `0 0 ${full} ${height}`, role: "list", "aria-label": `Messages of transaction ${tree.place}` })
  bands.forEach(({ block, top, height: tall }, index) => {
    svg.append(
      svgEl("rect", { class: index % 2 === 0 ? "band" : "band other", x: 0, y: top, width: full, height: tall, "aria-hidden": "true" }),
      svgEl("text", { class: "band-name", x: 8, y: top + 21, "aria-hidden": "true" }, block === undefined ? "later" : numberWords(block, 0)),
    )
  })
  svg.append(svgEl("text", { class: "band-name", x: 8, y: 24, "aria-hidden": "true" }, "block"))
  for (const party of parties) {
    const x = xOf(party)
    svg.append(
      svgEl("line", { class: "lifeline", x1: x, y1: HEAD_PX - 6, x2: x, y2: height }),
      svgEl("text", { class: "party", x, y: 24, "text-anchor": "middle", "aria-hidden": "true" }, svgEl("title", {}, party), fitted(party, column - 8)),
    )
  }
  const items = rows.map((row) => itemOf(row, xOf, full, column))
  items.forEach((item, index) => {
    item.addEventListener("click", () => item.focus())
    item.addEventListener("focus", () => {
      for (const other of items) other.setAttribute("tabindex", other === item ? "0" : "-1")
      for (const other of items) other.classList.toggle("chosen", other === item)
      select(index)
    })
    item.addEventListener("keydown", (event) => {
      const next = { ArrowDown: index + 1, ArrowRight: index + 1, ArrowUp: index - 1, ArrowLeft: index - 1, Home: 0, End: items.length - 1 }[event.key]
      if (next === undefined) return
      event.preventDefault()
      items[Math.min(Math.max(next, 0), items.length - 1)]?.focus()
    })
    svg.append(item)
  })
  items[0]?.setAttribute("tabindex", "0")
  items[0]?.classList.add("chosen")
  return svg
}

const itemOf = ({ message, y, top, height }: Row, xOf: (party: string) => number, full: number, column: number): SVGGElement => {
  const { from, to, kind, end } = message
  const note = noteOf(message)
  const tone = isTrouble(message) ? "trouble" : kind === "reply" ? "reply" : kind
  const words = `${kind}, ${labelOf(message)}, from ${from} to ${to}, ${message.ended === undefined ? "under way" : `${end} in block ${message.ended}`}${note === "" ? "" : `, ${note}`}`
  const item = svgEl("g", { class: `message ${tone}`, tabindex: -1, role: "listitem", "aria-label": words })
  item.append(svgEl("rect", { class: "hit", x: GUTTER_PX - 6, y: top, width: full - GUTTER_PX + 2, height, rx: 4 }))
  const [x1, x2] = [xOf(from), xOf(to)]
  if (from === to) item.append(...loopOf(x1, y, message, note, column))
  else item.append(...arrowOf(x1, x2, y, message, note, column, full))
  return item
}

const endMark = (x: number, y: number, direction: number, message: MessageData): readonly SVGElement[] => {
  if (message.ended === undefined) return [svgEl("circle", { class: "open-end", cx: x - direction * 5, cy: y, r: 4 })]
  const head = svgEl("path", { class: "head", d: `M${x},${y} l${-9 * direction},-5 v10 z` })
  if (message.end === "handled" && message.refusal === undefined) return [head]
  const cross = x - direction * 16
  return [head, svgEl("path", { class: "cross", d: `M${cross - 5},${y - 5} l10,10 m0,-10 l-10,10` })]
}

const arrowOf = (x1: number, x2: number, y: number, message: MessageData, note: string, column: number, full: number): readonly SVGElement[] => {
  const direction = x2 > x1 ? 1 : -1
  const width = Math.max(Math.abs(x2 - x1) - 12, column - 12)
  const x = Math.min(Math.max((x1 + x2) / 2, GUTTER_PX + width / 2), full - width / 2)
  return [
    svgEl("line", { class: "shaft", x1, y1: y, x2: x2 - direction * 4, y2: y }),
    svgEl("circle", { class: "tail", cx: x1, cy: y, r: 3 }),
    ...endMark(x2, y, direction, message),
    svgEl("text", { class: "label", x, y: y - 8, "text-anchor": "middle" }, begun(labelOf(message), width)),
    ...(note === "" ? [] : [svgEl("text", { class: "note", x, y: y + 17, "text-anchor": "middle" }, begun(note, width))]),
  ]
}

/** To oneself: a timer, mostly. */
const loopOf = (x: number, y: number, message: MessageData, note: string, column: number): readonly SVGElement[] => [
  svgEl("path", { class: "shaft", fill: "none", d: `M${x},${y - 12} h${LOOP_PX} v14 h${-LOOP_PX + 4}` }),
  ...endMark(x, y + 2, -1, message),
  svgEl("text", { class: "label", x: x + LOOP_PX + 6, y: y - 2 }, begun(labelOf(message), column - LOOP_PX)),
  ...(note === "" ? [] : [svgEl("text", { class: "note", x: x + LOOP_PX + 6, y: y + 14 }, begun(note, column - LOOP_PX))]),
]
