import { hashText } from "./address.ts"
import { outOfRange } from "./math/uint256.ts"

/** Counter-based random numbers: the n-th number of a key is a function of key and n alone. */
export class Random {
  private readonly key0: number
  private readonly key1: number
  private counter = 0

  /** Keys by the world's seed, the block and the message's identity (which names the actor that sent it), and the handling actor. */
  constructor(seed: bigint, height: number, actor: string, messageId: string) {
    const seedLow = Number(seed & 0xffffffffn)
    const seedHigh = Number((seed >> 32n) & 0xffffffffn)
    this.key0 = mix(seedLow ^ hashText(`${actor} ${messageId}`), height)
    this.key1 = mix(seedHigh ^ hashText(`${messageId} ${actor}`), this.key0)
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const low = mix(this.key0 ^ this.counter++, this.key1)
    return mix(low ^ this.key1, this.key0)
  }

  /** A bigint from 0 to 2^256 - 1. */
  uint256(): bigint {
    let value = 0n
    for (let word = 0; word < 8; word++) value = (value << 32n) | BigInt(this.uint32())
    return value
  }

  /** A bigint from 0 to bound - 1, without bias. Throws `OutOfRange` for a bound outside 1 to 2^256. */
  below(bound: bigint): bigint {
    if (bound < 1n || bound > 2n ** 256n) throw outOfRange("random.below", bound)
    const limit = 2n ** 256n - (2n ** 256n % bound)
    for (;;) {
      const value = this.uint256()
      if (value < limit) return value % bound
    }
  }
}

/** A 32-bit mixing step of two words (the finaliser of MurmurHash3 over their sum and product). */
const mix = (left: number, right: number): number => {
  let hash = Math.imul(left ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(right ^ 0x7f4a7c15, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
