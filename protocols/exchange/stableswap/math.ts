import { absDiff, addChecked, DivisionByZero, mulChecked, subChecked } from "../../../core/index.ts"

/**
 * The formulas of Curve's 3pool (curvefi/curve-contract, StableSwap3Pool.vy of 2020, at 0xbEbc44782C7dB0a1A60Cb6fe97d0b483032FF1C7), for n
 * coins: A without the factor A_PRECISION of later pools, `get_D` and `get_y` by that contract's iteration and its roundings, which end
 * when two steps differ by at most 1, or after 255 steps. As in Vyper, every intermediate result is a uint256: where a product, sum or
 * difference leaves that range the contract reverts, and core/OutOfRange is thrown here; likewise core/DivisionByZero.
 *
 * The invariant, with S the sum and P the product of the n scaled balances (M. Egorov, StableSwap, 2019): A n^n S + D = A D n^n + D^(n+1) / (n^n P).
 * The contract's `A` stands for the paper's A n^(n-1), so that Ann = A n stands for A n^n.
 */

/** A fee of 1: fees are in units of 10^-10. */
export const FEE_DENOMINATOR = 10n ** 10n
/** Largest fee: a half. */
export const FEE_MAX_E10 = 5n * 10n ** 9n
/** Largest part of the fee that goes to the admin: all of it. */
export const ADMIN_FEE_MAX_E10 = 10n ** 10n
/** A is below this. */
export const A_LIMIT = 10n ** 6n
/** A ramp multiplies or divides A by at most this. */
export const A_CHANGE_MAX = 10n
/** Shortest ramp, and shortest time from the beginning of one to the beginning of the next, in seconds. */
export const RAMP_SECONDS_MIN = 86_400
/** From committing fees to applying them, in seconds. */
export const FEE_DELAY_SECONDS = 3 * 86_400
/** 1.0 in scaled balances, in D and in the virtual price. */
export const PRECISION = 10n ** 18n
const ROUNDS_MAX = 255

/** Coins of a pool, at least and at most. */
export const COINS_MIN = 2
export const COINS_MAX = 8
export const DECIMALS_MAX = 18

/** By decimals of a coin: what makes 18-decimals units of its units, times 10^18. */
const RATES: readonly bigint[] = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10n ** BigInt(36 - decimals))
/** By decimals of a coin: 18-decimals units in one of its units. */
const PRECISIONS: readonly bigint[] = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10n ** BigInt(18 - decimals))

/** `RATES` of the contract: 10^(36 - decimals). */
export const rateOf = (decimals: number): bigint => RATES[decimals] as bigint

/** `PRECISION_MUL` of the contract: 10^(18 - decimals). */
export const precisionOf = (decimals: number): bigint => PRECISIONS[decimals] as bigint

/** Rounded down; throws `DivisionByZero`. */
export const quotientDown = (dividend: bigint, divisor: bigint, operation: string): bigint => {
  if (divisor === 0n) throw new DivisionByZero({ operation })
  return dividend / divisor
}

/** Balances in 18-decimals units: `_xp_mem`. */
export const scaledBalances = (balances: readonly bigint[], decimals: readonly number[]): readonly bigint[] =>
  balances.map((balance, coin) => mulChecked(rateOf(decimals[coin] as number), balance) / PRECISION)

/** D of scaled balances: `get_D`. 0 where all balances are 0; `DivisionByZero` where only some are. */
export const getD = (xp: readonly bigint[], amplification: bigint): bigint => {
  const count = BigInt(xp.length)
  let sum = 0n
  for (const x of xp) sum = addChecked(sum, x)
  if (sum === 0n) return 0n
  const ann = mulChecked(amplification, count)
  const annSum = mulChecked(ann, sum)
  let d = sum
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let product = d
    for (const x of xp) product = quotientDown(mulChecked(product, d), mulChecked(x, count), "getD")
    const before = d
    const dividend = mulChecked(addChecked(annSum, mulChecked(product, count)), d)
    d = quotientDown(dividend, addChecked(mulChecked(subChecked(ann, 1n), d), mulChecked(count + 1n, product)), "getD")
    if (absDiff(d, before) <= 1n) break
  }
  return d
}

/** The scaled balance of coin `bought` at which D stays what it is when that of `sold` becomes `x`: `get_y`. */
export const getY = (sold: number, bought: number, x: bigint, xp: readonly bigint[], amplification: bigint): bigint =>
  balanceAtD(bought, xp.map((other, coin) => (coin === sold ? x : other)), amplification, getD(xp, amplification))

/** The scaled balance of `coin` at which, with all others as they are, D is `d`: `get_y_D`. */
export const balanceAtD = (coin: number, xp: readonly bigint[], amplification: bigint, d: bigint): bigint => {
  const count = BigInt(xp.length)
  const ann = mulChecked(amplification, count)
  let c = d
  let sum = 0n
  for (let other = 0; other < xp.length; other++) {
    if (other === coin) continue
    const x = xp[other] as bigint
    sum = addChecked(sum, x)
    c = quotientDown(mulChecked(c, d), mulChecked(x, count), "balanceAtD")
  }
  c = quotientDown(mulChecked(c, d), mulChecked(ann, count), "balanceAtD")
  const b = addChecked(sum, d / ann)
  let y = d
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = y
    const divisor = subChecked(addChecked(mulChecked(2n, y), b), d)
    y = quotientDown(addChecked(mulChecked(y, y), c), divisor, "balanceAtD")
    if (absDiff(y, before) <= 1n) break
  }
  return y
}

/** A at `time` between the ends of a ramp, rounded toward where it began: `_A`. */
export const rampedA = (initialA: bigint, futureA: bigint, initialTime: number, futureTime: number, time: number): bigint => {
  if (time >= futureTime) return futureA
  const elapsed = BigInt(time - initialTime)
  const whole = BigInt(futureTime - initialTime)
  return futureA > initialA ? initialA + ((futureA - initialA) * elapsed) / whole : initialA - ((initialA - futureA) * elapsed) / whole
}

/** The fee on a difference from the balanced change, in units of 10^-10, rounded down: fee n / (4 (n - 1)). */
export const imbalanceFeeE10Down = (feeE10: bigint, coins: number): bigint => (feeE10 * BigInt(coins)) / BigInt(4 * (coins - 1))

/** A fee's amount, rounded down. */
export const feeDown = (feeE10: bigint, amount: bigint): bigint => mulChecked(feeE10, amount) / FEE_DENOMINATOR

/** `amount * numerator / denominator`, rounded down, refused like in the contract where the product leaves 256 bits. */
export const partDown = (amount: bigint, numerator: bigint, denominator: bigint): bigint =>
  quotientDown(mulChecked(amount, numerator), denominator, "partDown")
