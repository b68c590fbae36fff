import { blockAxis, gridOption, tooltipOption } from "./axes.ts"
import { tableOf } from "./dom.ts"
import { groupAt, groupsIn, groupWords, perWords, type Group } from "./groups.ts"
import type { View } from "./plot.ts"
import { rangeNow, type Range } from "./range.ts"
import { report } from "./report.ts"
import { evenly, TABLE_ROWS } from "./tables.ts"
import { mixed, type Theme } from "./theme.ts"
import { counted, numberWords } from "./words.ts"
import type { Pick } from "./traffic-view.ts"

const { actors, longest, most } = report.mailboxes
const ROWS_MAX = 12
const ROW_PX = 22

/** An actor's longest mailbox within a group of sampled points; 0 where it is not among the longest. */
const lengthsIn = ({ first, last }: Group): ReadonlyMap<number, number> => {
  const lengths = new Map<number, number>()
  for (let point = first; point <= last; point++) {
    const pairs = longest[point] ?? []
    for (let at = 0; at < pairs.length; at += 2) {
      const [actor, length] = [pairs[at] as number, pairs[at + 1] as number]
      lengths.set(actor, Math.max(length, lengths.get(actor) ?? 0))
    }
  }
  return lengths
}

/** The busiest of the run, whose rows are drawn: by their mailboxes' lengths summed up. */
const busiest = (): readonly number[] => {
  const sums = actors.map(() => 0)
  for (const pairs of longest) for (let at = 0; at < pairs.length; at += 2) sums[pairs[at] as number] = (sums[pairs[at] as number] ?? 0) + (pairs[at + 1] as number)
  return actors.map((_, actor) => actor).sort((left, right) => (sums[right] as number) - (sums[left] as number) || left - right).slice(0, ROWS_MAX)
}

interface Render {
  value(dimension: number): number
  coord(point: readonly number[]): readonly [number, number]
}

/** One cell for each actor and group of blocks: the longer its mailbox was, the more ink. */
export const mailboxView = (pick: Pick): View => {
  const rows = busiest()
  const groupsOf = (range: Range): readonly Group[] => groupsIn(range, longest.length, true)
  const longestOf = longest.reduce((sofar, pairs) => Math.max(sofar, pairs[1] ?? 0), 0)
  const inkOf = (theme: Theme, length: number): string => mixed(theme.heatLow, theme.heatHigh, longestOf <= 1 ? 1 : Math.sqrt((length - 1) / (longestOf - 1)))
  const view: View = {
    title: "Mailboxes",
    note: `The longest mailbox of each actor: what a block delivered, with what had been left over. The ${counted(rows.length, "busiest actor")}${actors.length > rows.length ? ` of ${actors.length}` : ""}; of each point the ${most} longest mailboxes are known.`,
    summary: () => `The longest mailbox held ${counted(longestOf, "message")}.`,
    keys: [{ name: `1 to ${numberWords(longestOf, 0)} messages`, colour: "heat", mark: "area", value: "" }],
    wide: true,
    scale: (range) => `longest mailbox ${perWords(groupsOf(range))}`,
    height: () => Math.max(90, rows.length * ROW_PX + 54),
    stops: (range) => groupsOf(range).map(({ middle }) => middle),
    tell: (stop) => {
      const group = groupAt(groupsOf(rangeNow()), stop)
      if (group === undefined) return { title: "", rows: [] }
      const lengths = [...lengthsIn(group)].sort(([one, length], [other, longer]) => longer - length || one - other)
      return { title: groupWords(group), rows: lengths.slice(0, 8).map(([actor, length]) => ({ name: actors[actor] as string, text: numberWords(length, 0) })) }
    },
    option: (theme, width, range) => ({
      grid: gridOption(),
      xAxis: blockAxis(theme, range, width, 0.5),
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((actor) => actors[actor]),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: theme.ink, fontSize: 12, interval: 0, width: Math.min(190, width * 0.34), overflow: "truncate" },
      },
      tooltip: tooltipOption(theme, view, range),
      series: [
        {
          type: "custom",
          silent: true,
          clip: true,
          encode: { x: [0, 1], y: 2 },
          data: groupsOf(range).flatMap((group) => {
            const lengths = lengthsIn(group)
            return rows.flatMap((actor, row) => (lengths.has(actor) ? [[group.from - 0.5, group.to + 0.5, row, lengths.get(actor)]] : []))
          }),
          renderItem: (_: unknown, api: Render) => {
            const [x, y] = api.coord([api.value(0), api.value(2)])
            const [end] = api.coord([api.value(1), api.value(2)])
            const air = end - x > 5 ? 1 : 0
            return { type: "rect", shape: { x, y: y - ROW_PX / 2 + 2, width: Math.max(1, end - x - air), height: ROW_PX - 4 }, style: { fill: inkOf(theme, api.value(3)) } }
          },
        },
      ],
    }),
    pick: (x) => {
      const group = groupAt(groupsOf(rangeNow()), x)
      if (group !== undefined) pick(group.from, group.to)
    },
    table: (range) =>
      tableOf("Mailboxes", ["blocks", ...rows.map((actor) => actors[actor] as string)], evenly(groupsOf(range), TABLE_ROWS).map((group) => {
        const lengths = lengthsIn(group)
        return [`${numberWords(group.from, 0)} to ${numberWords(group.to, 0)}`, ...rows.map((actor) => (lengths.has(actor) ? numberWords(lengths.get(actor) as number, 0) : ""))]
      })),
  }
  return view
}
