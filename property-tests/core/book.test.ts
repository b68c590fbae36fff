import { describe, expect, it } from "vitest"
import { actor, BookUnbalanced, payOne, Payment, World } from "../../core/index.ts"
import { Arrivals } from "../../core/arrivals.ts"
import type { Kernel } from "../../core/kernel.ts"
import { puppet, Tell } from "./puppet.ts"

/** The double-entry book. No handler can unbalance it, so these tests reach into the engine to plant what a bug would do. */

const Mint = puppet({ tell: (state, { number }) => ({ state, mints: { "mint:coin": BigInt(number) }, sends: [payOne("alice", "mint:coin", BigInt(number))] }) })
const makeWorld = (): World => World.make({ accounts: { alice: { eth: 100n }, bob: { eth: 50n, dai: 5n } }, actors: [actor("mint", Mint, { level: 0 })] })
const kernelOf = (world: World): Kernel => (world as unknown as { readonly kernel: Kernel }).kernel
const holdingOf = (world: World, address: string) => kernelOf(world).cells.get(address)!.holding("eth")!

describe("audit", () => {
  it("passes at every block of a world that mints, moves and returns", () => {
    const world = makeWorld()
    world.audit()
    world.send("alice", "mint", Tell, { number: 30 })
    world.send("alice", "nowhere", Payment, {}, { funds: { eth: 10n } })
    for (let block = 0; block < 4; block++) {
      world.step()
      world.audit()
    }
    expect([world.supply("mint:coin"), world.balance("alice", "eth")]).toEqual([30n, 100n])
  })

  it.each([
    ["a balance with a unit too many", (world: World) => { holdingOf(world, "bob").amount += 1n }, { asset: "eth", held: 151n, underWay: 0n, expected: 150n }],
    ["a balance with a unit too few", (world: World) => { holdingOf(world, "alice").amount -= 1n }, { asset: "eth", held: 149n, underWay: 0n, expected: 150n }],
    ["a supply that nobody minted", (world: World) => { kernelOf(world).assets.get("dai")!.supply += 1n }, { asset: "dai", held: 5n, underWay: 0n, expected: 6n }],
    ["a total under way that nothing carries", (world: World) => { kernelOf(world).assets.get("dai")!.inFlight += 1n }, { asset: "dai" }],
  ])("finds %s", (_, plant, fields) => {
    const world = makeWorld()
    plant(world)
    expect(() => world.audit()).toThrow(BookUnbalanced)
    expect(() => world.audit()).toThrow(expect.objectContaining({ height: 0, ...fields }))
    expect(() => world.fork().audit()).toThrow(BookUnbalanced)
  })

  it("finds a message that got lost on its way", () => {
    const world = makeWorld()
    world.send("alice", "nowhere", Payment, {}, { funds: { eth: 10n } })
    world.step()
    kernelOf(world).arrivals = new Arrivals()
    expect(() => world.audit()).toThrow(expect.objectContaining({ asset: "eth", held: 140n, underWay: 0n, expected: 150n }))
  })
})

describe("the check at the end of a block", () => {
  /** Sets a balance in the engine's own way, as wrong code inside of it would. */
  const set = (world: World, address: string, amount: bigint): void =>
    kernelOf(world).add(kernelOf(world).cells.get(address)!, holdingOf(world, address), amount - holdingOf(world, address).amount)

  /** Plants the fault while the block runs: when the actor "box" has been credited with 10 eth of alice's. */
  const steppingWith = (fault: (world: World) => void): (() => unknown) => {
    const Box = puppet({
      tell: (state) => {
        fault(world)
        return { state }
      },
    })
    const world: World = World.make({ accounts: { alice: { eth: 100n } }, actors: [actor("box", Box, { level: 0 }, { eth: 50n })] })
    world.send("alice", "box", Tell, { number: 0 }, { funds: { eth: 10n } })
    return () => world.step()
  }

  it.each([
    ["credits a unit too many", (world: World) => set(world, "box", 61n)],
    ["takes a unit too many", (world: World) => set(world, "alice", 89n)],
    ["loses the funds of a message", (world: World) => set(world, "box", 50n)],
  ])("stops an engine that %s", (_, fault) => {
    expect(steppingWith(fault)).toThrow(BookUnbalanced)
    expect(steppingWith(fault)).toThrow(/^block 1: eth held .+ do not sum to /)
  })

  it("passes without a fault", () => {
    expect(steppingWith(() => {})).not.toThrow()
  })
})
