import { Actor, Address, AssetId, Integer, Nullable, Payment } from "../../../core/index.ts"
import { Hop, RouteCompleted, RouteStopped, stopRoute } from "../../exchange/router/messages.ts"
import { invariants } from "./invariants.ts"
import { addLiquidity, removeLiquidity } from "./liquidity.ts"
import {
  AddLiquidity,
  Exchange,
  LiquidityAdded,
  LiquidityRemoved,
  PoolView,
  RemoveLiquidity,
  SetFeeTo,
  sharesOf,
  Skim,
  Swap,
  SwapForExact,
  Swapped,
  Sync,
} from "./messages.ts"
import { PoolFields } from "./state.ts"
import { exchange, hop, hopSeries, swap, swapForExact, swapSeries } from "./trade.ts"
import { setFeeTo, skim, sync } from "./upkeep.ts"

/** A pool after Uniswap v2; `messages.ts` says what it promises. */
export const ConstantProductPool = Actor.make("amm/ConstantProductPool", {
  params: {
    assetX: AssetId,
    assetY: AssetId,
    feePips: Integer(0, 999_999),
    feeTo: Nullable(Address),
    feeSetter: Nullable(Address),
  },
  state: PoolFields,
  messages: { Swap, SwapForExact, Exchange, AddLiquidity, RemoveLiquidity, Skim, Sync, SetFeeTo, Payment, Hop },
  events: [Swapped, LiquidityAdded, LiquidityRemoved, RouteCompleted, RouteStopped],
  view: PoolView,
  publish: ({ reserveX, reserveY, shares, priceXCumulative, priceYCumulative, timeLast, feePips }) => ({
    reserveX,
    reserveY,
    shares,
    priceXCumulative,
    priceYCumulative,
    timeLast,
    feePips,
  }),
  create: (params, self) => {
    const assetShares = sharesOf(self)
    if (new Set([params.assetX, params.assetY, assetShares]).size < 3) {
      throw new TypeError(`a pool needs two assets besides its shares, but has ${params.assetX} and ${params.assetY}`)
    }
    return { ...params, assetShares, reserveX: 0n, reserveY: 0n, shares: 0n, priceXCumulative: 0n, priceYCumulative: 0n, timeLast: 0, kLast: 0n }
  },
  handlers: {
    Swap: swap,
    SwapForExact: swapForExact,
    Exchange: exchange,
    AddLiquidity: addLiquidity,
    RemoveLiquidity: removeLiquidity,
    Skim: skim,
    Sync: sync,
    SetFeeTo: setFeeTo,
    Payment: (pool) => ({ state: pool }),
    Hop: hop,
  },
  series: { Swap: swapSeries, Hop: hopSeries },
  bounced: (pool, bounce) => ({ state: pool, ...stopRoute(bounce) }),
  invariants,
})
