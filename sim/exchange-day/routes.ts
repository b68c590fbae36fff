import type { Block } from "../../core/index.ts"
import { Hop, Route, RouteCompleted, RouteStopped } from "../../protocols/exchange/router/index.ts"
import { grouped } from "../decimal.ts"
import type { Metric } from "../metric.ts"
import type { FlowChart } from "../report/chart.ts"

/** How routes ended, part by part. */

type End = "completed" | "stopped half-way" | "came back whole"

interface RouteEnd {
  readonly end: End
  /** A failure's tag; of a completed one, nothing. */
  readonly reason: string
}

/** Every route, or part of one, that came to its end in a block. Of a first leg that a trader sent itself there is no event: it comes back. */
const forEachEnd = (block: Block, visit: (end: RouteEnd) => void): void => {
  for (const { events, message, kind, refusal } of block.raw.ended) {
    for (const { event, fields } of events ?? []) {
      if (event === RouteCompleted) visit({ end: "completed", reason: "" })
      if (event === RouteStopped) visit({ end: "stopped half-way", reason: (fields as { readonly reason: string }).reason })
    }
    if (kind === TRANSACTION && (message === Hop || message === Route) && refusal !== undefined) visit({ end: "came back whole", reason: reasonOf(refusal) })
  }
}

/** Of a raw message: sent by an account. */
const TRANSACTION = 0

const reasonOf = (refusal: { readonly _tag: string }): string => (refusal as { readonly reason?: string }).reason ?? refusal._tag

const ENDS: readonly End[] = ["completed", "stopped half-way", "came back whole"]

export const routesMetric: Metric = {
  start: () => {
    const counts = new Map<End, number>(ENDS.map((end) => [end, 0]))
    const reasons = new Map<string, number>()
    return {
      block: (block) =>
        forEachEnd(block, ({ end, reason }) => {
          counts.set(end, (counts.get(end) ?? 0) + 1)
          if (reason !== "") reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
        }),
      end: () => {
        const ordered = [...reasons].sort(([left, one], [right, other]) => (one === other ? (left < right ? -1 : 1) : other - one))
        return {
          title: "Routes, part by part",
          columns: [{ heading: "" }, { heading: "", right: true }],
          rows: [...ENDS.map((end) => [end, grouped(counts.get(end) ?? 0)]), ...ordered.map(([reason, count]) => [`  ${reason}`, grouped(count)])],
          json: { completed: counts.get("completed") ?? 0, stopped: counts.get("stopped half-way") ?? 0, cameBack: counts.get("came back whole") ?? 0, reasons: Object.fromEntries(ordered) },
        }
      },
    }
  },
}

export const routesChart = (section: string): FlowChart => ({
  kind: "flows",
  section,
  title: "Ends of routes",
  note: "Parts of routes that paid their trader, that stopped half-way, and that came back whole from their first venue.",
  unit: { name: "", decimals: 0, places: 0 },
  flows: ENDS.map((name) => ({
    name,
    read: (block) => {
      let count = 0n
      forEachEnd(block, ({ end }) => {
        if (end === name) count++
      })
      return count
    },
  })),
})
