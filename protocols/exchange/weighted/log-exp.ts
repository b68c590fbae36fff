import { outOfRange } from "../../../core/index.ts"

/**
 * Powers of 18-decimals fixed-point numbers by the steps of LogExpMath (F. Martinelli, S. Yuhjtman, D. Fernandez; balancer/balancer-v2-monorepo,
 * pkg/solidity-utils): same tables, same series, same truncations toward zero, so the same result to the last digit. Where the contract reverts,
 * core/OutOfRange is thrown.
 */

const E18 = 10n ** 18n
const E20 = 10n ** 20n
const E36 = 10n ** 36n
/** Bounds of y ln(x), with 18 decimals. */
const EXPONENT_MAX = 130n * E18
const EXPONENT_MIN = -41n * E18
/** Between these, not included, the logarithm is taken with 36 decimals. */
const NEAR_ONE_MIN = 9n * 10n ** 17n
const NEAR_ONE_MAX = 11n * 10n ** 17n
const BASE_LIMIT = 2n ** 255n
const POWER_LIMIT = 2n ** 254n / E20

type Step = readonly [x: bigint, eToX: bigint]
/** 2^7 and 2^6 with 18 decimals, and e to that power without any. */
const WHOLE_STEPS: readonly Step[] = [
  [128_000_000_000_000_000_000n, 38_877_084_059_945_950_922_200_000_000_000_000_000_000_000_000_000_000_000n],
  [64_000_000_000_000_000_000n, 6_235_149_080_811_616_882_910_000_000n],
]
/** 2^5 to 2^-2 with 20 decimals, and e to that power with 20. */
const EXP_STEPS: readonly Step[] = [
  [3_200_000_000_000_000_000_000n, 7_896_296_018_268_069_516_100_000_000_000_000n],
  [1_600_000_000_000_000_000_000n, 888_611_052_050_787_263_676_000_000n],
  [800_000_000_000_000_000_000n, 298_095_798_704_172_827_474_000n],
  [400_000_000_000_000_000_000n, 5_459_815_003_314_423_907_810n],
  [200_000_000_000_000_000_000n, 738_905_609_893_065_022_723n],
  [100_000_000_000_000_000_000n, 271_828_182_845_904_523_536n],
  [50_000_000_000_000_000_000n, 164_872_127_070_012_814_685n],
  [25_000_000_000_000_000_000n, 128_402_541_668_774_148_407n],
]
/** The logarithm goes on to 2^-4. */
const LN_STEPS: readonly Step[] = [
  ...EXP_STEPS,
  [12_500_000_000_000_000_000n, 113_314_845_306_682_631_683n],
  [6_250_000_000_000_000_000n, 106_449_445_891_785_942_956n],
]

/** x to the power of y, all with 18 decimals; the contract bounds its relative error by 10^-14. */
export const pow = (x: bigint, y: bigint): bigint => {
  if (y === 0n) return E18
  if (x === 0n) return 0n
  if (x >= BASE_LIMIT) throw outOfRange("pow", x)
  if (y >= POWER_LIMIT) throw outOfRange("pow", y)
  let exponent: bigint
  if (NEAR_ONE_MIN < x && x < NEAR_ONE_MAX) {
    const ln36 = lnNearOne(x)
    exponent = (ln36 / E18) * y + ((ln36 % E18) * y) / E18
  } else exponent = ln(x) * y
  exponent /= E18
  if (exponent < EXPONENT_MIN || exponent > EXPONENT_MAX) throw outOfRange("pow", exponent)
  return exp(exponent)
}

/** e to the power of x, from -41 to 130; both with 18 decimals. */
export const exp = (x: bigint): bigint => {
  if (x < EXPONENT_MIN || x > EXPONENT_MAX) throw outOfRange("exp", x)
  if (x < 0n) return (E18 * E18) / exp(-x)
  let rest = x
  let whole = 1n
  for (const [step, eToStep] of WHOLE_STEPS) {
    if (rest < step) continue
    rest -= step
    whole = eToStep
    break
  }
  rest *= 100n
  let product = E20
  for (const [step, eToStep] of EXP_STEPS) {
    if (rest < step) continue
    rest -= step
    product = (product * eToStep) / E20
  }
  let term = rest
  let sum = E20 + term
  for (let n = 2n; n <= 12n; n++) {
    term = (term * rest) / E20 / n
    sum += term
  }
  return (((product * sum) / E20) * whole) / 100n
}

/** Natural logarithm of a positive number; both with 18 decimals. */
const ln = (x: bigint): bigint => {
  if (x < E18) return -ln((E18 * E18) / x)
  let rest = x
  let sum = 0n
  for (const [step, eToStep] of WHOLE_STEPS) {
    if (rest < eToStep * E18) continue
    rest /= eToStep
    sum += step
  }
  sum *= 100n
  rest *= 100n
  for (const [step, eToStep] of LN_STEPS) {
    if (rest < eToStep) continue
    rest = (rest * E20) / eToStep
    sum += step
  }
  return (sum + lnSeries(rest, E20, 11n)) / 100n
}

/** Natural logarithm, with 36 decimals, of a number near 1 with 18. */
const lnNearOne = (x: bigint): bigint => lnSeries(x * E18, E36, 15n)

/** 2 (z + z^3 / 3 + ... + z^last / last) for z = (x - 1) / (x + 1), in units of `one`. */
const lnSeries = (x: bigint, one: bigint, last: bigint): bigint => {
  const z = ((x - one) * one) / (x + one)
  const square = (z * z) / one
  let power = z
  let sum = z
  for (let n = 3n; n <= last; n += 2n) {
    power = (power * square) / one
    sum += power / n
  }
  return sum * 2n
}
