import { describe, expect, it } from "vitest"
import { Account, Actor, actor, Count, Message, pay, Payment, slotOf, spawn, View, World, type Genesis, type Transaction } from "../../core/index.ts"
import { localWorld } from "../../core/shard/local-world.ts"

/** What shards must know of one another, one case each: two shards against one kernel, through the same blocks. */

const Act = Message.make("test/Act", {})
const Slow = Message.make("test/Slow", {})

/** Mints an asset of its own for itself and spawns a child, the same one every time. */
const Parent = Actor.make("test/Parent", {
  params: {},
  state: { times: Count },
  messages: { Act },
  create: () => ({ times: 0 }),
  handlers: { Act: ({ times }) => ({ state: { times: times + 1 }, mints: { "parent:coin": 5n }, spawns: [spawn("child", Account, {})] }) },
})

const Shown = View.make("test/Shown", { times: Count })

/** Publishes how often it was told something. */
const Sign = Actor.make("test/Sign", {
  params: {},
  state: { times: Count },
  messages: { Act },
  view: Shown,
  create: () => ({ times: 0 }),
  publish: ({ times }) => ({ times }),
  handlers: { Act: ({ times }) => ({ state: { times: times + 1 } }) },
})

/** Puts up a sign beside itself, and in every later block reads it: 100 where nothing is shown. */
const Painter = Actor.make("test/Painter", {
  params: {},
  state: { times: Count, seen: Count },
  messages: { Act },
  create: () => ({ times: 0, seen: 0 }),
  handlers: {
    Act: ({ times, seen }, _, { self, view }) =>
      times === 0 ? { state: { times: 1, seen }, spawns: [spawn("sign", Sign, {})] } : { state: { times: times + 1, seen: seen + 1 + (view(Shown, `${self}/sign`)?.times ?? 100) } },
  },
})

/** Takes one message a block and pays back what came with it, so that messages wait for it. */
const Teller = Actor.make("test/Teller", {
  params: {},
  state: { served: Count },
  messages: { Slow },
  capacity: 1,
  create: () => ({ served: 0 }),
  handlers: { Slow: ({ served }, _, { sender, funds }) => ({ state: { served: served + 1 }, sends: [pay(sender, funds)] }) },
})

const genesis = (): Genesis => ({
  accounts: { alice: { dai: 50n, eth: 100n }, bob: { eth: 100n } },
  actors: [actor("parent", Parent, {}), actor("teller", Teller, {}), actor("painter", Painter, {})],
  definitions: [Sign],
})

const give = (from: string, nonce: number, to: string, message: typeof Act | typeof Slow | typeof Payment, funds: Transaction["funds"] = {}): Transaction => ({ from, nonce, to, message, payload: {}, funds })

/** Everything in shard 0 but these addresses. */
const apart = (...addresses: readonly string[]): Uint8Array => {
  const owners = new Uint8Array(1_024)
  for (const address of addresses) owners[slotOf(address)] = 1
  return owners
}

const together = (owners: Uint8Array, blocks: readonly (readonly Transaction[])[], moves: (height: number) => ReadonlyMap<number, number> = () => new Map()) => {
  const one = World.make(genesis())
  const two = localWorld(genesis(), { shards: 2, owners })
  const told = blocks.map((block) => {
    const [expected, sealed] = [one.step(block), two.world.step(block)]
    expect(sealed.header).toEqual(expected.header)
    expect(JSON.stringify(sealed.receipts)).toBe(JSON.stringify(expected.receipts))
    two.move(moves(sealed.height))
    return sealed
  })
  expect(two.stored()).toEqual(one.snapshot())
  return told
}

describe("shards hear", () => {
  it("of an asset that was issued elsewhere: not to hold it is another refusal than its not being there", () => {
    const [, second] = together(apart("bob"), [
      [give("alice", 0, "parent", Act), give("bob", 0, "alice", Payment, { "parent:coin": 1n })],
      [give("bob", 0, "alice", Payment, { "parent:coin": 1n })],
    ])
    expect(second?.receipts[0]).toMatchObject({ status: "refused", refusal: { _tag: "core/InsufficientBalance" } })
  })

  it("of a child that lives elsewhere, wherever its parent moves", () => {
    const away = new Map([[slotOf("parent"), 1]])
    const back = new Map([[slotOf("parent"), 0]])
    const told = together(
      apart("parent/child"),
      Array.from({ length: 4 }, (_, nonce) => [give("alice", nonce, "parent", Act)]),
      (height) => (height === 1 ? away : height === 2 ? back : new Map()),
    )
    expect(told.map(({ receipts }) => receipts[0]?.status)).toEqual(["handled", "bounced", "bounced", "bounced"])
    for (const [child, parent] of [[0, 1], [1, 0]] as const) {
      const parted = new Map([[slotOf("parent/child"), child], [slotOf("parent"), parent]])
      const later = together(child === 0 ? apart("parent/child") : apart(), Array.from({ length: 3 }, (_, nonce) => [give("alice", nonce, "parent", Act)]), (height) => (height === 1 ? parted : new Map()))
      expect(later.map(({ receipts }) => receipts[0]?.status)).toEqual(["handled", "bounced", "bounced"])
    }
  })

  it("of what a child shows that was born elsewhere, in the parent's shard as in any other", () => {
    for (const owners of [apart("painter/sign"), apart("painter"), apart("painter", "painter/sign"), apart()]) {
      const one = World.make(genesis())
      const two = localWorld(genesis(), { shards: 2, owners })
      const blocks = [[give("alice", 0, "painter", Act)], [give("alice", 1, "painter", Act)], [give("bob", 0, "painter/sign", Act)], [give("alice", 2, "painter", Act)]]
      for (const block of blocks) expect(two.world.step(block).header).toEqual(one.step(block).header)
      expect(one.state(Painter, "painter")).toEqual({ times: 3, seen: 3 })
    }
  })

  it("of a sender that went away and came back while its message waited", () => {
    const home = slotOf("alice")
    together(
      apart(),
      [Array.from({ length: 4 }, (_, nonce) => give("alice", nonce, "teller", Slow, { eth: 3n })), [], [], [], [], []],
      (height) => (height === 1 ? new Map([[home, 1]]) : height === 2 ? new Map([[home, 0]]) : new Map()),
    )
  })

  it("of the supply of an asset whose issuer moved, and go on counting what it issued", () => {
    const slots = (to: number) => new Map([[slotOf("parent"), to]])
    together(apart(), Array.from({ length: 5 }, (_, nonce) => [give("alice", nonce, "parent", Act)]), (height) => slots(height % 2))
  })
})
