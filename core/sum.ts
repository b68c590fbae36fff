const LIMB = 2n ** 64n
const WORD_MAX = 0xffff_ffff

/**
 * An exact sum of amounts that come and go. What is below 2^64 is summed up in two machine words, gains apart from losses, with their carries
 * counted; so a payment makes no new bigint for the book.
 */
export class Sum {
  private readonly words = new BigUint64Array(2)
  /** The same, low halves first: a comparison of whole words makes bigints of them. */
  private readonly halves = new Uint32Array(this.words.buffer)
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
    if (this.gain(0, amount)) this.carriesGained++
  }

  subtract(amount: bigint): void {
    if (amount >= LIMB) {
      this.wide -= amount
      return
    }
    if (this.gain(1, amount)) this.carriesLost++
  }

  /** Adds an amount below 2^64, given in halves. */
  addWords(low: number, high: number): void {
    if (this.gainWords(0, low, high)) this.carriesGained++
  }

  /** Subtracts an amount below 2^64, given in halves. */
  subtractWords(low: number, high: number): void {
    if (this.gainWords(2, low, high)) this.carriesLost++
  }

  private gainWords(at: number, low: number, high: number): boolean {
    const { halves } = this
    const lower = (halves[at] as number) + low
    const upper = (halves[at + 1] as number) + high + (lower > WORD_MAX ? 1 : 0)
    halves[at] = lower
    halves[at + 1] = upper
    return upper > WORD_MAX
  }

  /** Adds to a word; whether that carries. */
  private gain(at: number, amount: bigint): boolean {
    const { words, halves } = this
    const low = halves[at * 2] as number
    const high = halves[at * 2 + 1] as number
    words[at] = BigInt.asUintN(64, (words[at] as bigint) + BigInt.asUintN(64, amount))
    const now = halves[at * 2 + 1] as number
    return now < high || (now === high && (halves[at * 2] as number) < low)
  }

  get total(): bigint {
    const narrow = (this.words[0] as bigint) - (this.words[1] as bigint)
    if (this.wide === 0n && this.carriesGained === this.carriesLost) return narrow
    return this.wide + narrow + BigInt(this.carriesGained - this.carriesLost) * LIMB
  }
}
