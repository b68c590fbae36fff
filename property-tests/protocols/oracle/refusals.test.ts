import { describe, expect, it } from "vitest"
import { testContext, WAD, type AnyMessage, type Failure } from "../../../core/index.ts"
import { PoolView } from "../../../protocols/amm/constant-product/messages.ts"
import {
  DeviationTooLarge,
  EmptyPool,
  FundsAttached,
  MedianOracle,
  NoPool,
  NotReporter,
  NotSelf,
  PeriodNotElapsed,
  TimeWeightedOracle,
  ZeroPrice,
  type MedianState,
  type TimeWeightedState,
} from "../../../protocols/oracle/index.ts"

const median: MedianState = {
  ...MedianOracle.create(
    { base: "eth", quote: "usdc", reporters: ["r0", "r1"], quorum: 1, staleAfterSeconds: 60, deviationPipsMax: 100_000 },
    "oracle",
  ),
  price: WAD,
  updatedAt: 100,
  sources: 1,
  reports: [{ price: WAD, reportedAt: 100 }, { price: 0n, reportedAt: 0 }],
}
const average: TimeWeightedState = TimeWeightedOracle.create(
  { base: "eth", quote: "usdc", pool: "pool", baseSide: "X", periodBlocks: 5, windowObservations: 2 },
  "oracle",
)
const started: TimeWeightedState = { ...average, tickDue: 9 }
const empty = { reserveX: 0n, reserveY: 5n, shares: 0n, priceXCumulative: 0n, priceYCumulative: 0n, timeLast: 0, feePips: 3000 }
const emptyPool = [[PoolView, "pool", empty]] as const

const eth = { eth: 1n }
const attached = new FundsAttached({ funds: "1 eth" })
const { Report } = MedianOracle.handlers
const { Observe, Tick } = TimeWeightedOracle.handlers
const tooFar = new DeviationTooLarge({ reported: 2n * WAD, median: (3n * WAD) / 2n, published: WAD, deviationPipsMax: 100_000 })

/** Each input breaks, besides the rule that it is for, every later one that it can. */
const rows: ReadonlyArray<readonly [message: string, expected: Failure, answer: unknown]> = [
  ["Report", attached, Report(median, { price: 0n }, testContext({ sender: "eve", funds: eth, time: 110 }))],
  ["Report", new NotReporter({ sender: "eve" }), Report(median, { price: 0n }, testContext({ sender: "eve", time: 110 }))],
  ["Report", new ZeroPrice(), Report(median, { price: 0n }, testContext({ sender: "r1", time: 110 }))],
  ["Report", tooFar, Report(median, { price: 2n * WAD }, testContext({ sender: "r1", time: 110 }))],
  ["Observe", attached, Observe(started, {}, testContext({ height: 8, funds: eth }))],
  ["Observe", new PeriodNotElapsed({ height: 8, due: 9 }), Observe(started, {}, testContext({ height: 8 }))],
  ["Observe", new NoPool({ pool: "pool" }), Observe(started, {}, testContext({ height: 9 }))],
  ["Observe", new EmptyPool({ pool: "pool" }), Observe(started, {}, testContext({ height: 9, views: emptyPool }))],
  ["Tick", new NotSelf({ sender: "eve" }), Tick(started, { due: 9 }, testContext({ sender: "eve", height: 9, funds: eth }))],
]

describe("refusals", () => {
  for (const [message, expected, answer] of rows) {
    it(`${message}: ${expected.message}`, () => {
      expect(answer).toBeInstanceOf(expected.constructor)
      expect(answer).toEqual(expected)
    })
  }
  it("shows every declared failure of every message, in the declared order", () => {
    const messages: Readonly<Record<string, AnyMessage>> = { ...MedianOracle.messages, ...TimeWeightedOracle.messages }
    const declared = Object.entries(messages).flatMap(([name, { failures }]) => failures.map(({ tag }) => `${name} ${tag}`))
    expect(rows.map(([name, { _tag }]) => `${name} ${_tag}`)).toEqual(declared)
  })
})

describe("parameters that make no sense", () => {
  const params = { base: "eth", quote: "usdc", reporters: ["r0", "r1"], quorum: 2, staleAfterSeconds: 60, deviationPipsMax: 0 }
  const rows: ReadonlyArray<readonly [problem: string, given: Partial<typeof params>]> = [
    ["base and quote are both eth", { quote: "eth" }],
    ["a reporter is listed twice", { reporters: ["r0", "r0"] }],
    ["a quorum of 2 needs more than 1 reporters", { reporters: ["r0"] }],
    ["a quorum of 2 needs more than 0 reporters", { reporters: [] }],
  ]
  for (const [problem, given] of rows) it(problem, () => expect(() => MedianOracle.create({ ...params, ...given }, "oracle")).toThrow(problem))
  it("base and quote are both eth, of a pool", () => {
    expect(() => TimeWeightedOracle.create({ base: "eth", quote: "eth", pool: "pool", baseSide: "X", periodBlocks: 1, windowObservations: 2 }, "oracle")).toThrow(TypeError)
  })
})
