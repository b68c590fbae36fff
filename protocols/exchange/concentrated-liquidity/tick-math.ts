import { MAX_UINT256, outOfRange } from "../../../core/index.ts"
import { MAX_TICK, MIN_TICK } from "./tick.ts"

/** Prices and ticks, to the bit as TickMath of v3-core. A price is the square root of asset 1 per asset 0, as a Q64.96. */

/** The price at the lowest tick; a pool's price is at least this. */
export const MIN_SQRT_PRICE_X96 = 4_295_128_739n
/** The price at the highest tick; a pool's price is below this. */
export const MAX_SQRT_PRICE_X96 = 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342n

/** sqrt(1.0001)^-(2^k) as a Q128.128, for k from 0 to 19. */
const FACTORS: readonly bigint[] = [
  0xfffcb933bd6fad37aa2d162d1a594001n,
  0xfff97272373d413259a46990580e213an,
  0xfff2e50f5f656932ef12357cf3c7fdccn,
  0xffe5caca7e10e4e61c3624eaa0941cd0n,
  0xffcb9843d60f6159c9db58835c926644n,
  0xff973b41fa98c081472e6896dfb254c0n,
  0xff2ea16466c96a3843ec78b326b52861n,
  0xfe5dee046a99a2a811c461f1969c3053n,
  0xfcbe86c7900a88aedcffc83b479aa3a4n,
  0xf987a7253ac413176f2b074cf7815e54n,
  0xf3392b0822b70005940c7a398e4b70f3n,
  0xe7159475a2c29b7443b29c7fa6e889d9n,
  0xd097f3bdfd2022b8845ad8f792aa5825n,
  0xa9f746462d870fdf8a65dc1f90e061e5n,
  0x70d869a156d2a1b890bb3df62baf32f7n,
  0x31be135f97d08fd981231505542fcfa6n,
  0x9aa508b5b7a84e1c677de54f3e99bc9n,
  0x5d6af8dedb81196699c329225ee604n,
  0x2216e584f5fa1ea926041bedfe98n,
  0x48a170391f7dc42444e8fa2n,
]

/** Up to 20 products make a price, and a swap asks for few ticks again and again: what was computed last for a tick modulo this is kept. */
const KEPT = 1 << 13
const keptTicks = new Int32Array(KEPT).fill(MAX_TICK + 1)
const keptPrices = new Array<bigint>(KEPT).fill(0n)

/** The price at a tick. Throws `OutOfRange` outside of -887,272 to 887,272. */
export const sqrtPriceX96AtTick = (tick: number): bigint => {
  if (!(tick >= MIN_TICK && tick <= MAX_TICK)) throw outOfRange("sqrtPriceX96AtTick", BigInt(tick))
  const slot = tick & (KEPT - 1)
  if (keptTicks[slot] === tick) return keptPrices[slot] as bigint
  const price = computePrice(tick)
  keptTicks[slot] = tick
  keptPrices[slot] = price
  return price
}

const computePrice = (tick: number): bigint => {
  const distance = Math.abs(tick)
  let ratio = (distance & 1) === 0 ? 1n << 128n : (FACTORS[0] as bigint)
  for (let bit = 1; distance >> bit !== 0; bit++) if (((distance >> bit) & 1) === 1) ratio = (ratio * (FACTORS[bit] as bigint)) >> 128n
  if (tick > 0) ratio = MAX_UINT256 / ratio
  return (ratio + 0xffff_ffffn) >> 32n
}

/** 2 / log2(1.0001): ticks from a price to twice its square root. */
const TICKS_PER_DOUBLING = 13_863.636_746_827_59
/**
 * Bound of what the estimate may be off, in ticks, with room to spare: doubles lose 10^-9 of a tick, and the lowest prices,
 * integers of 32 bits, are rounded by up to 5 * 10^-6 of a tick.
 */
const MARGIN = 1e-4

/**
 * The greatest tick whose price is at most `sqrtPriceX96`. Throws `OutOfRange` outside of what a pool's price can be.
 * Estimated in doubles by sums, products and quotients only, which are the same on every machine; where the estimate is too close to a whole tick, compared.
 */
export const tickAtSqrtPriceX96 = (sqrtPriceX96: bigint): number => {
  if (!isPoolPrice(sqrtPriceX96)) throw outOfRange("tickAtSqrtPriceX96", sqrtPriceX96)
  const estimate = (binaryLogarithm(Number(sqrtPriceX96)) - 96) * TICKS_PER_DOUBLING
  const tick = Math.floor(estimate + MARGIN)
  if (Math.floor(estimate - MARGIN) === tick) return tick
  return sqrtPriceX96AtTick(tick) <= sqrtPriceX96 ? tick : tick - 1
}

/** Whether a pool can have this price. */
export const isPoolPrice = (sqrtPriceX96: bigint): boolean => sqrtPriceX96 >= MIN_SQRT_PRICE_X96 && sqrtPriceX96 < MAX_SQRT_PRICE_X96

const bits = new DataView(new ArrayBuffer(8))

/** log2 of a positive normal double, off by some 10^-14 at most: the exponent, and the series of artanh for the mantissa. */
const binaryLogarithm = (x: number): number => {
  bits.setFloat64(0, x)
  const high = bits.getUint32(0)
  const exponent = (high >>> 20) - 1023
  bits.setUint32(0, (high & 0xf_ffff) | 0x3ff0_0000)
  const mantissa = bits.getFloat64(0)
  const large = mantissa > Math.SQRT2
  const m = large ? mantissa / 2 : mantissa
  const z = (m - 1) / (m + 1)
  const s = z * z
  const series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s * (1 / 13 + s * (1 / 15 + s / 17)))))))
  return exponent + (large ? 1 : 0) + 2 * z * series * Math.LOG2E
}
