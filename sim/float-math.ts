/**
 * Transcendental functions from `+ - * /` and `Math.sqrt` alone, which IEEE 754 fixes to the last bit.
 * `Math.exp`, `Math.log` and `**` may differ between engines, so a study that used them could not be repeated elsewhere.
 */

/** ln 2 in two parts; the low bits of the high part are zero, so that a small integer times it is exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** 2^(2^index), index 0 to 9: 2, 4, 16, ... 2^512. Each is the exact square of the one before. */
const TOWER: readonly number[] = (() => {
  const powers = [2]
  for (let index = 1; index <= 9; index++) powers.push((powers[index - 1] as number) * (powers[index - 1] as number))
  return powers
})()

/** A positive finite number as `mantissa * 2^exponent` with 1 <= mantissa < 2; exact, since it only multiplies by powers of two. */
export const decompose = (x: number): { readonly mantissa: number; readonly exponent: number } => {
  if (!(x > 0 && x < Infinity)) throw new RangeError(`decompose needs a positive finite number, not ${x}`)
  let mantissa = x
  let exponent = 0
  for (let index = 9; index >= 0; index--) {
    const power = TOWER[index] as number
    // Twice: the smallest subnormal number is 2^-1074, further from 1 than one pass reaches.
    for (let pass = 0; pass < 2; pass++) {
      if (mantissa >= power) {
        mantissa /= power
        exponent += 1 << index
      } else if (mantissa < 1 && mantissa * power < 2) {
        mantissa *= power
        exponent -= 1 << index
      }
    }
  }
  return { mantissa, exponent }
}

/** `value * 2^exponent`; exact wherever the result is a normal number. */
const scale = (value: number, exponent: number): number => {
  let rest = Math.abs(exponent)
  let scaled = value
  for (let index = 9; index >= 0; index--) {
    for (; rest >= 1 << index; rest -= 1 << index) {
      scaled = exponent < 0 ? scaled / (TOWER[index] as number) : scaled * (TOWER[index] as number)
    }
  }
  return scaled
}

/** Value at `x` of the polynomial whose coefficients are given from the constant upwards. */
const polynomial = (x: number, coefficients: readonly number[]): number => {
  let value = 0
  for (let index = coefficients.length - 1; index >= 0; index--) value = value * x + (coefficients[index] as number)
  return value
}

/** e^x; relative error below 1e-15 for normal results. Method and coefficients of fdlibm `e_exp.c`. */
export const exp = (x: number): number => {
  if (Number.isNaN(x)) return NaN
  if (x > 709.782712893384) return Infinity
  if (x < -745.1332191019411) return 0
  const exponent = Math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5)
  const high = x - exponent * LN2_HIGH
  const low = exponent * LN2_LOW
  const rest = high - low
  const square = rest * rest
  const c = rest - square * polynomial(square, EXP)
  return scale(1 - (low - (rest * c) / (2 - c) - high), exponent)
}

const EXP: readonly number[] = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
]

/** Natural logarithm; relative error below 1e-15. `-Infinity` at 0, `NaN` below. Method and coefficients of fdlibm `e_log.c`. */
export const log = (x: number): number => {
  if (Number.isNaN(x) || x < 0) return NaN
  if (x === 0) return -Infinity
  if (x === Infinity) return Infinity
  const { mantissa, exponent } = decompose(x)
  // Around 1 the terms with ln 2 must vanish, or they would cancel; so the mantissa is taken from sqrt(1/2) to sqrt(2).
  const upper = mantissa > Math.SQRT2
  const k = upper ? exponent + 1 : exponent
  const f = (upper ? mantissa / 2 : mantissa) - 1
  const s = f / (2 + f)
  const square = s * s
  const half = 0.5 * f * f
  return k * LN2_HIGH - (half - (s * (half + square * polynomial(square, LOG)) + k * LN2_LOW) - f)
}

const LOG: readonly number[] = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
]

/**
 * The x below which a standard normal number lies with probability `p` (0 < p < 1); `-Infinity` at 0, `Infinity` at 1, else `NaN`.
 * Relative error below 1e-14. Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
 */
export const inverseNormal = (p: number): number => {
  if (!(p >= 0 && p <= 1)) return NaN
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(r, CENTRE[0])) / polynomial(r, CENTRE[1])
  }
  const tail = q < 0 ? p : 1 - p
  if (tail === 0) return q < 0 ? -Infinity : Infinity
  const distance = Math.sqrt(-log(tail))
  const [shift, [above, below]] = distance <= 5 ? [1.6, MIDDLE] : [5, FAR]
  const x = polynomial(distance - shift, above) / polynomial(distance - shift, below)
  return q < 0 ? -x : x
}

/** Coefficients from the constant upwards, each the double nearest to the published one. */
type Ratio = readonly [numerator: readonly number[], denominator: readonly number[]]

const CENTRE: Ratio = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751,
    21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854,
  ],
]
const MIDDLE: Ratio = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
    0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
]
const FAR: Ratio = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615,
    0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
]
