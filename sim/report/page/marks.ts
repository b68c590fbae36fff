import type { MarksData } from "../data.ts"
import type { Key } from "./plot.ts"
import type { Range } from "./range.ts"
import { blockOf, pointOf, report } from "./report.ts"
import type { Theme } from "./theme.ts"
import { counted, numberWords } from "./words.ts"

/** Events that are marked in all charts of their section. */
export interface MarksOfSection {
  readonly marks: MarksData
  readonly key: Key
}

export const marksOf = (marks: MarksData): MarksOfSection => ({ marks, key: { name: marks.title, colour: "bad", mark: "point", value: numberWords(marks.total, 0) } })

/** Triangles along the bottom, one for each point that has an event. The second y axis goes from 0 to 1. */
export const markSeries = (theme: Theme, { marks }: MarksOfSection, range: Range): object => ({
  type: "scatter",
  name: marks.title,
  yAxisIndex: 1,
  symbol: "triangle",
  symbolSize: 9,
  silent: true,
  itemStyle: { color: theme.bad },
  data: marks.firsts.filter(({ block }) => block > range.from && block <= range.to).map(({ point }) => [blockOf(point), 0.025]),
  z: 6,
})

/** What happened in the blocks of a point, or of a sampled one. */
export const markRows = (sections: readonly MarksOfSection[], point: number, sampled: boolean): readonly { readonly name: string; readonly text: string }[] =>
  sections.flatMap(({ marks }) => {
    const [first, last] = sampled ? [pointOf(blockOf(point, true) - report.sampleStride + 1), pointOf(blockOf(point, true))] : [point, point]
    let count = 0
    for (let index = first; index <= last; index++) count += marks.counts[index] ?? 0
    if (count === 0) return []
    const label = marks.firsts.find(({ point: at }) => at >= first && at <= last)?.label ?? ""
    return [{ name: marks.title, text: count === 1 ? label : `${label}, and ${counted(count - 1, "more").replace(/s$/, "")}` }]
  })
