import type { EChartsType } from "echarts/core"
import { el } from "./dom.ts"
import { startEcharts } from "./echarts.ts"
import { onRange, rangeNow, type Range } from "./range.ts"
import { dashOf, themeNow, type Theme } from "./theme.ts"

/** One entry of a chart's key. */
export interface Key {
  readonly name: string
  /** Index into the theme's colours; `ink` for what the others are compared with. */
  readonly colour: number | "ink" | "bad" | "heat"
  readonly mark: "line" | "area" | "point"
  /** Beside the name: the last value, or the sum. */
  readonly value: string
  /** Whether a line has the dashes of its colour; by default it has. */
  readonly dashed?: boolean
}

/** What is to be read at one place of a chart. */
export interface Told {
  readonly title: string
  readonly rows: readonly { readonly name: string; readonly text: string }[]
}

/** A chart, whatever its kind: how it is drawn, read by keyboard and told as a table. */
export interface View {
  readonly title: string
  readonly note: string
  /** In words, for those who do not see it. */
  readonly summary: () => string
  readonly keys: readonly Key[]
  readonly wide?: boolean
  /** As high as two: a table's worth of bars. */
  readonly tall?: boolean
  /** What the y axis (of bars, the x axis) measures. */
  readonly scale: (range: Range) => string
  readonly height: (width: number) => number
  /** `hidden` holds the names that the key has switched off. */
  readonly option: (theme: Theme, width: number, range: Range, hidden: ReadonlySet<string>) => object
  /** Where the keyboard can stop, as values of the x axis (of the y axis, where `stopsOn` says so), ascending. */
  readonly stops: (range: Range) => readonly number[]
  readonly stopsOn?: "y"
  readonly tell: (stop: number) => Told
  readonly table: (range: Range) => HTMLTableElement
  /** A click on a place of the x axis, or Enter there. */
  readonly pick?: (x: number) => void
}

export const colourOf = (theme: Theme, { colour }: Pick<Key, "colour">): string =>
  colour === "ink" ? theme.ink : colour === "bad" || colour === "heat" ? theme.bad : (theme.series[colour % theme.series.length] as string)

/** The stop nearest to a value. */
export const nearestStop = (stops: readonly number[], value: number): number => {
  let low = 0
  let high = stops.length - 1
  while (high > low) {
    const middle = (low + high) >> 1
    if ((stops[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low > 0 && value - (stops[low - 1] as number) < (stops[low] as number) - value ? low - 1 : low
}

interface Placed {
  readonly view: View
  readonly plot: HTMLElement
  readonly scale: HTMLElement
  readonly hidden: Set<string>
  drawn: EChartsType | undefined
  visible: boolean
  stale: boolean
}

const placed: Placed[] = []
const PAPER_WIDTH_PX = 690

const draw = (chart: Placed, width = chart.plot.clientWidth): void => {
  if (width === 0) return
  const { view, plot, hidden } = chart
  const height = view.height(width)
  plot.style.height = `${height}px`
  chart.drawn ??= startDrawing(chart, width, height)
  chart.drawn.resize({ width, height })
  const theme = themeNow()
  chart.scale.textContent = view.scale(rangeNow())
  chart.drawn.setOption({ ...baseOption(theme), ...view.option(theme, width, rangeNow(), hidden) }, { notMerge: true })
  plot.querySelector("svg")?.setAttribute("aria-hidden", "true")
  chart.stale = false
}

const startDrawing = ({ view, plot }: Placed, width: number, height: number): EChartsType => {
  const drawn = startEcharts(plot, width, height)
  const { pick } = view
  if (pick !== undefined) drawn.getZr().on("click", ({ offsetX }) => pick(drawn.convertFromPixel({ xAxisIndex: 0 }, offsetX)))
  return drawn
}

const baseOption = (theme: Theme): object => ({ animation: false, backgroundColor: "transparent", textStyle: { fontFamily: theme.font, color: theme.ink } })

/** Draws what is stale: what is in sight now, everything else when it comes into sight. */
const refresh = (): void => {
  for (const chart of placed) {
    chart.stale = true
    if (chart.visible) draw(chart)
  }
}

let scheduled = false
const refreshSoon = (): void => {
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    refresh()
  })
}

/** On paper everything is drawn, in light colours, as wide as a page. */
const toPaper = (): void => {
  document.documentElement.classList.add("paper")
  for (const chart of placed) draw(chart, PAPER_WIDTH_PX)
}

const fromPaper = (): void => {
  document.documentElement.classList.remove("paper")
  refresh()
}

/** Once, before the first chart is placed. */
export const startPlots = (): void => {
  onRange(refreshSoon)
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refreshSoon)
  addEventListener("beforeprint", toPaper)
  addEventListener("afterprint", fromPaper)
}

const inSight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const chart = placed.find(({ plot }) => plot === target)
      if (chart === undefined) continue
      chart.visible = isIntersecting
      if (isIntersecting && chart.stale) draw(chart)
    }
  },
  { rootMargin: "400px" },
)

const widths = new Map<Element, number>()
const inSize = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const before = widths.get(target)
    widths.set(target, contentRect.width)
    if (before !== undefined && Math.abs(before - contentRect.width) >= 1 && !document.documentElement.classList.contains("paper")) refreshSoon()
  }
})

/** A chart in its figure, with key, keyboard and table. */
export const figureOf = (view: View): HTMLElement => {
  const hidden = new Set<string>()
  const plot = el("div", {
    class: "plot",
    tabindex: 0,
    role: "group",
    "aria-roledescription": "chart",
    "aria-label": `${view.title}. ${view.summary()} Arrow keys read the values${view.pick === undefined ? "" : ", Enter shows the blocks"}.`,
  })
  const chart: Placed = { view, plot, scale: el("p", { class: "scale" }), hidden, drawn: undefined, visible: false, stale: true }
  const live = el("output", { class: "unseen" })
  const figure = el(
    "figure",
    { class: ["chart", view.wide === true ? "wide" : "", view.tall === true ? "tall" : ""].join(" ").trim() },
    el("figcaption", {}, el("h3", {}, view.title), view.note === "" ? undefined : el("p", {}, view.note)),
    keysOf(chart),
    chart.scale,
    plot,
    live,
    numbersOf(view),
  )
  plot.addEventListener("keydown", (event) => readByKey(chart, live, event))
  plot.addEventListener("blur", () => chart.drawn?.dispatchAction({ type: "hideTip" }))
  placed.push(chart)
  inSight.observe(plot)
  inSize.observe(plot)
  return figure
}

/** The key is of buttons, which switch what they name off and on; a single entry has nothing to switch. */
const keysOf = (chart: Placed): HTMLElement => {
  const { view, hidden } = chart
  const list = el("ul", { class: "keys" })
  for (const key of view.keys) {
    const label = [swatchOf(key), el("span", { class: "key-name" }, key.name), key.value === "" ? "" : el("span", { class: "key-value" }, key.value)]
    if (view.keys.length < 2) {
      list.append(el("li", {}, el("span", { class: "key" }, ...label)))
      continue
    }
    const button = el("button", { type: "button", class: "key", "aria-pressed": "true" }, ...label)
    button.addEventListener("click", () => {
      const shown = hidden.delete(key.name)
      if (!shown) hidden.add(key.name)
      button.setAttribute("aria-pressed", String(shown))
      draw(chart)
    })
    list.append(el("li", {}, button))
  }
  return list
}

const swatchOf = ({ colour, mark, dashed }: Key): HTMLElement => {
  const swatch = el("span", { class: `swatch ${mark}`, "aria-hidden": "true" })
  const paint = colour === "heat" ? "linear-gradient(90deg, var(--heat-low), var(--heat-high))" : colour === "ink" ? "var(--ink)" : colour === "bad" ? "var(--bad)" : `var(--series-${(colour % 12) + 1})`
  const dash = mark === "line" && dashed !== false && typeof colour === "number" ? dashOf(colour) : []
  const [on = 0, off = 0] = dash
  swatch.style.background = on === 0 ? paint : `repeating-linear-gradient(90deg, ${paint} 0 ${on}px, transparent ${on}px ${on + off}px)`
  return swatch
}

const numbersOf = (view: View): HTMLElement => {
  const details = el("details", { class: "numbers" }, el("summary", {}, "Numbers"))
  details.addEventListener("toggle", () => {
    details.querySelector("div")?.remove()
    if (details.open) details.append(el("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": `${view.title}, numbers` }, view.table(rangeNow())))
  })
  return details
}

const cursors = new WeakMap<Placed, number>()

const readByKey = (chart: Placed, live: HTMLElement, event: KeyboardEvent): void => {
  const { view, drawn } = chart
  const stops = view.stops(rangeNow())
  const at = cursors.get(chart) ?? -1
  const step = event.shiftKey ? 10 : 1
  const moves: { readonly [key: string]: number } = {
    ArrowRight: at + step,
    ArrowLeft: at - step,
    ArrowDown: at + step,
    ArrowUp: at - step,
    Home: 0,
    End: stops.length - 1,
  }
  if (event.key === "Escape") drawn?.dispatchAction({ type: "hideTip" })
  if (event.key === "Enter" && view.pick !== undefined && at >= 0) view.pick(stops[at] as number)
  const next = moves[event.key]
  if (next === undefined || stops.length === 0) return
  event.preventDefault()
  const cursor = Math.min(Math.max(next, 0), stops.length - 1)
  cursors.set(chart, cursor)
  const stop = stops[cursor] as number
  const told = view.tell(stop)
  live.textContent = `${told.title}: ${told.rows.map(({ name, text }) => `${name} ${text}`).join("; ")}`
  if (drawn === undefined) return
  const { clientWidth, clientHeight } = chart.plot
  const [x, y] = view.stopsOn === "y" ? [clientWidth / 2, drawn.convertToPixel({ yAxisIndex: 0 }, stop)] : [drawn.convertToPixel({ xAxisIndex: 0 }, stop), clientHeight / 2]
  drawn.dispatchAction({ type: "showTip", x, y })
}
