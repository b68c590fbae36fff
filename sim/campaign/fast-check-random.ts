import * as fc from "fast-check"
import type { Draw } from "./draw.ts"

/** Feeds a fast-check arbitrary from a campaign's stream. */
export const wordsFrom = (draw: Draw): fc.Random => new fc.Random(new Words(draw) as never)

/** The generator that fast-check's Random wraps: 32-bit words, some of them drawn ahead. */
class Words {
  private readonly draw: Draw

  constructor(draw: Draw) {
    this.draw = draw
  }

  next(): number {
    return (this.draw.below(0x10000) << 16) | this.draw.below(0x10000)
  }

  clone(): Words {
    return this
  }

  getState(): readonly number[] {
    return []
  }
}
