import { bitLength } from "./bit-length.ts"
import { MAX_UINT256, outOfRange } from "./uint256.ts"

/**
 * Exact integer square roots of uint256 numbers, by Newton's iteration (Heron's rule) on integers.
 * From a first guess that is not below the root rounded down, the iteration `(root + x / root) / 2` falls until it reaches the root rounded down
 * (Cohen, A Course in Computational Algebraic Number Theory, algorithm 1.7.1). The guess is too high by a part in 2^9 or so and every
 * step doubles its correct bits, so the widest number takes four steps and one that confirms.
 */

/** Bits of `x` that choose the first guess. */
const SEED_INDEX_BITS = 10
const SEED_BITS = 16

/** For the ten leading bits `i` of a number of even length: the root of `(i + 1) * 2^22`, rounded up, so never below the number's root. */
const SEEDS: readonly bigint[] = (() => {
  const seeds: bigint[] = []
  let seed = 0
  for (let index = 0; index < 1 << SEED_INDEX_BITS; index++) {
    while (seed * seed < (index + 1) * (1 << 22)) seed++
    seeds.push(BigInt(seed))
  }
  return seeds
})()

const root = (x: bigint): bigint => {
  if (x === 0n) return 0n
  const halfLength = (bitLength(x) + 1) >> 1
  const seed = SEEDS[Number(x >> BigInt(2 * halfLength - SEED_INDEX_BITS))]!
  // For a small number this shifts to the right and rounds down, but never below the root rounded down.
  let guess = seed << BigInt(halfLength - SEED_BITS)
  for (;;) {
    const next = (guess + x / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}

/** The square root of `x`, rounded down: the largest `r` with `r * r <= x`. Throws `OutOfRange` when `x` is no uint256. */
export const sqrtDown = (x: bigint): bigint => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange("sqrtDown", x)
  return root(x)
}

/** The square root of `x`, rounded up: the smallest `r` with `r * r >= x`. Throws `OutOfRange` when `x` is no uint256. */
export const sqrtUp = (x: bigint): bigint => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange("sqrtUp", x)
  const down = root(x)
  return down * down === x ? down : down + 1n
}
