import { Address, Amount, AssetId, Bool, Count, Integer, LIMITS, OneOf, Struct, TableOf, type Value, type Values } from "../../../core/index.ts"

/** Routes side by side. Each waits for one message or one timer. */
export const ROUTES_MAX = 64

export const RouteCodec = Struct({
  borrower: Address,
  minimumOut: Amount,
  stage: OneOf("liquidating", "selling"),
  /** What the market told; 0 before. */
  repaidAssets: Amount,
  seizedAssets: Amount,
  /** Whether the market has nothing more that came back. */
  collected: Bool,
  /** That failed, sales and collections together. */
  attempts: Count,
})
export type Route = Value<typeof RouteCodec>

export const LiquidatorParams = {
  owner: Address,
  /** A lending/IsolatedMarket of these two assets. */
  market: Address,
  /** An amm/ConstantProductPool of these two assets. */
  pool: Address,
  loanAsset: AssetId,
  collateralAsset: AssetId,
  /** Failed sales and collections after which a route ends. */
  attemptsMax: Integer(1, 1_000),
  /** From a failed attempt to the next. */
  retryBlocks: Integer(1, LIMITS.timerBlocksMax),
  /** In which market and pool must handle a message, counted from when it leaves. */
  deadlineBlocks: Integer(1, LIMITS.timerBlocksMax),
}

export const LiquidatorFields = {
  ...LiquidatorParams,
  /** Under way, by number. */
  routes: TableOf(Count, RouteCodec),
  /** How many there ever were; the number of the next. */
  started: Count,
}

export type LiquidatorState = Values<typeof LiquidatorFields>
