import { Actor, Address, Amount, AssetId, Integer, List, Nullable, Payment, Struct } from "../../../core/index.ts"
import { Hop, RouteCompleted, RouteStopped, stopRoute } from "../router/messages.ts"
import { addLiquidity } from "./deposit.ts"
import { claims, invariants } from "./invariants.ts"
import { A_LIMIT, ADMIN_FEE_MAX_E10, COINS_MAX, COINS_MIN, DECIMALS_MAX, FEE_MAX_E10 } from "./math.ts"
import {
  AddLiquidity,
  ApplyFee,
  CommitFee,
  DonateAdminFees,
  FeeApplied,
  FeeCommitted,
  LiquidityAdded,
  LiquidityRemoved,
  RampA,
  Ramped,
  RemoveLiquidity,
  RemoveLiquidityImbalance,
  RemoveLiquidityOneCoin,
  RevertFee,
  sharesOf,
  StablePoolView,
  StopRampA,
  Swap,
  Swapped,
  WithdrawAdminFees,
} from "./messages.ts"
import { applyFee, commitFee, donateAdminFees, rampA, revertFee, stopRampA, withdrawAdminFees } from "./owner.ts"
import { PoolFields } from "./state.ts"
import { hop, swap } from "./swap.ts"
import { removeLiquidity, removeLiquidityImbalance, removeLiquidityOneCoin } from "./withdrawal.ts"

/** A pool after Curve's 3pool; `messages.ts` says what it promises. */
export const StablePool = Actor.make("stableswap/StablePool", {
  params: {
    coins: List(Struct({ asset: AssetId, decimals: Integer(0, DECIMALS_MAX) }), COINS_MAX),
    /** The contract's A, from 1 to 999,999: the paper's A times n^(n-1). */
    amplification: Amount,
    feeE10: Amount,
    adminFeeE10: Amount,
    owner: Nullable(Address),
  },
  state: PoolFields,
  messages: {
    Swap,
    AddLiquidity,
    RemoveLiquidity,
    RemoveLiquidityImbalance,
    RemoveLiquidityOneCoin,
    RampA,
    StopRampA,
    CommitFee,
    ApplyFee,
    RevertFee,
    WithdrawAdminFees,
    DonateAdminFees,
    Payment,
    Hop,
  },
  events: [Swapped, LiquidityAdded, LiquidityRemoved, Ramped, FeeCommitted, FeeApplied, RouteCompleted, RouteStopped],
  view: StablePoolView,
  publish: ({ assets, decimals, balances, shares, initialA, futureA, initialATime, futureATime, feeE10 }) => ({
    assets,
    decimals,
    balances,
    shares,
    initialA,
    futureA,
    initialATime,
    futureATime,
    feeE10,
  }),
  create: ({ coins, amplification, feeE10, adminFeeE10, owner }, self) => {
    const assets = coins.map(({ asset }) => asset)
    const assetShares = sharesOf(self)
    if (coins.length < COINS_MIN || new Set([...assets, assetShares]).size < coins.length + 1) {
      throw new TypeError(`a pool needs two to eight different coins besides its shares, but has ${assets.join(", ")}`)
    }
    if (amplification === 0n || amplification >= A_LIMIT) throw new TypeError(`A must be from 1 to ${A_LIMIT - 1n}, not ${amplification}`)
    if (feeE10 > FEE_MAX_E10 || adminFeeE10 > ADMIN_FEE_MAX_E10) throw new TypeError(`the fees of ${feeE10} and ${adminFeeE10} are too high`)
    return {
      assets,
      decimals: coins.map(({ decimals }) => decimals),
      assetShares,
      balances: coins.map(() => 0n),
      shares: 0n,
      initialA: amplification,
      futureA: amplification,
      initialATime: 0,
      futureATime: 0,
      feeE10,
      adminFeeE10,
      futureFeeE10: 0n,
      futureAdminFeeE10: 0n,
      adminActionsDeadline: 0,
      owner,
    }
  },
  handlers: {
    Swap: swap,
    AddLiquidity: addLiquidity,
    RemoveLiquidity: removeLiquidity,
    RemoveLiquidityImbalance: removeLiquidityImbalance,
    RemoveLiquidityOneCoin: removeLiquidityOneCoin,
    RampA: rampA,
    StopRampA: stopRampA,
    CommitFee: commitFee,
    ApplyFee: applyFee,
    RevertFee: revertFee,
    WithdrawAdminFees: withdrawAdminFees,
    DonateAdminFees: donateAdminFees,
    Payment: (pool) => ({ state: pool }),
    Hop: hop,
  },
  bounced: (pool, bounce) => ({ state: pool, ...stopRoute(bounce) }),
  invariants,
  claims,
})
