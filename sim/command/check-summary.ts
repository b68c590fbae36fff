import type { Campaign } from "../campaign/campaign.ts"
import type { CheckReport } from "../campaign/check.ts"
import { grouped } from "../decimal.ts"
import type { Paint } from "./paint.ts"
import { table } from "./summary.ts"

/** A search in words: what was reached, and what never was. */
export const checkSummary = (campaign: Campaign, report: CheckReport, seconds: number, paint: Paint): string => {
  const rate = Math.round(report.calls / Math.max(seconds, 0.001))
  const facts: readonly (readonly [string, string])[] = [
    ["runs", `${grouped(report.runs)}, from index ${grouped(report.from)}; continue with --from ${report.next}`],
    ["calls", `${grouped(report.calls)}, ${grouped(rate)}/s, ${grouped(report.blocks)} blocks, ${seconds.toFixed(1)} s`],
    ["coverage", `${grouped(report.features)} features, corpus ${grouped(report.corpus)}`],
    ...(report.best === undefined ? [] : [["best", `${report.objective} ${String(report.best.score)} in run ${grouped(report.best.index)}`] as const]),
    ["verdict", report.failing === undefined ? paint.good("nothing is broken") : paint.bad("broken, see below")],
  ]
  const sections = [
    paint.bold(`${report.campaign}, seed ${report.seed}`),
    facts.map(([name, value]) => `  ${paint.dim(name.padEnd(10))} ${value}`).join("\n"),
    table({ title: "Reached", columns: [{ heading: "message" }, { heading: "end" }, { heading: "count", right: true }], rows: reachedRows(campaign, report), json: {} }, paint),
  ]
  return `\n${sections.join("\n\n")}\n`
}

/** Each message of the actions with its ends; declared failures that never came up say so. */
const reachedRows = (campaign: Campaign, { reached }: CheckReport): readonly (readonly string[])[] => {
  const rows = [...reached].map(([key, count]) => [...key.split(": "), grouped(count)])
  for (const message of new Set(campaign.actions.map((action) => action.message))) {
    for (const end of ["handled", ...message.failures.map(({ tag }) => tag)]) {
      if (!reached.has(`${message.name}: ${end}`)) rows.push([message.name, end, "never"])
    }
  }
  return rows.sort((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1))
}

/** A report as plain JSON. */
export const reportJson = (report: CheckReport, seconds: number, saved: string | undefined): object => ({
  campaign: report.campaign,
  seed: String(report.seed),
  from: report.from,
  runs: report.runs,
  next: report.next,
  calls: report.calls,
  blocks: report.blocks,
  seconds: Math.round(seconds * 1000) / 1000,
  callsPerSecond: Math.round(report.calls / Math.max(seconds, 0.001)),
  features: report.features,
  corpus: report.corpus,
  reached: Object.fromEntries(report.reached),
  best: report.best === undefined ? null : { objective: report.objective, score: String(report.best.score), run: report.best.index },
  failing:
    report.failing === undefined
      ? null
      : { run: report.failing.index, replayed: report.failing.replayed, finding: report.failing.finding, steps: report.failing.case.steps.length, stepsBefore: report.failing.stepsBefore, saved: saved ?? null },
})
