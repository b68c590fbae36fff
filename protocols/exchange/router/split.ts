import { send, type Handler } from "../../../core/index.ts"
import { AmountsDiffer, EmptyPart, EndsDiffer, MinimumNotCovered, WrongAsset } from "./failures.ts"
import { sumOf } from "./math.ts"
import { Hop, type Route } from "./messages.ts"
import type { RouterState } from "./state.ts"

export const route: Handler<RouterState, typeof Route, never> = (router, { parts, minimumOut, deadline }, { funds, sender }) => {
  const { asset, amount } = funds
  if (funds.isEmpty || funds.rest !== undefined) return new WrongAsset({ expected: "one asset", given: String(funds).slice(0, 600) })
  const empty = parts.findIndex(({ amountIn, legs }) => amountIn === 0n || legs.length === 0)
  if (empty >= 0 || parts.length === 0) return new EmptyPart({ part: Math.max(empty, 0) })
  const ends = parts.map(({ legs }) => legs[legs.length - 1] as (typeof legs)[number])
  const differing = ends.findIndex(({ assetOut }) => assetOut !== ends[0]?.assetOut)
  if (differing >= 0) return new EndsDiffer({ part: differing })
  const taken = sumOf(parts.map(({ amountIn }) => amountIn))
  if (taken !== amount) return new AmountsDiffer({ attached: amount, parts: capped(taken) })
  const covered = sumOf(ends.map((leg) => leg.minimumOut))
  if (covered < minimumOut) return new MinimumNotCovered({ minimumOut, covered })
  return {
    state: router,
    reply: { parts: parts.length },
    sends: parts.map(({ amountIn, legs: [first, ...rest] }) => {
      const { venue, assetOut, minimumOut: least } = first as (typeof ends)[number]
      return send(venue, Hop, { assetOut, minimumOut: least, to: sender, rest, deadline }, { funds: { [asset]: amountIn }, deadline })
    }),
  }
}

/** A sum of sixteen amounts can be more than an amount. */
const capped = (sum: bigint): bigint => (sum < 2n ** 256n ? sum : 2n ** 256n - 1n)
