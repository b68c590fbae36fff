import type { Random as FastCheckRandom } from "fast-check"

/** Where choices come from: a seeded stream of ours, or fast-check's. */
export interface Draw {
  /** An integer from 0 to bound - 1; the bound is from 1 to 2^31. */
  readonly below: (bound: number) => number
}

/** Draws from fast-check's generator, so that a campaign runs inside of `fc.assert`. */
export const drawFrom = (random: FastCheckRandom): Draw => ({ below: (bound) => random.nextInt(0, bound - 1) })

/** True `numerator` times out of `denominator`. */
export const chance = (draw: Draw, numerator: number, denominator: number): boolean => draw.below(denominator) < numerator

export const pick = <A>(draw: Draw, list: readonly A[]): A => list[draw.below(list.length)] as A

/** By weight; all weights are positive integers. */
export const pickWeighted = <A>(draw: Draw, list: readonly (readonly [weight: number, value: A])[]): A => {
  let total = 0
  for (const [weight] of list) total += weight
  let at = draw.below(total)
  for (const [weight, value] of list) if ((at -= weight) < 0) return value
  throw new RangeError("a choice among nothing")
}

/** An integer from 0 to maximum, each number of bits as likely as any other. */
export const logUniform = (draw: Draw, maximum: bigint): bigint => {
  if (maximum <= 0n) return 0n
  const bits = draw.below(bitsOf(maximum) + 1)
  if (bits === 0) return 0n
  const value = (1n << BigInt(bits - 1)) | randomBits(draw, bits - 1)
  return value > maximum ? maximum : value
}

/** An integer from 0 to maximum, all nearly equally likely. */
export const uniform = (draw: Draw, maximum: bigint): bigint =>
  maximum < 0x40000000n ? BigInt(draw.below(Number(maximum) + 1)) : randomBits(draw, bitsOf(maximum) + 24) % (maximum + 1n)

const randomBits = (draw: Draw, bits: number): bigint => {
  let value = 0n
  for (let drawn = 0; drawn < bits; drawn += 30) value = (value << 30n) | BigInt(draw.below(0x40000000))
  return BigInt.asUintN(bits, value)
}

const bitsOf = (value: bigint): number => value.toString(2).length
