import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { kernelOf } from "../../core/genesis.ts"
import { Payment, World, type WorldOptions } from "../../core/index.ts"
import type { Kernel } from "../../core/kernel.ts"
import { runBlock } from "../../core/run-block.ts"
import { scenario } from "../reference/arbitrary.ts"
import { same } from "../reference/compare.ts"
import { castOf, genesisOf, stepWorld, worldOf } from "../reference/engine.ts"

/** A world that tells totals only forgets messages as they end. Nothing but what can be asked for may differ. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const WORLDS = process.env["BLOCKSTEP_LONG"] === "1" ? 3_000 : 100
const innerOf = (world: World): Kernel => (world as unknown as { readonly kernel: Kernel }).kernel
const accounts = { alice: { eth: 10n }, bob: {} }

describe(`a world that tells totals (seed ${SEED})`, () => {
  it("has the headers, totals, changes and snapshots of one that tells everything", () => {
    let [ended, refused, paid] = [0, 0, 0]
    fc.assert(
      fc.property(scenario, fc.nat(3), ({ genesis, blocks }, turn) => {
        const everything = worldOf(genesis)
        const [made, options] = genesisOf(genesis)
        const totals = World.make(made, { ...options, tell: "totals" })
        for (const [at, inputs] of blocks.entries()) {
          const [one, other] = [stepWorld(everything, inputs), stepWorld(totals, inputs)]
          same(other.header, one.header, "headers")
          same(other.raw.totals, one.raw.totals, "totals")
          same(other.changes, one.changes, "changes")
          // Who is asked for what is under way makes messages of it; who is not goes on without.
          if (at % 4 === turn) same(other.sent, one.sent, "messages under way")
          if (at % 4 === 3 - turn) same(totals.snapshot(), everything.snapshot(), "snapshots on the way")
          paid += innerOf(totals).paid
          expect(one.raw.totals.ended).toBe(one.raw.ended.length)
          ended += one.raw.totals.ended
          refused += one.raw.totals.refused
        }
        same(totals.snapshot(), everything.snapshot(), "snapshots")
        totals.audit()
        const definitions = [...castOf().values()]
        const [resumed, other] = [World.restore(definitions, totals.snapshot(), { tell: "totals" }), totals.fork()]
        for (let block = 0; block < 3; block++) {
          const { header } = everything.step()
          same([resumed.step().header, other.step().header], [header, header], "headers of a restored world and of a fork")
        }
      }),
      { seed: SEED, numRuns: WORLDS },
    )
    expect(ended).toBeGreaterThan(100)
    expect(refused).toBeGreaterThan(10)
    expect(paid).toBeGreaterThan(0)
  })

  it("keeps none of the messages that ended", () => {
    const kept = (options: WorldOptions) => {
      const kernel = kernelOf({ accounts }, options)
      const { totals } = runBlock(kernel, [1n, 2n].map((eth, nonce) => ({ from: "alice", nonce, to: nonce === 0 ? "bob" : "nobody", message: Payment, payload: {}, funds: { eth } })))
      return [totals.ended, kernel.ended.length + kernel.credited.length, [...kernel.ended, ...kernel.credited].length]
    }
    expect(kept({})).toEqual([2, 2, 2])
    expect(kept({ tell: "totals" })).toEqual([2, 2, 0])
  })

  it("says so where it is asked for more", () => {
    const world = World.make({ accounts }, { tell: "totals" })
    world.send("alice", "bob", Payment, {}, { funds: { eth: 3n } })
    const block = world.step()
    expect(block.raw.totals).toEqual({ transactions: 1, refused: 0, ended: 1 })
    expect(block.changes.map(({ address }) => address)).toEqual(["alice", "bob"])
    for (const asked of [() => block.receipts, () => block.ended, () => block.defects]) expect(asked).toThrow('only where its option `tell` is "everything"')
  })

  it("is refused by any other word for it", () => {
    for (const tell of ["total", true, null] as never[]) {
      expect(() => World.make({ accounts }, { tell })).toThrow(expect.objectContaining({ _tag: "core/InvalidGenesis", field: "tell", expected: "everything or totals" }))
      expect(() => World.restore([], World.make({ accounts }).snapshot(), { tell })).toThrow(expect.objectContaining({ field: "tell" }))
    }
  })
})
