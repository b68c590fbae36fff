import { describe, expect, it } from "vitest"
import { ChartFailed, InvalidScenario, marketDay, Run, run, Scenario, type Place, type ReportData } from "../../../sim/index.ts"
import relay from "../relay-scenario.ts"

const ROOT_200 = "870832ea0a3636853a0ee83227ef6f9c90baabd71cb57e19f951e4f5136c6ddf"

const recorded = (scenario: Scenario, blocks: number, traces: readonly Place[] = []) => {
  const running = new Run(scenario, { blocks }, { traces })
  while (!running.done) running.step()
  return { data: running.recorded("the command") as ReportData, report: running.report() }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/** Values from differences. */
const decoded = (series: readonly (number | null)[]): readonly (number | null)[] => {
  let before = 0
  return series.map((difference) => {
    before = difference === null ? 0 : before + difference
    return difference === null ? null : before
  })
}

describe("a recording", () => {
  const BLOCKS = 40
  const { data, report } = recorded(relay, BLOCKS)
  const chart = (name: string): any => data.charts.find((other) => other.name === name)

  it("changes no header", () => {
    expect(recorded(marketDay, 200).report.header.root).toBe(ROOT_200)
    expect(report.header.root).toBe(run(relay, { blocks: BLOCKS }).header.root)
  })

  it("is the same for the same run", () => expect(JSON.stringify(recorded(relay, BLOCKS).data)).toBe(JSON.stringify(data)))

  it("is nothing where nobody asked for it", () => {
    const running = new Run(relay, { blocks: 1 })
    running.step()
    expect(running.recorded("")).toBeUndefined()
  })

  it("counts what the run counts", () => {
    const { timeline } = data
    expect(sum(timeline.transactions)).toBe(report.transactions)
    expect(sum(timeline.messages)).toBe(report.messages)
    expect(Object.fromEntries(timeline.refusals.map(({ kind, total }) => [kind, total]))).toEqual(report.refusals)
    for (const { counts, total } of timeline.refusals) expect(sum(counts)).toBe(total)
  })

  it("reads every block of its lines and flows", () => {
    const passed: number[] = []
    const moved: number[] = []
    const running = new Run(
      Scenario.make({
        ...relay,
        charts: {
          watch: { ...(relay.charts["passed"] as any), lines: [{ name: "a", read: (now: any, last: any) => {
            moved.push(last.raw.ended.reduce((total: number, { funds }: any) => total + Number(funds.get("coin")), 0))
            const value = (relay.charts["passed"] as any).lines[0].read(now, last)
            passed.push(Number(value))
            return value
          } }] },
        },
      }),
      { blocks: BLOCKS },
      {},
    )
    while (!running.done) running.step()
    expect(passed).toHaveLength(BLOCKS)
    expect(passed.at(-1)).toBeGreaterThan(0)
    expect(decoded(chart("passed").lines[0].last)).toEqual(passed)
    expect(decoded(chart("volume").flows[0].sums)).toEqual(moved)
    expect(Number(chart("volume").flows[0].total)).toBe(sum(moved))
  })

  it("has nothing where a line has nothing", () => {
    const values = decoded(chart("late").lines[0].last)
    expect(values.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => null))
    expect(values.slice(19).every((value) => value !== null)).toBe(true)
  })

  it("keeps quantiles in order, and marks with their transactions", () => {
    const { quantiles, counts } = chart("health")
    const levels = quantiles.map(decoded)
    expect(counts.at(-1)).toBeGreaterThan(1)
    for (let point = 0; point < counts.length; point++) {
      for (let index = 1; index < levels.length; index++) {
        if (counts[point] === 0) expect(levels[index][point]).toBeNull()
        else expect(levels[index][point]).toBeGreaterThanOrEqual(levels[index - 1][point])
      }
    }
    const { firsts, total } = chart("dropped")
    expect(total).toBeGreaterThan(3)
    for (const { transaction } of firsts) expect(data.transactions.shown.some(({ place, reasons }) => place === transaction && reasons.includes("Falls"))).toBe(true)
  })

  it("tells how long mailboxes are: what was handled, and what still waits", () => {
    const lengths = data.mailboxes.longest.map((pairs) => Object.fromEntries(pairs.flatMap((value, index) => (index % 2 === 0 ? [[data.mailboxes.actors[value], pairs[index + 1]]] : []))))
    const running = new Run(Scenario.make({ ...relay, metrics: { watch: { start: () => ({
      block: (block, { world }) => {
        const handled = new Map<string, number>()
        for (const { to, refusal } of block.raw.ended) if ((refusal as any)?._tag !== "core/NoSuchActor") handled.set(to, (handled.get(to) ?? 0) + 1)
        for (const address of world.addresses) {
          const waiting = block.raw.touched.find((cell) => cell.address === address)?.waiting ?? 0
          expect(lengths[block.height - 1]?.[address] ?? 0, `${address} in ${block.height}`).toBe((handled.get(address) ?? 0) + waiting)
        }
      },
      end: () => ({ title: "", columns: [], rows: [], json: null }),
    }) } } }), { blocks: BLOCKS })
    while (!running.done) running.step()
    expect(Math.max(...data.timeline.longestMailbox)).toBeGreaterThan(3)
  })
})

describe("the trees of a recording", () => {
  const { data, report } = recorded(relay, 40)
  const { shown, total } = data.transactions

  it("are of every transaction where there are few, and hold every message exactly once", () => {
    expect(total).toBe(report.transactions)
    expect(shown.filter(({ part }) => part === undefined)).toHaveLength(total)
    const ended = shown.flatMap(({ messages }) => messages.filter(({ end }) => end !== "under way"))
    expect(ended).toHaveLength(report.messages)
    expect(new Set(ended.map(({ id }) => id)).size).toBe(report.messages)
  })

  it("lead from cause to effect, forward in time", () => {
    for (const { messages, part } of shown) {
      if (part === undefined) expect(messages.filter(({ parent }) => parent < 0)).toHaveLength(1)
      for (const { parent, sent, ended = 41, from } of messages) {
        expect(ended).toBeGreaterThanOrEqual(sent)
        if (parent < 0) continue
        expect(messages[parent]?.ended).toBe(sent)
        expect(messages[parent]?.to).toBe(from)
      }
    }
  })

  it("say what was refused and what came back, and with which money", () => {
    const fallen = shown.find(({ status, trouble }) => status === "handled" && trouble)
    const refused = fallen?.messages.find(({ refusal }) => refusal?.kind === "relay/Dropped")
    const bounce = fallen?.messages.find(({ kind }) => kind === "bounce")
    expect(refused?.end).toBe("bounced")
    expect(bounce).toMatchObject({ from: refused?.to, to: refused?.from, reason: { kind: "relay/Dropped" }, funds: ["10 units of coin"] })
  })

  it("keep a choice where there are many, each kind of refusal among them, and what was asked for", () => {
    const { transactions } = recorded(relay, 300, [{ block: 200, index: 1 }, { block: 9_000, index: 0 }, { block: 7, index: 80 }]).data
    expect(transactions.every).toBeGreaterThan(1)
    expect(transactions.shown.length).toBeLessThan(500)
    for (const kind of ["relay/Dropped", "core/NoSuchActor"]) expect(transactions.shown.some(({ reasons }) => reasons.includes(`first ${kind}`))).toBe(true)
    expect(transactions.shown.find(({ place }) => place === "200:1")?.reasons).toContain("asked for")
    expect(transactions.missing).toEqual(["9000:0: the run ended with block 300", "7:80: block 7 has 3 transactions, the first of them is 7:0"])
  })
})

describe("a chart that does not fit", () => {
  const lines = relay.charts["late"] as any
  const cases: readonly (readonly [chart: unknown, said: string])[] = [
    [null, "charts.bad must be an object with kind, title and section, but is null"],
    [{ kind: "pie" }, 'charts.bad.kind must be one of lines, flows, spread, bars, marks, but is "pie"'],
    [{ ...lines, title: "" }, 'charts.bad.title must be a word or more, but is ""'],
    [{ ...lines, section: 7 }, "charts.bad.section must be a word or more, but is 7"],
    [{ ...lines, unit: { name: "x", decimals: 2, places: 3 } }, "charts.bad.unit must be { name, decimals, places } with at most 77 decimals and no more places than those"],
    [{ ...lines, lines: [] }, "charts.bad.lines must be what is read"],
    [{ kind: "bars", title: "a", section: "b", unit: lines.unit }, "charts.bad.start must be a function, but is undefined"],
  ]
  for (const [bad, said] of cases) {
    it(said, () => {
      const make = () => Scenario.make({ ...relay, charts: { bad: bad as any } })
      expect(make).toThrow(InvalidScenario)
      expect(make).toThrow(said)
    })
  }

  it("names itself and the block when it throws", () => {
    const scenario = Scenario.make({ ...relay, charts: { bad: { ...lines, lines: [{ name: "x", read: ({ world }: any) => { if (world.height === 3) throw new RangeError("oh"); return 1n } }] } } })
    const attempt = () => recorded(scenario, 5)
    expect(attempt).toThrow(ChartFailed)
    expect(attempt).toThrow("the chart bad failed in block 3: RangeError: oh")
  })
})
