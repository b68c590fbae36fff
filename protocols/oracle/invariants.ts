import type { Invariant } from "../../core/index.ts"
import { averagePriceDown, medianReading, type Observation } from "./math.ts"
import type { MedianState, TimeWeightedState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** While the reports of the last report's time have a quorum, what is published is their median; recomputed. */
const priceIsMedian: Invariant<MedianState> = ({ state }) => {
  const { price, updatedAt, sources } = state
  const newest = state.reports.reduce((time, { reportedAt }) => (reportedAt > time ? reportedAt : time), 0)
  const reading = medianReading(state.reports, state, newest)
  if (reading === undefined) return undefined
  return reading.price === price && reading.updatedAt === updatedAt && reading.sources === sources
    ? undefined
    : { published: { price, updatedAt, sources }, recomputed: reading }
}

/** Reporters without a report, or reports without a reporter, do not exist. */
const reportsMatchReporters: Invariant<MedianState> = ({ state }) =>
  state.reports.length === state.reporters.length ? undefined : { reports: state.reports.length, reporters: state.reporters.length }

/** What is published is never replaced by something older. */
const timeNeverRunsBack: Invariant<{ readonly updatedAt: number }> = ({ state }, before) =>
  before === undefined || before.state.updatedAt <= state.updatedAt ? undefined : { before: before.state.updatedAt, after: state.updatedAt }

/** With a full window, the price is its average; recomputed. */
const priceIsAverage: Invariant<TimeWeightedState> = ({ state }) => {
  const { observations, windowObservations, price, updatedAt } = state
  if (observations.length < windowObservations) return undefined
  const last = observations.at(-1) as Observation
  const average = averagePriceDown(observations[0] as Observation, last)
  return average === price && last.time === updatedAt ? undefined : { average, price, lastTime: last.time, updatedAt }
}

/** The window holds at most its number of observations, each later than the one before. */
const windowAscends: Invariant<TimeWeightedState> = ({ state: { observations, windowObservations } }) =>
  observations.length <= windowObservations && observations.every(({ time }, index) => index === 0 || time > (observations[index - 1] as Observation).time)
    ? undefined
    : { times: observations.map(({ time }) => time), windowObservations }

/** Once started, a tick is awaited for ever, and never an earlier one than before. */
const tickAwaited: Invariant<TimeWeightedState> = ({ state: { tickDue } }, before) => {
  const dueBefore = before?.state.tickDue ?? null
  return dueBefore === null || (tickDue !== null && tickDue >= dueBefore) ? undefined : { tickDue, dueBefore }
}

export const medianInvariants = { priceIsMedian, reportsMatchReporters, timeNeverRunsBack }
export const timeWeightedInvariants = { priceIsAverage, windowAscends, tickAwaited, timeNeverRunsBack }
