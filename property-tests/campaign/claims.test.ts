import { describe, expect, it } from "vitest"
import { Claims } from "../../sim/campaign/claims.ts"

/** Threads that share a batch; here two of them, of which one plays all that it may while the other is in its `pauses`-th run. */

const FROM = 100
const together = (count: number, pauses: number, failing: readonly number[]) => {
  const here = new Claims()
  const there = new Claims(here.shared)
  const hasFailed = (index: number): boolean => failing.includes(index)
  const theirs: number[] = []
  let runs = 0
  here.begin()
  const own = here.play(FROM, FROM + count, (index) => {
    if (++runs === pauses) theirs.push(...there.play(FROM, FROM + count, (its) => its, hasFailed))
    return index
  }, hasFailed)
  return { own, theirs }
}

describe("the runs of a batch", () => {
  it("are each taken once, by whoever is free", () => {
    expect(together(6, 3, [])).toEqual({ own: [100, 101, 102], theirs: [103, 104, 105] })
    expect(together(6, 7, [])).toEqual({ own: [100, 101, 102, 103, 104, 105], theirs: [] })
  })

  it("end for every thread behind the first that failed, but not before it", () => {
    expect(together(6, 3, [104])).toEqual({ own: [100, 101, 102], theirs: [103, 104] })
    expect(together(6, 3, [102, 104])).toEqual({ own: [100, 101, 102], theirs: [103, 104] })
    expect(together(6, 1, [100])).toEqual({ own: [100], theirs: [101, 102, 103, 104, 105] })
  })

  it("are all there again in the next batch", () => {
    const claims = new Claims()
    for (const from of [0, 3]) {
      claims.begin()
      expect(claims.play(from, from + 3, (index) => index, (index) => index === 1)).toEqual(from === 0 ? [0, 1] : [3, 4, 5])
    }
  })
})
