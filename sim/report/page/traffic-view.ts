import { amountAxis, blockAxis, gridOption, tooltipOption } from "./axes.ts"
import { tableOf } from "./dom.ts"
import { barWidthOf, groupAt, groupsIn, groupWords, mostOf, perWords, sumOf, type Group } from "./groups.ts"
import { colourOf, type Key, type View } from "./plot.ts"
import { rangeNow, type Range } from "./range.ts"
import { report } from "./report.ts"
import { evenly, TABLE_ROWS } from "./tables.ts"
import type { Theme } from "./theme.ts"
import { numberWords, ownName } from "./words.ts"

const { transactions, messages, refusals, bounced, longestMailbox, leftOver } = report.timeline
const refusedOf = (group: Group): number => refusals.reduce((sum, { counts }) => sum + sumOf(counts, group), 0)
/** Refusals at the door are no messages, so they stand on top of them. */
const handledOf = (group: Group): number => Math.max(0, sumOf(messages, group) - refusedOf(group))
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

const KEYS: readonly Key[] = [
  { name: "messages handled", colour: 4, mark: "area", value: numberWords(Math.max(0, total(messages) - refusals.reduce((sum, kind) => sum + kind.total, 0)), 0) },
  { name: "refused", colour: "bad", mark: "area", value: numberWords(refusals.reduce((sum, kind) => sum + kind.total, 0), 0) },
]
const groupsOf = (range: Range): readonly Group[] => groupsIn(range, messages.length)

const rowsOf = (group: Group): readonly { readonly name: string; readonly text: string }[] => [
  { name: "transactions", text: numberWords(sumOf(transactions, group), 0) },
  { name: "messages", text: numberWords(sumOf(messages, group), 0) },
  { name: "refused", text: numberWords(refusedOf(group), 0) },
  { name: "bounced", text: numberWords(sumOf(bounced, group), 0) },
  { name: "longest mailbox", text: numberWords(mostOf(longestMailbox, group), 0) },
  { name: "left for later, at most", text: numberWords(mostOf(leftOver, group), 0) },
]

/** What blocks are asked about: from and to, both included. */
export type Pick = (from: number, to: number) => void

const barsOf = (theme: Theme, width: number, range: Range, hidden: ReadonlySet<string>): readonly object[] => {
  const groups = groupsOf(range)
  const values = [handledOf, refusedOf]
  return KEYS.map((key, index) => ({
    type: "bar",
    name: key.name,
    stack: "messages",
    silent: true,
    barWidth: barWidthOf(width, groups),
    itemStyle: { color: colourOf(theme, key) },
    data: hidden.has(key.name) ? [] : groups.map((group) => [group.middle, values[index]?.(group)]),
  }))
}

/** The blocks of the run: messages that were handled and refused. A click shows a bar's blocks in detail. */
export const trafficView = (pick: Pick): View => {
  const view: View = {
    title: "Messages",
    note: "Every message and transaction that ended, by how. Click a bar (or press Enter on it) to list what is recorded of its blocks.",
    summary: () => `${numberWords(total(messages), 0)} messages in ${numberWords(report.blocks, 0)} blocks.`,
    keys: KEYS,
    wide: true,
    scale: (range) => `messages ${perWords(groupsOf(range))}`,
    height: (width) => (width < 480 ? 190 : 210),
    stops: (range) => groupsOf(range).map(({ middle }) => middle),
    tell: (stop) => {
      const group = groupAt(groupsOf(rangeNow()), stop)
      if (group === undefined) return { title: "", rows: [] }
      const kinds = refusals.map(({ kind, counts }) => ({ name: ownName(kind), count: sumOf(counts, group) })).filter(({ count }) => count > 0)
      return { title: groupWords(group), rows: [...rowsOf(group), ...kinds.slice(0, 5).map(({ name, count }) => ({ name: `· ${name}`, text: numberWords(count, 0) }))] }
    },
    option: (theme, width, range, hidden) => ({
      grid: gridOption(),
      xAxis: blockAxis(theme, range, width, 0.5),
      yAxis: { ...amountAxis(theme, true), minInterval: 1 },
      tooltip: tooltipOption(theme, view, range),
      series: barsOf(theme, width, range, hidden),
    }),
    pick: (x) => {
      const group = groupAt(groupsOf(rangeNow()), x)
      if (group !== undefined) pick(group.from, group.to)
    },
    table: (range) =>
      tableOf("Messages", ["blocks", "transactions", "messages", "refused", "bounced", "longest mailbox", "left for later"], evenly(groupsOf(range), TABLE_ROWS).map((group) => [
        `${numberWords(group.from, 0)} to ${numberWords(group.to, 0)}`,
        ...rowsOf(group).map(({ text }) => text),
      ])),
  }
  return view
}
