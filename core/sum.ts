const LIMB = 2n ** 64n

/**
 * An exact sum of amounts that come and go. What is below 2^64 is summed up in two machine words, gains apart from losses, with their carries
 * counted; so a payment makes no new bigint for the book.
 */
export class Sum {
  private readonly words = new BigUint64Array(2)
  private carriesGained = 0
  private carriesLost = 0
  private wide = 0n

  clear(): void {
    this.words[0] = this.words[1] = 0n
    this.carriesGained = this.carriesLost = 0
    this.wide = 0n
  }

  add(amount: bigint): void {
    if (amount >= LIMB) {
      this.wide += amount
      return
    }
    const narrow = BigInt.asUintN(64, amount)
    const sum = BigInt.asUintN(64, (this.words[0] as bigint) + narrow)
    if (sum < narrow) this.carriesGained++
    this.words[0] = sum
  }

  subtract(amount: bigint): void {
    if (amount >= LIMB) {
      this.wide -= amount
      return
    }
    const narrow = BigInt.asUintN(64, amount)
    const sum = BigInt.asUintN(64, (this.words[1] as bigint) + narrow)
    if (sum < narrow) this.carriesLost++
    this.words[1] = sum
  }

  get total(): bigint {
    const narrow = (this.words[0] as bigint) - (this.words[1] as bigint)
    if (this.wide === 0n && this.carriesGained === this.carriesLost) return narrow
    return this.wide + narrow + BigInt(this.carriesGained - this.carriesLost) * LIMB
  }
}
