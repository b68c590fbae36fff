import { Actor, Address, Amount, AssetId, Continuation, Funds, List, Message, payOne, Payment, request } from "../../../core/index.ts"
import { Swap } from "../../../protocols/amm/constant-product/index.ts"

/**
 * The smallest actor that sells through a chain of pools: for the sheet only, with no protection but the pools' own. Whoever wants a router takes
 * one of the protocols.
 */

const Hop = { pool: Address, assetOut: AssetId }
const HOPS_MAX = 4

/** Sells what is attached through each of the pools in turn and pays the result to the sender. */
export const Route = Message.make("bench/Route", { payload: { pools: List(Address, HOPS_MAX), assets: List(AssetId, HOPS_MAX) } })

/** The sender, the asset that this hop buys, and the hops after it. */
const Hopped = Continuation.make("bench/Hopped", {
  of: Swap,
  saved: { owner: Address, assetOut: Hop.assetOut, pools: List(Hop.pool, HOPS_MAX), assets: List(Hop.assetOut, HOPS_MAX) },
})

export const Router = Actor.make("bench/Router", {
  params: {},
  state: { refused: Amount },
  messages: { Route, Payment },
  continuations: { Hopped },
  create: () => ({ refused: 0n }),
  handlers: {
    Route: (router, { pools, assets }, { funds, sender }) => ({ state: router, sends: [hop(sender, funds, pools, assets)] }),
    // A pool pays, then it replies.
    Payment: (router) => ({ state: router }),
  },
  resume: {
    Hopped: (router, outcome, { owner, assetOut, pools, assets }) => {
      if (outcome._tag === "Failed") {
        return { state: { refused: router.refused + 1n }, sends: [payOne(owner, outcome.refund.asset, outcome.refund.amount)] }
      }
      const { amountOut } = outcome.reply
      if (pools.length === 0) return { state: router, sends: [payOne(owner, assetOut, amountOut)] }
      return { state: router, sends: [hop(owner, Funds.of(assetOut, amountOut), pools, assets)] }
    },
  },
})

const hop = (owner: string, funds: Funds, pools: readonly string[], assets: readonly string[]) =>
  request(pools[0] as string, Swap, { minimumOut: 1n }, {
    funds,
    then: Hopped,
    saved: { owner, assetOut: assets[0] as string, pools: pools.slice(1), assets: assets.slice(1) },
  })
