import type { Campaign } from "../campaign/campaign.ts"
import type { CheckReport } from "../campaign/check.ts"
import { grouped } from "../decimal.ts"
import type { Paint } from "./paint.ts"
import { table } from "./summary.ts"

/** A search in words: what was reached, and what never was. */
export const checkSummary = (campaign: Campaign, report: CheckReport, seconds: number, paint: Paint, kept?: { readonly file: string; readonly cases: number }): string => {
  const rate = Math.round(report.calls / Math.max(seconds, 0.001))
  const facts: readonly (readonly [string, string])[] = [
    ["runs", report.failing?.replayed === true ? "none: a case of the corpus fails" : `${grouped(report.runs)}, from index ${grouped(report.from)}; continue with --from ${report.next}`],
    ["calls", `${grouped(report.calls)}, ${grouped(rate)}/s, ${grouped(report.blocks)} blocks, ${seconds.toFixed(1)} s`],
    ["coverage", `${grouped(report.features)} features, reached by ${grouped(report.corpus)} runs`],
    ...(kept === undefined ? [] : [["corpus", `${grouped(kept.cases)} cases in ${kept.file}`] as const]),
    ...(report.best === undefined ? [] : [["best", `${report.objective} ${String(report.best.score)} in run ${grouped(report.best.index)}`] as const]),
    ["verdict", report.failing === undefined ? paint.good("nothing is broken") : paint.bad("broken, see below")],
  ]
  const never = neverRows(campaign, report)
  const sections = [
    paint.bold(`${report.campaign}, seed ${report.seed}`),
    facts.map(([name, value]) => `  ${paint.dim(name.padEnd(10))} ${value}`).join("\n"),
    table({ title: "Reached", columns: [{ heading: "message" }, { heading: "end" }, { heading: "count", right: true }], rows: reachedRows(report), json: {} }, paint),
    ...(never.length === 0 ? [] : [table({ title: "Never reached", columns: [{ heading: "message" }, { heading: "end" }], rows: never, json: {} }, paint)]),
  ]
  return `\n${sections.join("\n\n")}\n`
}

/** Each message with its ends, most common first. */
const reachedRows = ({ reached }: CheckReport): readonly (readonly string[])[] => {
  const byMessage = new Map<string, (readonly [end: string, count: number])[]>()
  for (const [key, count] of reached) {
    const [message, end] = key.split(": ") as [string, string]
    byMessage.set(message, [...(byMessage.get(message) ?? []), [end, count]])
  }
  return [...byMessage].flatMap(([message, ends]) =>
    ends.sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([end, count], at) => [at === 0 ? message : "", end, grouped(count)]),
  )
}

/** What the actions' messages may come to and never did: where a search is blind. */
const neverRows = (campaign: Campaign, { reached }: CheckReport): readonly (readonly string[])[] =>
  [...new Set(campaign.actions.map((action) => action.message))]
    .map((message) => [message.name, ["handled", ...message.failures.map(({ tag }) => tag)].filter((end) => !reached.has(`${message.name}: ${end}`))] as const)
    .filter(([, ends]) => ends.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, ends]) => ends.map((end, at) => [at === 0 ? name : "", end]))

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
