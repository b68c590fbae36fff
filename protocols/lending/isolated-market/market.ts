import { Actor, Table, WAD } from "../../../core/index.ts"
import { borrow, repay } from "./borrowing.ts"
import { supplyCollateral, withdrawCollateral } from "./collateral.ts"
import { spotBorrowRate } from "./interest.ts"
import { aggregates, claims, health, invariants, prices } from "./invariants.ts"
import { liquidate } from "./liquidation.ts"
import { sharePriceDown, utilizationDown } from "./math.ts"
import {
  AccrueInterest,
  Borrow,
  Collect,
  Liquidate,
  MarketView,
  PositionOf,
  Repay,
  SetAuthorization,
  SetFee,
  SetFeeRecipient,
  SetOwner,
  Supply,
  SupplyCollateral,
  Withdraw,
  WithdrawCollateral,
} from "./messages.ts"
import { collect, keepUnpaid } from "./payout.ts"
import { accrueInterest, readPosition, setAuthorization, setFee, setFeeRecipient, setOwner } from "./settings.ts"
import { MarketFields, MarketParams } from "./state.ts"
import { supply, withdraw } from "./supplying.ts"
import { EVENTS } from "./verb.ts"

/** A lending market after Morpho Blue; `messages.ts` says what it promises. */
export const IsolatedMarket = Actor.make("lending/IsolatedMarket", {
  params: MarketParams,
  state: MarketFields,
  messages: {
    Supply,
    Withdraw,
    Borrow,
    Repay,
    SupplyCollateral,
    WithdrawCollateral,
    Liquidate,
    AccrueInterest,
    SetAuthorization,
    SetFee,
    SetFeeRecipient,
    SetOwner,
    Collect,
    PositionOf,
  },
  events: EVENTS,
  view: MarketView,
  publish: (market) => ({
    loanAsset: market.loanAsset,
    collateralAsset: market.collateralAsset,
    oracle: market.oracle,
    staleAfterSeconds: market.staleAfterSeconds,
    lltv: market.lltv,
    fee: market.fee,
    totalSupplyAssets: market.totalSupplyAssets,
    totalSupplyShares: market.totalSupplyShares,
    totalBorrowAssets: market.totalBorrowAssets,
    totalBorrowShares: market.totalBorrowShares,
    totalCollateral: market.totalCollateral,
    badDebtAssets: market.badDebtAssets,
    lastUpdate: market.lastUpdate,
    rateAtTarget: market.rateAtTarget,
    utilization: utilizationDown(market.totalBorrowAssets, market.totalSupplyAssets),
    borrowRate: spotBorrowRate(market),
    supplySharePrice: sharePriceDown(market.totalSupplyAssets, market.totalSupplyShares),
    borrowSharePrice: sharePriceDown(market.totalBorrowAssets, market.totalBorrowShares),
  }),
  create: (params) => {
    if (params.loanAsset === params.collateralAsset) throw new TypeError(`loan asset and collateral are both ${params.loanAsset}`)
    if (params.lltv >= WAD) throw new TypeError(`an lltv of ${params.lltv} is not below ${WAD}`)
    return {
      ...params,
      fee: 0n,
      totalSupplyAssets: 0n,
      totalSupplyShares: 0n,
      totalBorrowAssets: 0n,
      totalBorrowShares: 0n,
      totalCollateral: 0n,
      badDebtAssets: 0n,
      lastUpdate: null,
      rateAtTarget: 0n,
      positions: Table.empty(),
      authorizations: Table.empty(),
      unpaid: Table.empty(),
    }
  },
  handlers: {
    Supply: supply,
    Withdraw: withdraw,
    Borrow: borrow,
    Repay: repay,
    SupplyCollateral: supplyCollateral,
    WithdrawCollateral: withdrawCollateral,
    Liquidate: liquidate,
    AccrueInterest: accrueInterest,
    SetAuthorization: setAuthorization,
    SetFee: setFee,
    SetFeeRecipient: setFeeRecipient,
    SetOwner: setOwner,
    Collect: collect,
    PositionOf: readPosition,
  },
  bounced: keepUnpaid,
  invariants,
  claims,
  prices,
  aggregates,
  health,
})
