import { exp, inverseNormal } from "./float-math.ts"

/**
 * Seeded random numbers of a simulation: xoshiro128** (Blackman and Vigna), keyed by a seed and a label.
 * Uses 32-bit integers, and floating point only where IEEE 754 fixes the result, so every engine draws the same numbers.
 * One label per purpose (`"arrivals"`, `"sizes"`) gives common random numbers: drawing more of one thing moves no other.
 *
 *     const random = Random.make(7n, "traders")
 *     random.fork("alice").amountBetween(1n, 10n ** 18n)
 */
export class Random {
  private readonly key: Key
  private s0: number
  private s1: number
  private s2: number
  private s3: number

  private constructor(key: Key) {
    this.key = key
    this.s0 = mix(key[0] + 0x9e3779b9)
    this.s1 = mix(key[1] + 0x3c6ef372)
    this.s2 = mix(key[2] + 0xdaa66d2b)
    this.s3 = mix(key[3] + 0x78dde6e4)
    // The one state that the generator never leaves.
    if ((this.s0 | this.s1 | this.s2 | this.s3) === 0) this.s0 = 1
  }

  /** The stream of a seed and a label; `7` and `7n` are the same seed. Throws a RangeError for a number that is no safe integer. */
  static make(seed: bigint | number, label: string): Random {
    if (typeof seed === "number" && !Number.isSafeInteger(seed)) throw new RangeError(`a seed is an integer, not ${seed}`)
    return new Random(absorb(absorb(ROOT, String(BigInt(seed))), label))
  }

  /** An independent stream, a function of this stream's key and the label alone: what was drawn before does not matter. */
  fork(label: string): Random {
    return new Random(absorb(this.key, label))
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const product = Math.imul(this.s1, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = this.s1 << 9
    this.s2 ^= this.s0
    this.s3 ^= this.s1
    this.s1 ^= this.s2
    this.s0 ^= this.s3
    this.s2 ^= shifted
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21)
    return result
  }

  /** A multiple of 2^-53, from 0 inclusive to 1 exclusive. */
  float(): number {
    const high = this.uint32() >>> 5
    return (high * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992
  }

  /** An integer from 0 to bound - 1, without bias. Throws a RangeError for a bound that is no integer from 1 to 2^32. */
  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 4_294_967_296)) throw new RangeError(`a bound is an integer from 1 to 2^32, not ${bound}`)
    for (;;) {
      const value = this.uint32()
      // The first is true of nearly every number, and saves a division.
      if (value <= 4_294_967_296 - bound || value < 4_294_967_296 - (4_294_967_296 % bound)) return value % bound
    }
  }

  /** An amount from `low` to `high`, both inclusive, without bias. Throws a RangeError when high < low. */
  amountBetween(low: bigint, high: bigint): bigint {
    if (high < low) throw new RangeError(`no amount lies between ${low} and ${high}`)
    const span = high - low + 1n
    const bits = (span - 1n).toString(2).length
    for (;;) {
      let value = 0n
      for (let drawn = 0; drawn < bits; drawn += 32) value = (value << 32n) | BigInt(this.uint32())
      value = BigInt.asUintN(bits, value)
      if (value < span) return low + value
    }
  }

  /** True with probability `p`, 0 to 1. */
  chance(p: number): boolean {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies from 0 to 1, not ${p}`)
    return this.float() < p
  }

  /** A standard normal number: mean 0, deviation 1. Takes two words, and grows with the first, so runs that share a seed stay close. */
  normal(): number {
    // The middle of one of 2^52 cells, so that neither 0 nor 1, where the result is infinite, can occur.
    const high = this.uint32() >>> 6
    return inverseNormal((high * 67_108_864 + (this.uint32() >>> 6) + 0.5) / 4_503_599_627_370_496)
  }

  /** A Poisson number with mean `lambda`, 0 to 10,000; time grows with the mean. */
  poisson(lambda: number): number {
    if (!(lambda >= 0 && lambda <= POISSON_MEAN_MAX)) throw new RangeError(`a Poisson mean lies from 0 to ${POISSON_MEAN_MAX}, not ${lambda}`)
    // A sum of Poisson numbers is one; in parts, e^-mean does not underflow.
    let count = 0
    let rest = lambda
    for (; rest > POISSON_PART; rest -= POISSON_PART) count += this.poissonPart(POISSON_PART)
    return count + this.poissonPart(rest)
  }

  /** Inverts the distribution function at one uniform number, by summing it up. */
  private poissonPart(mean: number): number {
    const target = this.float()
    let probability = exp(-mean)
    let cumulative = probability
    let count = 0
    // Rounding may leave the whole sum below the target; 100 is beyond every mean's reach (probability under 1e-40).
    while (cumulative <= target && count < 100) {
      count++
      probability *= mean / count
      cumulative += probability
    }
    return count
  }
}

const POISSON_MEAN_MAX = 10_000
const POISSON_PART = 16

/** 128 bits that name a stream. */
type Key = readonly [number, number, number, number]

/** Fractional parts of square roots of 2, 3, 5, 7: nothing up the sleeve. */
const ROOT: Key = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a]

/** A key that depends on every code unit of the text, and on its length, so that no two sequences of labels run together. */
const absorb = (key: Key, text: string): Key => {
  let [a, b, c, d] = key
  for (let index = 0; index <= text.length; index++) {
    const unit = index < text.length ? text.charCodeAt(index) : 0x10000 + text.length
    a = mix(a ^ unit)
    b = mix(b + a)
    c = mix(c ^ b)
    d = mix(d + c)
    a = (a + d) | 0
  }
  return [a, b, c, d]
}

/** The finaliser of MurmurHash3: a bijection of 32-bit words in which every bit of the input moves every bit of the output. */
const mix = (word: number): number => {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
