import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { printTrace, World } from "../../core/index.ts"
import { definitions, makeWorld, inputs, stepWith, rootsOf, everything, tellOne, logOf, type Input } from "./busy-world.ts"
import { Tell } from "./puppet.ts"

/** Copies of a world: forks, and snapshots with what is restored from them. */

describe("a fork", () => {
  it("goes its own way: neither world shows what the other did, tables included", () => {
    fc.assert(
      fc.property(inputs, inputs, inputs, (before, left, right) => {
        const world = makeWorld({ trace: true })
        for (const block of before) stepWith(world, block)
        const alone = makeWorld()
        for (const block of before) stepWith(alone, block)
        const fork = world.fork()
        expect(everything(fork)).toEqual(everything(world))
        /** Steps in turn, so that shared tables are used from both sides. */
        const [ours, theirs]: [string[], string[]] = [[], []]
        for (let index = 0; index < Math.max(left.length, right.length); index++) {
          if (index < left.length) ours.push(stepWith(world, left[index] as Input[]).header.root)
          if (index < right.length) theirs.push(stepWith(fork, right[index] as Input[]).header.root)
        }
        const twin = alone.fork()
        expect(ours).toEqual(left.map((block) => stepWith(alone, block).header.root))
        expect(theirs).toEqual(right.map((block) => stepWith(twin, block).header.root))
        expect(everything(world)).toEqual(everything(alone))
        expect(everything(fork)).toEqual(everything(twin))
        world.audit()
        fork.audit()
      }),
      { seed: 1, numRuns: 40 },
    )
  })

  it("that is kept is a way back", () => {
    const world = tellOne(makeWorld(), 9, 5)
    world.step()
    const kept = world.fork()
    const before = everything(kept)
    const later = rootsOf(world, [[{ from: "bob", to: "one", number: 8, eth: 3 }]])
    expect(everything(kept)).toEqual(before)
    expect(rootsOf(kept, [[{ from: "bob", to: "one", number: 8, eth: 3 }]])).toEqual(later)
  })

  it("takes along what is queued, held and wanted to be held", () => {
    const world = makeWorld()
    world.hold(({ from }) => from === "alice")
    tellOne(world, 0).step()
    tellOne(world, 1)
    const fork = world.fork()
    world.deliver()
    world.settle()
    expect([logOf(world), fork.held.map(({ id }) => id)]).toEqual([["2 0", "2 1"], ["alice@0"]])
    fork.send("alice", "two", Tell, { number: 1 })
    expect(fork.step().receipts).toMatchObject([{ id: "alice@1", status: "pending" }, { id: "alice@2", status: "pending" }])
    fork.deliver()
    fork.step()
    expect(logOf(fork)).toEqual(["3 0", "3 1"])
  })

  it("keeps the trace, which then grows apart", () => {
    const world = tellOne(makeWorld({ trace: true }), 2)
    world.step()
    const fork = world.fork()
    const open = printTrace(world.trace(1, 0)!)
    fork.settle()
    expect(printTrace(world.trace(1, 0)!)).toBe(open)
    world.settle()
    expect(printTrace(world.trace(1, 0)!)).toBe(printTrace(fork.trace(1, 0)!))
    expect(printTrace(world.trace(1, 0)!)).not.toBe(open)
  })
})

describe("a snapshot", () => {
  it("at any block, of any world, gives the same later headers, receipts and bytes", () => {
    fc.assert(
      fc.property(inputs, fc.nat(7), (blocks, at) => {
        const world = makeWorld()
        for (const block of blocks.slice(0, at)) stepWith(world, block)
        const bytes = world.snapshot()
        const restored = World.restore(definitions, bytes)
        expect(restored.snapshot()).toEqual(bytes)
        expect(restored.header).toEqual(world.header)
        restored.audit()
        for (const block of blocks.slice(at)) {
          const [ours, theirs] = [stepWith(world, block), stepWith(restored, block)]
          expect(theirs.header).toEqual(ours.header)
          expect(theirs.receipts).toEqual(ours.receipts)
          expect(theirs.changes).toEqual(ours.changes)
        }
        expect(restored.settle().map(({ header }) => header)).toEqual(world.settle().map(({ header }) => header))
        expect(restored.snapshot()).toEqual(world.snapshot())
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  it("of worlds that are equal by other ways has the same bytes", () => {
    const [listed, reversed] = [Object.entries({ a: { eth: 1n, dai: 2n }, b: { dai: 5n } }), [["b", { dai: 5n }], ["a", { dai: 2n, eth: 1n }]] as const]
    expect(World.make({ accounts: listed }).snapshot()).toEqual(World.make({ accounts: reversed }).snapshot())
  })
})

/** Pinned. */
const ROOTS = [
  "a2599359af00aabf204c799d4b521c3863d20098675d7f1759e0d94615c122b0",
  "7e0fad2772aec0f8092c8a744bd1a87fca2f259c816abf684b99e5c9cfdc57ff",
  "142ac999be7f0f3186cd7f42717a56a82387191d2188aebfc5c1f63ab80d72c2",
  "fb929a27764145e42dc7d9ecf4cba3c541e9405e5355d61a64f1cd1504ab8cbe",
  "2e0ab278f89782e8d84ff3f9daec8d75ee5d67d5c08bc8cb9af10fda86984e67",
]
const LAST = {
  height: 4,
  time: 48,
  parent: "fb929a27764145e42dc7d9ecf4cba3c541e9405e5355d61a64f1cd1504ab8cbe",
  inputs: "2144f2017b09491d0533bc06225a52f0a37ee709a584ab93983b344805f206ed",
  changes: "1aae83e373a226c0ca269261ead0169b729a7a34790602466194e7c8d4672e29",
  messages: "dd635d724fc7148046c7a97f2c08628a9a7cdc7f04ea0793ee4da28d79777255",
  root: "2e0ab278f89782e8d84ff3f9daec8d75ee5d67d5c08bc8cb9af10fda86984e67",
}
const SNAPSHOT = [1081, "5e45157f87ed93dc217e9cb8599dd9c85ea13672d83352644e92a8e724ffb19d"]

/** A small fixed history: these literals change only when the byte format or the model does, and then on purpose. */
describe("golden:", () => {
  const history = () => {
    const world = makeWorld()
    const genesis = world.header
    const first = stepWith(world, [
      { from: "alice", to: "one", number: 9, eth: 7 },
      { from: "bob", to: "two", number: 6, eth: 1 },
      { from: "bob", to: "nowhere", number: 1, eth: 2 },
    ])
    const later = Array.from({ length: 3 }, () => stepWith(world, [{ from: "bob", to: "one", number: 8, eth: 0 }]))
    return { world, headers: [genesis, ...[first, ...later].map(({ header }) => header)] }
  }

  it("the headers of a genesis and four blocks", () => {
    const { headers } = history()
    expect(headers.map(({ root }) => root)).toEqual(ROOTS)
    expect(headers.at(-1)).toEqual(LAST)
  })

  it("the bytes of the snapshot after them", () => {
    const bytes = history().world.snapshot()
    expect([bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual(SNAPSHOT)
  })
})
