import { expect, it } from "vitest"
import type { Invariant } from "../../../core/index.ts"
import { MedianOracle, TimeWeightedOracle, type MedianState, type TimeWeightedState } from "../../../protocols/oracle/index.ts"

const observed = <S>(state: S) => ({ address: "oracle", state, balance: () => 0n, supply: () => 0n })
/** Names of the invariants that a state breaks. */
const broken = <S>(invariants: { readonly [name: string]: Invariant<S> } | undefined, state: S, before?: S): readonly string[] =>
  Object.entries(invariants ?? {})
    .filter(([, holds]) => holds(observed(state), before === undefined ? undefined : observed(before)) !== undefined)
    .map(([name]) => name)

it("of the median name what breaks them", () => {
  const params = { base: "eth", quote: "usdc", reporters: ["r0", "r1"], quorum: 2, staleAfterSeconds: 60, deviationPipsMax: 0 }
  const good: MedianState = {
    ...params,
    price: 6n,
    updatedAt: 10,
    sources: 2,
    reports: [{ price: 5n, reportedAt: 10 }, { price: 8n, reportedAt: 11 }],
  }
  const of = (change: Partial<MedianState>, before?: MedianState) => broken(MedianOracle.invariants, { ...good, ...change }, before)
  expect(of({})).toEqual([])
  expect(of({ price: 7n })).toEqual(["priceIsMedian"])
  expect(of({ sources: 1 })).toEqual(["priceIsMedian"])
  expect(of({ updatedAt: 11 })).toEqual(["priceIsMedian"])
  expect(of({ reporters: ["r0"] })).toEqual(["reportsMatchReporters"])
  expect(of({}, { ...good, updatedAt: 11 })).toEqual(["timeNeverRunsBack"])
})

it("of the average name what breaks them", () => {
  const good: TimeWeightedState = {
    base: "eth",
    quote: "usdc",
    pool: "pool",
    baseSide: "X",
    periodBlocks: 1,
    windowObservations: 2,
    price: 3n * 10n ** 18n,
    updatedAt: 14,
    sources: 2,
    observations: [{ time: 10, cumulative: 0n }, { time: 14, cumulative: 12n * 2n ** 112n }],
    tickDue: 5,
  }
  const of = (change: Partial<TimeWeightedState>, before?: TimeWeightedState) => broken(TimeWeightedOracle.invariants, { ...good, ...change }, before)
  expect(of({}, good)).toEqual([])
  expect(of({ price: 1n })).toEqual(["priceIsAverage"])
  expect(of({ updatedAt: 10 }, good)).toEqual(["priceIsAverage", "timeNeverRunsBack"])
  expect(of({ windowObservations: 3, observations: [...good.observations].reverse() })).toEqual(["windowAscends"])
  expect(of({ tickDue: null }, good)).toEqual(["tickAwaited"])
  expect(of({ tickDue: 4 }, good)).toEqual(["tickAwaited"])
})
