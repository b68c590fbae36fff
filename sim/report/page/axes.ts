import { el } from "./dom.ts"
import type { Told, View } from "./plot.ts"
import { nearestStop } from "./plot.ts"
import type { Range } from "./range.ts"
import { report, timeOf } from "./report.ts"
import type { Theme } from "./theme.ts"
import { axisWords, timeWords } from "./words.ts"

/** Axes, grid and tooltip that charts have in common. */

const LABEL_SIZE = 12

export const gridOption = (): object => ({ left: 4, right: 14, top: 14, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" })

/** In less time than this the seconds are told. */
const CLOSE_SECONDS = 1_800

/** Blocks along the bottom, with the time of day under the number. Bars stand around their blocks, and need half a block of `edge`. */
export const blockAxis = (theme: Theme, { from, to }: Range, width: number, edge = 0): object => ({
  type: "value",
  min: from + edge,
  max: to + edge,
  splitNumber: Math.max(3, Math.floor(width / 105)),
  minInterval: 1,
  axisLine: { lineStyle: { color: theme.rule } },
  axisTick: { lineStyle: { color: theme.rule } },
  axisLabel: {
    color: theme.faint,
    fontSize: LABEL_SIZE,
    hideOverlap: true,
    showMinLabel: false,
    showMaxLabel: false,
    lineHeight: 16,
    formatter: (block: number) => `${axisWords(block)}\n${timeWords(timeOf(block), (to - from) * report.blockSeconds < CLOSE_SECONDS)}`,
  },
  splitLine: { show: false },
  axisPointer: { label: { show: false } },
})

/** Amounts up the side. `fromZero` for what is measured by its size, not by its changes. */
export const amountAxis = (theme: Theme, fromZero: boolean): object => ({
  type: "value",
  scale: !fromZero,
  splitNumber: 4,
  axisLabel: { color: theme.faint, fontSize: LABEL_SIZE, formatter: axisWords },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: theme.rule, width: 1 } },
})

/** A tooltip that says what the keyboard would hear. */
export const tooltipOption = (theme: Theme, view: Pick<View, "stops" | "tell">, range: Range): object => ({
  trigger: "axis",
  confine: true,
  transitionDuration: 0,
  backgroundColor: theme.surface,
  borderColor: theme.rule,
  padding: [8, 12],
  textStyle: { color: theme.ink, fontSize: 13 },
  axisPointer: { type: "line", lineStyle: { color: theme.faint, width: 1, type: [3, 3] } },
  formatter: (places: readonly { readonly axisValue: number }[] | { readonly axisValue: number }) => {
    const place = Array.isArray(places) ? places[0] : places
    const stops = view.stops(range)
    return tipOf(view.tell(stops[nearestStop(stops, Number(place.axisValue))] as number))
  },
})

export const tipOf = ({ title, rows }: Told): HTMLElement =>
  el("div", { class: "tip" }, el("b", {}, title), ...rows.map(({ name, text }) => el("div", {}, el("span", {}, name), el("span", {}, text))))

/** Takes the reader's measures into the range of the axis, which follows the data alone otherwise. */
export const limitHolders = (limits: readonly { readonly value: number }[], block: number): object => ({
  type: "line",
  silent: true,
  showSymbol: false,
  lineStyle: { width: 0 },
  tooltip: { show: false },
  data: limits.map(({ value }) => [block, value]),
})

/** Lines that the reader measures by. */
export const limitLines = (theme: Theme, limits: readonly { readonly name: string; readonly value: number }[]): object => ({
  silent: true,
  symbol: "none",
  animation: false,
  label: { show: true, position: "insideEndTop", color: theme.faint, fontSize: 12, formatter: ({ name }: { readonly name: string }) => name },
  lineStyle: { color: theme.faint, width: 1, type: [2, 3] },
  data: limits.map(({ name, value }) => ({ name, yAxis: value })),
})
