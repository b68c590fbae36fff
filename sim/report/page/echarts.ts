import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts"
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components"
import { init, use, type EChartsType } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"

// Only what the page draws with: half of what the whole library weighs. SVG stays sharp on paper.
use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer])

export const startEcharts = (element: HTMLElement, width: number, height: number): EChartsType => init(element, undefined, { renderer: "svg", width, height })
