import { addChecked, max, mulChecked, outOfRange, subChecked } from "../../../core/index.ts"
import { MaxInRatio, MaxInvariantRatio, MaxOutRatio, MinInvariantRatio } from "./failures.ts"
import { complement, divDown, divUp, mulDown, mulUp, ONE, powDown, powUp } from "./fixed-point.ts"

/**
 * WeightedMath of Balancer v2 (@balancer-labs/v2-pool-weighted 2.0.1; F. Martinelli, N. Mushegian, Balancer whitepaper, 2019), formula by formula,
 * every rounding the contract's. All amounts, weights, fees and ratios have 18 decimals; weights are a part of 1.
 */

export const TOKENS_MIN = 2
export const TOKENS_MAX = 8
export const DECIMALS_MAX = 18
/** Smallest weight: 1 %. */
export const WEIGHT_MIN_E18 = 10n ** 16n
/** Most that one trade may sell or buy of a balance. */
export const RATIO_MAX_E18 = 3n * 10n ** 17n
/** Bounds of what a deposit or withdrawal of one token does to the invariant. */
export const INVARIANT_RATIO_MAX_E18 = 3n * ONE
export const INVARIANT_RATIO_MIN_E18 = 7n * 10n ** 17n
/** Bounds of the swap fee. */
export const FEE_MIN_E18 = 10n ** 12n
export const FEE_MAX_E18 = 10n ** 17n
/** Shares that stay with the pool for ever. */
export const SHARES_LOCKED = 1_000_000n
/** Below this the power of the protocol fee is not taken. */
const POWER_BASE_MIN_E18 = 7n * 10n ** 17n

const SCALES: readonly bigint[] = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10n ** BigInt(18 - decimals))
/** Units with 18 decimals in one of a token's own. */
const scaleOf = (decimals: number): bigint => SCALES[decimals] as bigint

export const upscaled = (amount: bigint, decimals: number): bigint => mulDown(amount, scaleOf(decimals) * ONE)
export const downscaledDown = (amount: bigint, decimals: number): bigint => amount / scaleOf(decimals)
export const downscaledUp = (amount: bigint, decimals: number): bigint => divUp(amount, scaleOf(decimals) * ONE)

/** An amount less the swap fee, which is rounded up. */
export const lessFee = (amount: bigint, feeE18: bigint): bigint => subChecked(amount, mulUp(amount, feeE18))
/** The amount of which this is left after the swap fee, rounded up. */
export const plusFee = (amount: bigint, feeE18: bigint): bigint => divUp(amount, ONE - feeE18)

/** The product of the balances to the power of their weights, rounded down. As the contract reverts at 0, core/OutOfRange is thrown. */
export const invariantDown = (weights: readonly bigint[], balances: readonly bigint[]): bigint => {
  const invariant = invariantOrZeroDown(weights, balances)
  if (invariant === 0n) throw outOfRange("invariantDown", 0n)
  return invariant
}

/** The same, 0 included. */
export const invariantOrZeroDown = (weights: readonly bigint[], balances: readonly bigint[]): bigint => {
  let invariant = ONE
  for (const [token, balance] of balances.entries()) invariant = mulDown(invariant, powDown(balance, weights[token] as bigint))
  return invariant
}

/** What `amountIn` buys: balanceOut (1 - (balanceIn / (balanceIn + amountIn))^(weightIn / weightOut)), rounded down. */
export const outGivenInDown = (balanceIn: bigint, weightIn: bigint, balanceOut: bigint, weightOut: bigint, amountIn: bigint): bigint | MaxInRatio => {
  const maximumE18 = mulDown(balanceIn, RATIO_MAX_E18)
  if (amountIn > maximumE18) return new MaxInRatio({ amountInE18: amountIn, maximumE18 })
  const base = divUp(balanceIn, addChecked(balanceIn, amountIn))
  return mulDown(balanceOut, complement(powUp(base, divDown(weightIn, weightOut))))
}

/** What `amountOut` costs: balanceIn ((balanceOut / (balanceOut - amountOut))^(weightOut / weightIn) - 1), rounded up. */
export const inGivenOutUp = (balanceIn: bigint, weightIn: bigint, balanceOut: bigint, weightOut: bigint, amountOut: bigint): bigint | MaxOutRatio => {
  const maximumE18 = mulDown(balanceOut, RATIO_MAX_E18)
  if (amountOut > maximumE18) return new MaxOutRatio({ amountOutE18: amountOut, maximumE18 })
  const base = divUp(balanceOut, subChecked(balanceOut, amountOut))
  return mulUp(balanceIn, subChecked(powUp(base, divUp(weightOut, weightIn)), ONE))
}

/** Shares for exact amounts of any tokens, rounded down; what lies beside the pool's ratio pays the swap fee. */
export const sharesForExactTokensDown = (
  balances: readonly bigint[],
  weights: readonly bigint[],
  amountsIn: readonly bigint[],
  supply: bigint,
  feeE18: bigint,
): bigint => {
  const ratios = balances.map((balance, token) => divDown(addChecked(balance, amountsIn[token] as bigint), balance))
  const withFees = ratios.reduce((sum, ratio, token) => addChecked(sum, mulDown(ratio, weights[token] as bigint)), 0n)
  let invariantRatio = ONE
  for (const [token, balance] of balances.entries()) {
    let amountIn = amountsIn[token] as bigint
    if ((ratios[token] as bigint) > withFees) {
      const free = mulDown(balance, subChecked(withFees, ONE))
      amountIn = addChecked(free, mulDown(subChecked(amountIn, free), ONE - feeE18))
    }
    invariantRatio = mulDown(invariantRatio, powDown(divDown(addChecked(balance, amountIn), balance), weights[token] as bigint))
  }
  return invariantRatio > ONE ? mulDown(supply, invariantRatio - ONE) : 0n
}

/** What exact shares cost in one token, rounded up. */
export const tokenForExactSharesUp = (balance: bigint, weight: bigint, shares: bigint, supply: bigint, feeE18: bigint): bigint | MaxInvariantRatio => {
  const invariantRatio = divUp(addChecked(supply, shares), supply)
  if (invariantRatio > INVARIANT_RATIO_MAX_E18) return new MaxInvariantRatio({ ratioE18: invariantRatio })
  const amount = mulUp(balance, subChecked(powUp(invariantRatio, divUp(ONE, weight)), ONE))
  const taxable = mulUp(amount, complement(weight))
  return addChecked(subChecked(amount, taxable), divUp(taxable, ONE - feeE18))
}

/** What exact shares cost in all tokens at the pool's ratio, rounded up. */
export const allTokensForSharesUp = (balances: readonly bigint[], shares: bigint, supply: bigint): readonly bigint[] => {
  const ratio = divUp(shares, supply)
  return balances.map((balance) => mulUp(balance, ratio))
}

/** What exact amounts of any tokens cost in shares, rounded up; what lies beside the pool's ratio pays the swap fee. */
export const sharesForExactTokensUp = (
  balances: readonly bigint[],
  weights: readonly bigint[],
  amountsOut: readonly bigint[],
  supply: bigint,
  feeE18: bigint,
): bigint => {
  const ratios = balances.map((balance, token) => divUp(subChecked(balance, amountsOut[token] as bigint), balance))
  const withoutFees = ratios.reduce((sum, ratio, token) => addChecked(sum, mulUp(ratio, weights[token] as bigint)), 0n)
  let invariantRatio = ONE
  for (const [token, balance] of balances.entries()) {
    let amountOut = amountsOut[token] as bigint
    if (withoutFees > (ratios[token] as bigint)) {
      const free = mulDown(balance, complement(withoutFees))
      amountOut = addChecked(free, divUp(subChecked(amountOut, free), ONE - feeE18))
    }
    invariantRatio = mulDown(invariantRatio, powDown(divDown(subChecked(balance, amountOut), balance), weights[token] as bigint))
  }
  return mulUp(supply, complement(invariantRatio))
}

/** What exact shares pay in one token, rounded down. */
export const tokenForSharesDown = (balance: bigint, weight: bigint, shares: bigint, supply: bigint, feeE18: bigint): bigint | MinInvariantRatio => {
  const invariantRatio = divUp(subChecked(supply, shares), supply)
  if (invariantRatio < INVARIANT_RATIO_MIN_E18) return new MinInvariantRatio({ ratioE18: invariantRatio })
  const amount = mulDown(balance, complement(powUp(invariantRatio, divDown(ONE, weight))))
  const taxable = mulUp(amount, complement(weight))
  return addChecked(subChecked(amount, taxable), mulDown(taxable, ONE - feeE18))
}

/** What exact shares pay in all tokens at the pool's ratio, rounded down. */
export const allTokensForSharesDown = (balances: readonly bigint[], shares: bigint, supply: bigint): readonly bigint[] => {
  const ratio = divDown(shares, supply)
  return balances.map((balance) => mulDown(balance, ratio))
}

/** The protocol's part of what fees added to the invariant since `previous`, in one token, rounded down. */
export const protocolFeeDown = (balance: bigint, weight: bigint, previous: bigint, current: bigint, feeE18: bigint): bigint => {
  if (current <= previous) return 0n
  const base = max(divUp(previous, current), POWER_BASE_MIN_E18)
  return mulDown(mulDown(balance, complement(powUp(base, divDown(ONE, weight)))), feeE18)
}

/** Shares of the first deposit, the locked ones included: the invariant for each token. */
export const firstShares = (invariant: bigint, tokens: number): bigint => mulChecked(invariant, BigInt(tokens))
