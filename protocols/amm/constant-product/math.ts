import { encode, MAX_UINT112, sqrtDown, uqdiv, wrapAdd256 } from "../../../core/index.ts"

/** Formulas of UniswapV2Library and UniswapV2Pair (github.com/Uniswap), for a fee in pips instead of the contract's 3 / 1000. */

/** Pips of a whole. */
export const PIPS = 1_000_000
const PIPS_BIG = 1_000_000n
/** Shares of the first deposit that stay with the pool for ever. */
export const SHARES_LOCKED = 1_000n
const UINT32 = 2 ** 32

/** What is left of a whole after the fee, in lowest terms: 997 of 1000 for 3,000 pips, the contract's own numbers. */
interface LessFee {
  readonly feePips: number
  readonly part: bigint
  readonly whole: bigint
}

const lessFee = (feePips: number): LessFee => {
  const divisor = greatestCommonDivisor(PIPS, PIPS - feePips)
  return { feePips, part: BigInt((PIPS - feePips) / divisor), whole: BigInt(PIPS / divisor) }
}

const greatestCommonDivisor = (x: number, y: number): number => (y === 0 ? x : greatestCommonDivisor(y, x % y))

/** Of the fee that was asked for last. Making bigints of pips, and longer products than the contract's, took 15 % of `amountOutDown`. */
let latest = lessFee(0)

const lessFeeOf = (feePips: number): LessFee => (latest.feePips === feePips ? latest : (latest = lessFee(feePips)))

/** What `amountIn` buys, rounded down: getAmountOut. All arguments are positive; `feePips` from 0 to 999,999. */
export const amountOutDown = (amountIn: bigint, reserveIn: bigint, reserveOut: bigint, feePips: number): bigint => {
  const { part, whole } = lessFeeOf(feePips)
  const amountInLessFee = amountIn * part
  return (amountInLessFee * reserveOut) / (reserveIn * whole + amountInLessFee)
}

/** What `amountOut` costs, rounded up: getAmountIn. `amountOut` must be below `reserveOut`. */
export const amountInUp = (amountOut: bigint, reserveIn: bigint, reserveOut: bigint, feePips: number): bigint => {
  const { part, whole } = lessFeeOf(feePips)
  return (reserveIn * amountOut * whole) / ((reserveOut - amountOut) * part) + 1n
}

/** The amount of the other asset at the pool's ratio, rounded down: quote. */
export const atRatioDown = (amount: bigint, reserve: bigint, reserveOther: bigint): bigint => (amount * reserveOther) / reserve

/** Whether k holds after a trade, with the fee taken off what came in: the contract's check, by whole numbers. */
export const productHolds = (
  balanceX: bigint,
  balanceY: bigint,
  amountXIn: bigint,
  amountYIn: bigint,
  reserveX: bigint,
  reserveY: bigint,
  feePips: number,
): boolean => {
  const fee = BigInt(feePips)
  const adjustedX = balanceX * PIPS_BIG - amountXIn * fee
  const adjustedY = balanceY * PIPS_BIG - amountYIn * fee
  return adjustedX * adjustedY >= reserveX * reserveY * (PIPS_BIG * PIPS_BIG)
}

/** Shares of the first deposit, the locked ones included: sqrt(x * y), rounded down. */
export const firstSharesDown = (amountX: bigint, amountY: bigint): bigint => sqrtDown(amountX * amountY)

/** Shares of a later deposit: the smaller of both parts, rounded down. */
export const sharesDown = (amountX: bigint, amountY: bigint, reserveX: bigint, reserveY: bigint, shares: bigint): bigint => {
  const byX = (amountX * shares) / reserveX
  const byY = (amountY * shares) / reserveY
  return byX < byY ? byX : byY
}

/** The protocol's shares: a sixth of the growth of sqrt(k) since `kLast`, rounded down; 0 without growth. */
export const protocolSharesDown = (reserveX: bigint, reserveY: bigint, kLast: bigint, shares: bigint): bigint => {
  if (kLast === 0n) return 0n
  const root = sqrtDown(reserveX * reserveY)
  const rootLast = sqrtDown(kLast)
  return root > rootLast ? (shares * (root - rootLast)) / (root * 5n + rootLast) : 0n
}

/** Seconds since `timeLast`, both modulo 2^32. */
export const elapsedSince = (timeLast: number, time: number): number => {
  const elapsed = timestamp32(time) - timeLast
  return elapsed < 0 ? elapsed + UINT32 : elapsed
}

/** A timestamp as the contract keeps it. */
export const timestamp32 = (time: number): number => (time < UINT32 ? time : time % UINT32)

/** A price sum after `elapsed` seconds at these reserves (both positive): UQ112x112 of the other asset per unit, times seconds, modulo 2^256. */
export const accumulated = (sum: bigint, reserve: bigint, reserveOther: bigint, elapsed: number): bigint =>
  wrapAdd256(sum, uqdiv(encode(reserveOther), reserve) * BigInt(elapsed))

/** Whether a balance can be a reserve: at most 2^112 - 1. */
export const fitsReserve = (balance: bigint): boolean => balance <= MAX_UINT112
