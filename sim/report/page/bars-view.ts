import type { BarsData } from "../data.ts"
import { tooltipOption } from "./axes.ts"
import { tableOf } from "./dom.ts"
import { coloursOf } from "./colours.ts"
import { colourOf, type Key, type View } from "./plot.ts"
import type { Theme } from "./theme.ts"
import { amountWords, axisWords, counted } from "./words.ts"

const ROW_PX = 23
const FEW = 6
const FEW_ROW_PX = 40

/** A comparison: a bar for each, from the most down to the least, to the right of zero or to the left. */
export const barsView = (chart: BarsData): View => {
  const { bars, unit, left } = chart
  const groups = [...new Set(bars.map(({ group }) => group))]
  const colours = coloursOf(groups)
  const keyed = groups.length > 1 && groups.length < bars.length
  const keys = keyed ? groups.map((name, index): Key => ({ name, colour: colours[index] as number, mark: "area", value: "" })) : []
  const shown = (hidden: ReadonlySet<string>) => bars.filter(({ group }) => !hidden.has(group))
  const view: View = {
    title: chart.title,
    note: [chart.note, left > 0 ? `Of ${counted(bars.length + left, "result")} the best ${bars.length / 2} and the worst ${bars.length / 2}.` : ""].filter((part) => part !== "").join(" "),
    summary: () => (bars.length === 0 ? "Nothing." : bars.slice(0, 3).map(({ name, value }) => `${name}: ${amountWords(value / 10 ** unit.places, unit)}.`).join(" ")),
    keys,
    tall: bars.length > 12,
    scale: () => unit.name,
    height: () => Math.max(110, bars.length * (bars.length <= FEW ? FEW_ROW_PX : ROW_PX) + 50),
    stops: () => bars.map((_, index) => index),
    stopsOn: "y",
    tell: (stop) => {
      const bar = bars[stop]
      return bar === undefined ? { title: "", rows: [] } : { title: bar.name, rows: [...(bar.group === bar.name ? [] : [{ name: "group", text: bar.group }]), { name: "result", text: amountWords(bar.value / 10 ** unit.places, unit) }] }
    },
    option: (theme, width, range, hidden) => {
      const names = bars.map(({ name }) => name)
      const visible = new Set(shown(hidden))
      return {
        grid: { left: 4, right: 52, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        xAxis: {
          type: "value",
          splitNumber: Math.max(2, Math.floor(width / 150)),
          axisLabel: { color: theme.faint, fontSize: 12, formatter: axisWords, hideOverlap: true },
          splitLine: { lineStyle: { color: theme.rule } },
        },
        yAxis: {
          type: "category",
          inverse: true,
          data: names,
          axisLine: { show: false },
          axisTick: { show: false },
          axisLabel: { color: theme.ink, fontSize: 12, interval: 0, width: Math.min(190, width * 0.4), overflow: "truncate" },
        },
        tooltip: { ...tooltipOption(theme, view, range), axisPointer: { type: "shadow", shadowStyle: { color: theme.rule, opacity: 0.35 } } },
        series: [
          {
            type: "bar",
            silent: true,
            barMaxWidth: bars.length <= FEW ? 22 : 15,
            data: bars.map((bar) => ({
              value: visible.has(bar) ? bar.value / 10 ** unit.places : null,
              label: labelOf(theme, bar.value),
              itemStyle: { color: keyed ? colourOf(theme, { colour: colours[groups.indexOf(bar.group)] as number }) : bar.value < 0 ? theme.bad : theme.good },
            })),
          },
        ],
      }
    },
    table: () => tableOf(chart.title, ["who", "group", unit.name], bars.map(({ name, group, text }) => [name, group, text])),
  }
  return view
}

/** On the right of the bar, which is where a bar to the left begins: there its end is at the names. */
const labelOf = (theme: Theme, value: number): object => ({
  show: true,
  color: theme.ink,
  fontSize: 12,
  formatter: (bar: { readonly value: number | null }) => (bar.value === null ? "" : axisWords(bar.value)),
  ...(value < 0 ? { position: ["100%", "50%"], verticalAlign: "middle", align: "left", offset: [5, 0] } : { position: "right" }),
})

export interface Headline {
  readonly who: string
  readonly text: string
  readonly gain: boolean
}

/** The best two above zero and the worst two below, for the head of the page. */
export const headlinesOf = ({ bars, unit }: BarsData): { readonly won: readonly Headline[]; readonly lost: readonly Headline[] } => {
  const told = ({ name, value }: BarsData["bars"][number]): Headline => ({ who: name, text: `${value > 0 ? "+" : ""}${amountWords(value / 10 ** unit.places, unit)}`, gain: value > 0 })
  const won = bars.filter(({ value }) => value > 0)
  const lost = bars.filter(({ value }) => value < 0).reverse()
  return { won: won.slice(0, 2).map(told), lost: lost.slice(0, 2).map(told) }
}
