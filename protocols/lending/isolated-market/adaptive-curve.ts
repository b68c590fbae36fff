import { WAD } from "../../../core/index.ts"

/**
 * The adaptive-curve interest rate model of Morpho (AdaptiveCurveIrm; described in Morpho's documentation, "Interest rate models"), by whole
 * numbers. Signed products and quotients round toward zero, as those of int256. All rates are wads per second, all ratios wads.
 *
 * Around a target utilization of 90 % the rate lies on a curve that is four times the rate at target when everything is lent, and a quarter of
 * it when nothing is. The rate at target itself grows or shrinks exponentially with the distance from the target, by up to 50 a year.
 */

const YEAR_SECONDS = 31_536_000n
export const TARGET_UTILIZATION = (9n * WAD) / 10n
export const CURVE_STEEPNESS = 4n * WAD
/** At full distance from the target; 50 a year. */
export const ADJUSTMENT_SPEED = (50n * WAD) / YEAR_SECONDS
/** 4 % a year. */
export const INITIAL_RATE_AT_TARGET = (4n * WAD) / 100n / YEAR_SECONDS
/** 0.1 % a year. */
export const MIN_RATE_AT_TARGET = WAD / 1_000n / YEAR_SECONDS
/** 200 % a year. */
export const MAX_RATE_AT_TARGET = (2n * WAD) / YEAR_SECONDS

const LN_2 = 693_147_180_559_945_309n
/** ln(10^-18): below it, the exponential is below one unit. */
const EXP_ZERO_BELOW = -41_446_531_673_892_822_312n
/** ln((2^255 - 1) / 10^36), and the exponential at it: from there on the model clips, since a rate times more would leave 256 bits. */
const EXP_CLIPPED_FROM = 93_859_467_695_000_404_319n
const EXP_CLIPPED = 57_716_089_161_558_943_949_701_069_502_944_508_345_128_422_502_756_744_429_568n

/** x * y / 10^18, rounded toward zero. */
const mulToZero = (x: bigint, y: bigint): bigint => (x * y) / WAD

/** x * 10^18 / y, rounded toward zero. */
const divToZero = (x: bigint, y: bigint): bigint => (x * WAD) / y

/**
 * e^x of a signed wad as the model approximates it: with x = q ln 2 + r, the nearest whole q, it is 2^q (1 + r + r^2 / 2), which is within
 * 1 % of e^x while that is at least 10^-12 or so; 0 below ln(10^-18), clipped at the other end. Where exactness matters use `expWad`.
 */
export const expApproximated = (x: bigint): bigint => {
  if (x < EXP_ZERO_BELOW) return 0n
  if (x >= EXP_CLIPPED_FROM) return EXP_CLIPPED
  const half = LN_2 / 2n
  const power = (x < 0n ? x - half : x + half) / LN_2
  const rest = x - power * LN_2
  const expOfRest = WAD + rest + (rest * rest) / WAD / 2n
  return power >= 0n ? expOfRest << power : expOfRest >> -power
}

/** The distance from the target as a part of what is possible on its side, a signed wad from -1 to 1. */
export const distanceOf = (utilization: bigint): bigint =>
  divToZero(utilization - TARGET_UTILIZATION, utilization > TARGET_UTILIZATION ? WAD - TARGET_UTILIZATION : TARGET_UTILIZATION)

/** The rate on the curve at a distance from the target. */
export const curveRate = (rateAtTarget: bigint, distance: bigint): bigint => {
  const coefficient = distance < 0n ? WAD - divToZero(WAD, CURVE_STEEPNESS) : CURVE_STEEPNESS - WAD
  return mulToZero(mulToZero(coefficient, distance) + WAD, rateAtTarget)
}

/** What the model answers: the average rate over the time that passed, and the rate at target from which it goes on. */
export interface BorrowRate {
  readonly average: bigint
  readonly rateAtTarget: bigint
}

/**
 * The borrow rate of a market whose utilization was this during all of the seconds since the model was asked last. The average is taken by the
 * trapezoidal rule over two intervals. A `rateAtTarget` of 0 stands for the first time of asking.
 */
export const borrowRateOf = (rateAtTarget: bigint, utilization: bigint, elapsedSeconds: bigint): BorrowRate => {
  const distance = distanceOf(utilization)
  if (rateAtTarget === 0n) return { average: curveRate(INITIAL_RATE_AT_TARGET, distance), rateAtTarget: INITIAL_RATE_AT_TARGET }
  const adaptation = mulToZero(ADJUSTMENT_SPEED, distance) * elapsedSeconds
  if (adaptation === 0n) return { average: curveRate(rateAtTarget, distance), rateAtTarget }
  const last = adapted(rateAtTarget, adaptation)
  const middle = adapted(rateAtTarget, adaptation / 2n)
  return { average: curveRate((rateAtTarget + last + 2n * middle) / 4n, distance), rateAtTarget: last }
}

const adapted = (rateAtTarget: bigint, adaptation: bigint): bigint => {
  const rate = mulToZero(rateAtTarget, expApproximated(adaptation))
  if (rate < MIN_RATE_AT_TARGET) return MIN_RATE_AT_TARGET
  return rate > MAX_RATE_AT_TARGET ? MAX_RATE_AT_TARGET : rate
}
