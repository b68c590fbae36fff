import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, after, InvalidSnapshot, pay, request, send, World, type Ordering } from "../../core/index.ts"
import { Answered, Ask, notes, noted, puppet, Tell } from "./puppet.ts"

/** Damaged bytes are refused, or are the bytes of another world. No other exception, and never two forms of one world. */

const Server = puppet({ name: "test/Server", capacity: 1 })
const Puppet = puppet({
  tell: (state, { number }, { sender }) =>
    number === 0
      ? {
          state,
          sends: [
            request("server", Ask, { number: 5 }, { funds: { eth: 3n }, then: Answered, saved: { tag: "asked" } }),
            send("nowhere", Tell, { number: 6 }, { funds: { eth: 2n }, deadline: 9 }),
            pay("alice", { eth: 1n }),
          ],
          timers: [after(3, Tell, { number: 7 }), after(1, Tell, { number: 8 })],
          mints: { "puppet:share": 10n },
        }
      : notes(state, `${sender} ${number}`, { events: [noted(number)] }),
})
const definitions = [Puppet, Server]

/** A world with leftovers, arrivals of all kinds, timers, views and balances. */
const busyWorld = (): World => {
  const world = World.make({
    accounts: { alice: { eth: 100n }, bob: { eth: 50n } },
    actors: [actor("puppet", Puppet, { level: 2 }, { eth: 20n }), actor("server", Server, { level: 1 })],
    seed: 7n,
  })
  for (const number of [1, 2, 3]) world.send("alice", "server", Ask, { number }, { funds: { eth: 2n } })
  world.send("bob", "puppet", Tell, { number: 0 })
  world.step()
  world.send("bob", "puppet", Tell, { number: 0 })
  world.step()
  return world
}

const bytes = busyWorld().snapshot()

/** The restored world, or undefined where it is refused. Any other exception fails the test. */
const restored = (damaged: Uint8Array): World | undefined => {
  try {
    return World.restore(definitions, damaged)
  } catch (error) {
    if (!(error instanceof InvalidSnapshot)) throw error
    expect(error.message).toMatch(/^the snapshot cannot be restored: .+/)
    return undefined
  }
}

describe("a snapshot", () => {
  it("that is whole gives the world back", () => {
    const world = busyWorld()
    expect(world.pending).toBeGreaterThan(4)
    expect(world.pendingTimers).toBeGreaterThan(1)
    expect(World.restore(definitions, bytes).snapshot()).toEqual(bytes)
  })

  it("cut off at any byte is refused", () => {
    for (let length = 0; length < bytes.length; length++) expect(restored(bytes.subarray(0, length))).toBeUndefined()
  })

  it("with bytes after its end is refused", () => {
    expect(restored(new Uint8Array([...bytes, 0]))).toBeUndefined()
  })

  it("with one byte changed, at any offset, is refused or is another world's", () => {
    for (let offset = 0; offset < bytes.length; offset++) {
      for (const change of [1, 2, 4, 16, 128, 255]) {
        const damaged = Uint8Array.from(bytes)
        damaged[offset] = (damaged[offset] as number) ^ change
        const world = restored(damaged)
        if (world !== undefined) expect(world.snapshot()).toEqual(damaged)
      }
    }
  })

  it("with the largest count at any offset is refused or is another world's", () => {
    const largest = [255, 255, 255, 255, 255, 255, 255, 15]
    for (let offset = 0; offset < bytes.length; offset++) {
      const damaged = new Uint8Array([...bytes.subarray(0, offset), ...largest, ...bytes.subarray(offset + 1)])
      const world = restored(damaged)
      if (world !== undefined) expect(world.snapshot()).toEqual(damaged)
    }
  })

  it("of random bytes, or with random bytes inside, is refused or is another world's", () => {
    const piece = fc.uint8Array({ minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), piece, (offset, inserted) => {
        const damaged = Uint8Array.from(bytes)
        damaged.set(inserted.subarray(0, bytes.length - offset), offset)
        const world = restored(damaged)
        if (world !== undefined) expect(world.snapshot()).toEqual(damaged)
        expect(restored(inserted)).toBeUndefined()
      }),
      { seed: 1, numRuns: 1_000 },
    )
  })

  it.each([
    ["nothing", undefined],
    ["text", "blockstep snapshot 1"],
    ["a list of numbers", [1, 2, 3]],
    ["an ArrayBuffer", new ArrayBuffer(8)],
  ])("that is %s instead of bytes is refused", (_, given) => {
    expect(restored(given as never)).toBeUndefined()
  })

  it("of definitions that are not given is refused", () => {
    expect(() => World.restore([Puppet], bytes)).toThrow(InvalidSnapshot)
    expect(() => World.restore([Puppet], bytes)).toThrow("test/Server")
  })

  it("of a policy that is not given is refused", () => {
    const ordering: Ordering = { name: "own", arrange: (arrivals) => arrivals }
    const world = World.make({ accounts: { alice: {} }, ordering })
    expect(() => World.restore([], world.snapshot())).toThrow("the ordering policy own must be given")
    expect(World.restore([], world.snapshot(), { ordering }).snapshot()).toEqual(world.snapshot())
  })

  it("of a world with held messages is refused", () => {
    const world = busyWorld()
    world.hold(() => true)
    world.step()
    expect(() => world.snapshot()).toThrow(InvalidSnapshot)
  })
})
