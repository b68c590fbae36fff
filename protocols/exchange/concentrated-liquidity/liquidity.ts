import { Failure, MAX_UINT256, pay, type AnyMessage, type AssetId, type Context, type Handler } from "../../../core/index.ts"
import { type InsufficientPosition, LiquidityTooLarge, MaximumExceeded, NothingAsked, NotInitialized, SlippageExceeded } from "./failures.ts"
import { amountsDown, amountsUp, liquidityDown, type Amounts } from "./math.ts"
import { Burned, Collected, Minted, type Burn, type Collect, type Deposit, type Mint } from "./messages.ts"
import { checkTicks, positionAt, withLiquidity, withPosition, type Place } from "./positions.ts"
import { attachesOther, nothingExpected, wrongAsset } from "./quote.ts"
import type { PoolState } from "./state.ts"
import { sqrtPriceX96AtTick } from "./tick-math.ts"
import { liquidityPerTickMax } from "./ticks.ts"
import { change } from "./trade.ts"

/** The verbs of those who provide liquidity. `messages.ts` says what they promise. */
type Provision<M extends AnyMessage> = Handler<PoolState, M, typeof Minted | typeof Burned | typeof Collected>

interface Minima {
  readonly amount0Min: bigint
  readonly amount1Min: bigint
}

export const mint: Provision<typeof Mint> = (pool, { tickLower, tickUpper, liquidity, ...minima }, context) => {
  if (attachesOther(pool, context.funds)) return wrongAsset(pool, String(context.funds))
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  if (liquidity === 0n) return new NothingAsked()
  const place = { owner: context.sender, tickLower, tickUpper }
  const wrong = checkTicks(pool, place)
  if (wrong !== undefined) return wrong
  const minted = mintAt(pool, place, liquidity, minima, context.time)
  if (minted instanceof Failure) return minted
  const { amounts, ...step } = minted
  return aboveAttached(pool, amounts, context) ?? { ...step, reply: amounts, sends: change(pool, context, amounts.amount0, amounts.amount1) }
}

export const deposit: Provision<typeof Deposit> = (pool, { tickLower, tickUpper, ...minima }, context) => {
  const { funds } = context
  if (attachesOther(pool, funds)) return wrongAsset(pool, String(funds))
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  const place = { owner: context.sender, tickLower, tickUpper }
  const wrong = checkTicks(pool, place)
  if (wrong !== undefined) return wrong
  const attached = { amount0: funds.get(pool.asset0), amount1: funds.get(pool.asset1) }
  const liquidity = liquidityDown(pool.sqrtPriceX96, sqrtPriceX96AtTick(tickLower), sqrtPriceX96AtTick(tickUpper), attached)
  if (liquidity === 0n) return new NothingAsked()
  const minted = mintAt(pool, place, liquidity, minima, context.time)
  if (minted instanceof Failure) return minted
  const { amounts, ...step } = minted
  // What they are enough for costs no more than the attached amounts: the liquidity was rounded down.
  return { ...step, reply: { ...amounts, liquidity }, sends: change(pool, context, amounts.amount0, amounts.amount1) }
}

const mintAt = (pool: PoolState, place: Place, liquidity: bigint, minima: Minima, time: number) => {
  const { tickLower, tickUpper } = place
  // Looked at before anything is computed with it; `withLiquidity` looks at the sums.
  const maximum = liquidityPerTickMax(pool.tickSpacing)
  if (liquidity > maximum) return new LiquidityTooLarge({ liquidity: liquidity > MAX_UINT256 ? MAX_UINT256 : liquidity, maximum })
  const state = withLiquidity(pool, place, liquidity, time)
  if (state instanceof Failure) return state as LiquidityTooLarge
  const amounts = amountsUp(pool.sqrtPriceX96, sqrtPriceX96AtTick(tickLower), sqrtPriceX96AtTick(tickUpper), liquidity)
  const short = belowMinimum(pool, amounts, minima)
  if (short !== undefined) return short
  return { amounts, state, events: [Minted.make({ ...place, ...amounts, liquidity })] }
}

export const burn: Provision<typeof Burn> = (pool, { tickLower, tickUpper, liquidity, ...minima }, { funds, sender, time }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  const place = { owner: sender, tickLower, tickUpper }
  const wrong = checkTicks(pool, place)
  if (wrong !== undefined) return wrong
  const amounts = amountsDown(pool.sqrtPriceX96, sqrtPriceX96AtTick(tickLower), sqrtPriceX96AtTick(tickUpper), liquidity)
  const state = withLiquidity(pool, place, -liquidity, time, amounts)
  if (state instanceof Failure) return state as InsufficientPosition
  const short = belowMinimum(pool, amounts, minima)
  if (short !== undefined) return short
  return { state, reply: amounts, events: [Burned.make({ ...place, ...amounts, liquidity })] }
}

export const collect: Provision<typeof Collect> = (pool, { tickLower, tickUpper, amount0Max, amount1Max }, { funds, sender }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  const place = { owner: sender, tickLower, tickUpper }
  const position = positionAt(pool, place)
  const { tokensOwed0, tokensOwed1 } = position
  const amount0 = amount0Max < tokensOwed0 ? amount0Max : tokensOwed0
  const amount1 = amount1Max < tokensOwed1 ? amount1Max : tokensOwed1
  const reply = { amount0, amount1 }
  const events = [Collected.make({ ...place, ...reply })]
  if (amount0 === 0n && amount1 === 0n) return { state: pool, reply, events }
  const state = withPosition(pool, { ...position, tokensOwed0: tokensOwed0 - amount0, tokensOwed1: tokensOwed1 - amount1 })
  return { state, reply, sends: [pay(sender, { [pool.asset0]: amount0, [pool.asset1]: amount1 })], events }
}

const belowMinimum = ({ asset0, asset1 }: PoolState, { amount0, amount1 }: Amounts, { amount0Min, amount1Min }: Minima): SlippageExceeded | undefined =>
  tooLittle(asset0, amount0, amount0Min) ?? tooLittle(asset1, amount1, amount1Min)

const tooLittle = (asset: AssetId, amount: bigint, minimum: bigint): SlippageExceeded | undefined =>
  amount < minimum ? new SlippageExceeded({ asset, amount, minimum }) : undefined

const aboveAttached = ({ asset0, asset1 }: PoolState, { amount0, amount1 }: Amounts, { funds }: Context): MaximumExceeded | undefined =>
  tooMuch(asset0, amount0, funds.get(asset0)) ?? tooMuch(asset1, amount1, funds.get(asset1))

const tooMuch = (asset: AssetId, amount: bigint, maximum: bigint): MaximumExceeded | undefined =>
  amount > maximum ? new MaximumExceeded({ asset, amount, maximum }) : undefined
