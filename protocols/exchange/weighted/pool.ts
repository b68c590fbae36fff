import { Actor, Address, Amount, AssetId, Integer, List, Nullable, Struct, type Handler } from "../../../core/index.ts"
import { Hop, RouteCompleted, RouteStopped, stopRoute } from "../router/messages.ts"
import { addLiquidity, addLiquidityProportional, addLiquiditySingle } from "./deposit.ts"
import { FeeOutOfRange, NotOwner, WrongAsset } from "./failures.ts"
import { ONE } from "./fixed-point.ts"
import { claims, invariants } from "./invariants.ts"
import { DECIMALS_MAX, FEE_MAX_E18, FEE_MIN_E18, TOKENS_MAX, TOKENS_MIN, WEIGHT_MIN_E18 } from "./math.ts"
import {
  AddLiquidity,
  AddLiquidityProportional,
  AddLiquiditySingle,
  LiquidityAdded,
  LiquidityRemoved,
  RemoveLiquidity,
  RemoveLiquidityExact,
  RemoveLiquiditySingle,
  SetSwapFee,
  sharesOf,
  Swap,
  SwapForExact,
  Swapped,
  WeightedPoolView,
} from "./messages.ts"
import { PoolFields, type PoolState } from "./state.ts"
import { hop, swap, swapForExact } from "./swap.ts"
import { removeLiquidity, removeLiquidityExact, removeLiquiditySingle } from "./withdrawal.ts"

const setSwapFee: Handler<PoolState, typeof SetSwapFee, never> = (pool, { feeE18 }, { funds, sender }) => {
  if (!funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
  if (sender !== pool.owner) return new NotOwner({ sender })
  return feeFits(feeE18) ? { state: { ...pool, feeE18 } } : new FeeOutOfRange({ feeE18, minimumE18: FEE_MIN_E18, maximumE18: FEE_MAX_E18 })
}

const feeFits = (feeE18: bigint): boolean => feeE18 >= FEE_MIN_E18 && feeE18 <= FEE_MAX_E18

/** A pool after Balancer v2's weighted pool; `messages.ts` says what it promises. */
export const WeightedPool = Actor.make("weighted/WeightedPool", {
  params: {
    tokens: List(Struct({ asset: AssetId, decimals: Integer(0, DECIMALS_MAX), weightE18: Amount }), TOKENS_MAX),
    feeE18: Amount,
    protocolFeeE18: Amount,
    collector: Nullable(Address),
    owner: Nullable(Address),
  },
  state: PoolFields,
  messages: {
    Swap,
    SwapForExact,
    AddLiquidity,
    AddLiquidityProportional,
    AddLiquiditySingle,
    RemoveLiquidity,
    RemoveLiquiditySingle,
    RemoveLiquidityExact,
    SetSwapFee,
    Hop,
  },
  events: [Swapped, LiquidityAdded, LiquidityRemoved, RouteCompleted, RouteStopped],
  view: WeightedPoolView,
  publish: ({ assets, decimals, weightsE18, balances, shares, feeE18 }) => ({ assets, decimals, weightsE18, balances, shares, feeE18 }),
  create: ({ tokens, feeE18, protocolFeeE18, collector, owner }, self) => {
    const assets = tokens.map(({ asset }) => asset)
    const weightsE18 = tokens.map(({ weightE18 }) => weightE18)
    const assetShares = sharesOf(self)
    if (tokens.length < TOKENS_MIN || new Set([...assets, assetShares]).size < tokens.length + 1) {
      throw new TypeError(`a pool needs two to eight different tokens besides its shares, but has ${assets.join(", ")}`)
    }
    if (weightsE18.some((weight) => weight < WEIGHT_MIN_E18) || weightsE18.reduce((sum, weight) => sum + weight, 0n) !== ONE) {
      throw new TypeError(`weights must be at least ${WEIGHT_MIN_E18} and add up to ${ONE}, not ${weightsE18.join(" + ")}`)
    }
    if (!feeFits(feeE18)) throw new TypeError(`the fee must be from ${FEE_MIN_E18} to ${FEE_MAX_E18}, not ${feeE18}`)
    if (protocolFeeE18 > ONE / 2n) throw new TypeError(`the protocol's part must be at most ${ONE / 2n}, not ${protocolFeeE18}`)
    const decimals = tokens.map((token) => token.decimals)
    return { assets, decimals, weightsE18, assetShares, balances: tokens.map(() => 0n), shares: 0n, feeE18, protocolFeeE18, collector, owner, lastInvariant: 0n }
  },
  handlers: {
    Swap: swap,
    SwapForExact: swapForExact,
    AddLiquidity: addLiquidity,
    AddLiquidityProportional: addLiquidityProportional,
    AddLiquiditySingle: addLiquiditySingle,
    RemoveLiquidity: removeLiquidity,
    RemoveLiquiditySingle: removeLiquiditySingle,
    RemoveLiquidityExact: removeLiquidityExact,
    SetSwapFee: setSwapFee,
    Hop: hop,
  },
  bounced: (pool, bounce) => ({ state: pool, ...stopRoute(bounce) }),
  invariants,
  claims,
})
