import { existsSync, readFileSync } from "node:fs"
import type { Measurement } from "../metric.ts"
import type { RunReport } from "../run.ts"
import type { PageData, ReportData, SummaryData } from "./data.ts"

/** The page's script and style sheet, in one piece each. */
interface PageFiles {
  readonly script: string
  readonly style: string
}

/** In the package they are there, made when it was built. From the sources they are made now. */
const findPageFiles = async (): Promise<PageFiles> => {
  const [script, style] = [new URL("./page/page.js", import.meta.url), new URL("./page/page.css", import.meta.url)]
  if (existsSync(script)) return { script: readFileSync(script, "utf8"), style: readFileSync(style, "utf8") }
  const bundler = new URL("../../.config/bundle-page.js", import.meta.url).href
  const { bundlePage } = (await import(/* @vite-ignore */ bundler)) as { readonly bundlePage: () => Promise<PageFiles> }
  return bundlePage()
}

/** Found once: a bundler takes its time. */
let found: Promise<PageFiles> | undefined
const pageFiles = (): Promise<PageFiles> => (found ??= findPageFiles())

/**
 * A recorded run as one HTML file, which needs nothing else: no network, which its policy even forbids. The same run gives the same bytes.
 *
 *     const running = new Run(marketDay, { blocks: 300 }, {})
 *     while (!running.done) running.step()
 *     writeFileSync("report.html", await reportHtml(running.recorded("blockstep run market-day") as ReportData, running.report()))
 */
export const reportHtml = async (recorded: ReportData, report: RunReport): Promise<string> => {
  const { script, style } = await pageFiles()
  const data: PageData = { ...recorded, summary: summaryOf(report) }
  const title = `${report.scenario}, seed ${report.seed}: blockstep`
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style.replaceAll("</style", "<\\/style")}</style>`,
    "</head>",
    "<body>",
    `<noscript><p>${escaped(title)}: root ${report.header.root}. The charts need JavaScript, which is in this file.</p></noscript>`,
    `<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`,
    `<script>${script.replaceAll("</script", "<\\/script")}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n")
}

const summaryOf = ({ seed, header, transactions, messages, refused, refusals, defects, violation, measurements }: RunReport): SummaryData => ({
  seed: String(seed),
  root: header.root,
  transactions,
  messages,
  refused,
  refusals: Object.entries(refusals).map(([kind, count]) => ({ kind, count })),
  defects: { count: defects.count, ...(defects.first !== undefined && { first: defects.first }) },
  ...(violation !== undefined && { violation }),
  tables: Object.values(measurements).map(({ title, columns, rows, notes = [] }: Measurement) => ({ title, columns, rows, notes })),
})

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
