import { existsSync, readFileSync } from "node:fs"
import { getOrThrow } from "effect/Result"
import { describe, expect, it } from "vitest"
import { exchangeDay, parsePrices, Run, run, verify, type ReportData, type RunReport } from "../../sim/index.ts"

const ROOT_100 = "0bd0719e124f22142179d27fbe4623fd75f02fbe07c485b2433d643663d39f69"
const GROUPS = ["pool providers", "range providers", "market makers", "arbitrageurs", "route arbitrageurs", "noise traders", "route traders", "auction bidders"]
const VENUES = ["v2 pool", "v3 pool", "order book", "auction", "weighted pool", "stable pool"]

const micros = (text: string): bigint => {
  const [whole = "0", part = ""] = text.replace("-", "").split(".")
  return (text.startsWith("-") ? -1n : 1n) * BigInt(whole + part.padEnd(6, "0"))
}
const wei = (text: string): bigint => {
  const [whole = "0", part = ""] = text.split(".")
  return BigInt(whole + part.padEnd(18, "0"))
}

describe("exchange-day", () => {
  const traders = new Set<string>()
  let rootRecorded = ""
  const groupOf = new Map(exchangeDay.agents.map(({ account, group }) => [account, group]))
  const running = new Run(
    {
      ...exchangeDay,
      metrics: {
        ...exchangeDay.metrics,
        watch: {
          start: () => ({
            block: ({ raw, header }) => {
              if (header.height === 100) rootRecorded = header.root
              for (const { from, kind, refusal } of raw.ended) if (kind === 0 && refusal === undefined) traders.add(groupOf.get(from) ?? from)
            },
            end: () => ({ title: "", columns: [], rows: [], json: null }),
          }),
        },
      },
    },
    { blocks: 400 },
    {},
  )
  while (!running.done) running.step()
  const report: RunReport = running.report()
  const { charts } = running.recorded("the command") as ReportData
  const json = (name: string) => report.measurements[name]?.json as any

  it("comes to the pinned root after 100 blocks, recorded or not", () => {
    expect(run(exchangeDay, { blocks: 100 }).header.root).toBe(ROOT_100)
    expect(rootRecorded).toBe(ROOT_100)
  })

  it("depends on nothing but its inputs", () => expect(verify(exchangeDay, { blocks: 25 }).difference).toBeUndefined())

  it("holds every invariant and has no defects", () => {
    expect(report.violation).toBeUndefined()
    expect(report.defects.count).toBe(0)
  })

  for (const seed of [2, 3]) {
    it(`holds every invariant with seed ${seed}`, () => {
      const { violation, defects, header } = run(exchangeDay, { blocks: 80, seed })
      expect([violation, defects.count, header.height]).toEqual([undefined, 0, 80])
    })
  }

  it("lets every group trade, and every venue too", () => {
    expect(GROUPS.filter((group) => !traders.has(group))).toEqual([])
    for (const venue of VENUES) expect(json("venues")[venue].trades, venue).toBeGreaterThan(50)
    const payers = new Set(json("payments").flatMap(({ payer, payee }: any) => [payer, payee]))
    expect(GROUPS.filter((group) => !payers.has(group))).toEqual([])
  })

  it("keeps every venue near the outside price", () => {
    const { inside } = json("prices")
    for (const [name, bps] of [["v2 pool", 30], ["v3 pool", 10], ["order book", 15], ["auction", 25], ["weighted pool", 20], ["oracle", 15]] as const) {
      expect(inside[name].meanBps, name).toBeLessThan(bps)
      expect(inside[name].first, name).not.toBeNull()
    }
  })

  it("completes most routes and stops some half-way, and says why", () => {
    const { completed, stopped, cameBack, reasons } = json("routes")
    expect(completed).toBeGreaterThan(10 * stopped)
    expect(stopped).toBeGreaterThan(20)
    expect(Object.values(reasons as { [reason: string]: number }).reduce((sum, count) => sum + count, 0)).toBe(stopped + cameBack)
  })

  it("makes nobody rich out of nothing: what all groups have, the book's fees, and the dust of rounding are what there was", () => {
    const groups = Object.values(json("results")) as any[]
    const fees = { eth: 0n, usd: 0n }
    for (const [asset, read, dust] of [["eth", wei, 10n ** 12n], ["usd", micros, 10_000n]] as const) {
      const [before, after] = (["before", "after"] as const).map((when) => groups.reduce((sum, group) => sum + read(group[when][asset]), 0n)) as [bigint, bigint]
      fees[asset] = before - after
      // The fees of the book are the only thing that belongs to nobody here.
      expect(before - after).toBeGreaterThan(0n)
      expect(before - after).toBeLessThan(before / 10_000n + dust)
    }
    const price = wei(json("prices").outside.last)
    const whole = fees.usd + (fees.eth * price) / 10n ** 30n
    // The metric values the fees at the price of their blocks, the sum here at the last one.
    const told = micros(json("venues")["order book"].fees)
    expect(Number(whole) / Number(told)).toBeGreaterThan(0.97)
    expect(Number(whole) / Number(told)).toBeLessThan(1.03)
  })

  it("takes fees at the rate of each venue", () => {
    for (const [name, pips] of [["v2 pool", 3_000n], ["v3 pool", 500n], ["weighted pool", 1_000n], ["order book", 200n], ["auction", 0n]] as const) {
      const { trades, volume, fees } = json("venues")[name]
      const expected = (micros(volume) * pips) / 1_000_000n
      const off = expected - micros(fees)
      // The book takes its fee of what was received, at prices beside the outside one.
      const room = 2n * BigInt(trades) + 1n + (name === "order book" ? expected / 50n : 0n)
      expect(off < 0n ? -off : off, name).toBeLessThan(room)
    }
  })

  it("has charts of what it is for, each with something in it", () => {
    expect(charts.map(({ name }) => name)).toEqual(Object.keys(exchangeDay.charts))
    for (const name of ["prices", "gaps", "book", "clearing", "depth", "bookDepth", "volumes", "routes", "payments", "totals", "agents"]) {
      const chart = charts.find((other) => other.name === name) as any
      const parts: readonly unknown[] = chart.lines ?? chart.flows ?? chart.bars
      expect(parts.length, name).toBeGreaterThan(2)
      for (const line of chart.lines ?? []) expect(line.last.some((value: number | null) => value !== null && value !== 0), `${name} ${line.name}`).toBe(true)
      for (const flow of chart.flows ?? []) expect(Number(flow.total), `${name} ${flow.name}`).toBeGreaterThan(0)
    }
  })

  it("tells in the bars who paid whom what the table tells", () => {
    const { bars, left } = charts.find(({ name }) => name === "payments") as any
    const pairs = json("payments") as any[]
    expect(bars.length + left).toBe(pairs.length)
    expect(bars[0].name).toBe(`${pairs[0].payer} → ${pairs[0].payee}`)
    expect(bars[0].text).toBe(pairs[0].amount)
  })
})

/** Real prices, beside the project where they are at hand. */
const FILE = new URL("../../../shared/data/prices/eth-usd-1h.csv", import.meta.url)

describe.skipIf(!existsSync(FILE))("exchange-day in the crash of 12 March 2020, on recorded prices", () => {
  it("runs through: sizes scale with the price, venues follow, those who quote pay those who are faster", { timeout: 60_000 }, () => {
    const prices = getOrThrow(parsePrices(readFileSync(FILE, "utf8"), { file: "eth-usd-1h.csv", from: "2020-03-12T10:00:00Z", to: "2020-03-13" }))
    const { violation, defects, measurements } = run(exchangeDay, { prices, blocks: 600 })
    expect([violation, defects.count]).toEqual([undefined, 0])
    const { outside, inside } = measurements["prices"]?.json as any
    expect(Number(outside.lowest) / Number(outside.first)).toBeLessThan(0.85)
    for (const name of ["v2 pool", "v3 pool", "weighted pool"]) expect(inside[name].meanBps, name).toBeLessThan(40)
    // Makers go by the oracle, whose reporters do not get through in the worst minutes.
    expect(inside["order book"].meanBps).toBeLessThan(200)
    const won = (payer: string, payee: string) => Number((measurements["payments"]?.json as any[]).find((pair) => pair.payer === payer && pair.payee === payee)?.amount ?? 0)
    expect(won("market makers", "arbitrageurs")).toBeGreaterThan(0)
    expect(won("range providers", "arbitrageurs") + won("pool providers", "arbitrageurs")).toBeGreaterThan(0)
  })
})
