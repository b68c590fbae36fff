import { Actor, after, type Context, type Published } from "../../core/index.ts"
import { PoolView } from "../amm/constant-product/messages.ts"
import { EmptyPool, FundsAttached, NoPool, NotSelf, PeriodNotElapsed } from "./failures.ts"
import { timeWeightedInvariants } from "./invariants.ts"
import { averagePriceDown, cumulativeAt, WINDOW_SECONDS_END, type Observation } from "./math.ts"
import { Observe, Observed, PriceUpdated, PriceView, Tick } from "./messages.ts"
import { TimeWeightedFields, TimeWeightedParams, type TimeWeightedState } from "./state.ts"

type Pool = Published<typeof PoolView>

export const TimeWeightedOracle = Actor.make("oracle/TimeWeightedOracle", {
  params: TimeWeightedParams,
  state: TimeWeightedFields,
  messages: { Observe, Tick },
  events: [Observed, PriceUpdated],
  view: PriceView,
  publish: ({ base, quote, price, updatedAt, sources }) => ({ base, quote, price, updatedAt, sources }),
  create: (params) => {
    if (params.base === params.quote) throw new TypeError(`base and quote are both ${params.base}`)
    return { ...params, price: 0n, updatedAt: 0, sources: 0, observations: [], tickDue: null }
  },
  handlers: {
    Observe: (oracle, _, context) => {
      const { funds, height } = context
      const { tickDue } = oracle
      if (!funds.isEmpty) return new FundsAttached({ funds: String(funds).slice(0, 600) })
      if (tickDue !== null && height < tickDue) return new PeriodNotElapsed({ height, due: tickDue })
      const pool = context.view(PoolView, oracle.pool)
      if (pool === undefined) return new NoPool({ pool: oracle.pool })
      if (isEmpty(pool)) return new EmptyPool({ pool: oracle.pool })
      return observe(oracle, pool, context)
    },

    Tick: (oracle, { due }, context) => {
      if (context.sender !== context.self) return new NotSelf({ sender: context.sender })
      if (due !== oracle.tickDue) return { state: oracle }
      const pool = context.view(PoolView, oracle.pool)
      if (pool === undefined || isEmpty(pool)) return rearm({ ...oracle, observations: [] }, context)
      return observe(oracle, pool, context)
    },
  },
  invariants: timeWeightedInvariants,
})

const isEmpty = ({ reserveX, reserveY }: Pool): boolean => reserveX === 0n || reserveY === 0n

const rearm = (oracle: TimeWeightedState, { height }: Context) => {
  const due = height + oracle.periodBlocks
  return { state: { ...oracle, tickDue: due }, timers: [after(oracle.periodBlocks, Tick, { due })] }
}

const observe = (oracle: TimeWeightedState, pool: Pool, context: Context) => {
  const { time } = context
  if (oracle.observations.at(-1)?.time === time) return rearm(oracle, context)
  const last: Observation = { time, cumulative: cumulativeAt(pool, oracle.baseSide, time) }
  const recent = oracle.observations.filter((earlier) => time - earlier.time < WINDOW_SECONDS_END)
  const observations = [...recent, last].slice(-oracle.windowObservations)
  const observed = Observed.make(last)
  if (observations.length < oracle.windowObservations) return { ...rearm({ ...oracle, observations }, context), events: [observed] }

  const price = averagePriceDown(observations[0] as Observation, last)
  const reading = { price, updatedAt: time, sources: observations.length }
  return { ...rearm({ ...oracle, observations, ...reading }, context), events: [observed, PriceUpdated.make(reading)] }
}
