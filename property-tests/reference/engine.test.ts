import { isDeepStrictEqual } from "node:util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Cell, Holding } from "../../core/cell.ts"
import { BookUnbalanced, Orderings, type Header, type World } from "../../core/index.ts"
import type { Kernel } from "../../core/kernel.ts"
import { compare, same } from "./compare.ts"
import { busyScenario, scenario, SMALL_LIMITS, type Scenario } from "./arbitrary.ts"
import { Follower, restore, stepWorld, worldOf, type Options } from "./engine.ts"
import { Reference } from "./interpreter.ts"
import * as laws from "./laws.ts"
import { ACCOUNT, DO, TICK, payloadOf } from "./script.ts"
import { sharedRuns } from "./shared-runs.ts"
import type { Block, Genesis, Inputs, Policy } from "./shapes.ts"

/** The engine against the interpreter, block by block, and the ten laws of the design against the engine. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
/** Blocks without inputs in which every random world becomes quiet; laws.test.ts prints how many the interpreter needs. */
const QUIET_BLOCKS_MAX = 150

/** Numbers of random worlds. */
const COMPARED = LONG ? 10_000 : 500
const BUSY = LONG ? 200 : 15
const UNDER_POLICY = LONG ? 2_000 : 60
const PER_LAW = LONG ? 1_000 : 80

const holds = <T>(worlds: fc.Arbitrary<T>, numRuns: number, law: (world: T) => void): void =>
  fc.assert(fc.property(worlds, (world) => { law(world) }), { seed: SEED, numRuns })

interface Run {
  readonly world: World
  readonly blocks: readonly Block[]
  readonly headers: readonly Header[]
}

/** The engine alone. */
const run = ({ genesis, blocks }: Scenario, options: Options = {}): Run => {
  const world = worldOf(genesis, options)
  const follower = new Follower(genesis)
  const headers: Header[] = [world.header]
  const told = blocks.map((inputs) => {
    const block = stepWorld(world, inputs)
    headers.push(block.header)
    return follower.read(block)
  })
  return { world, blocks: told, headers }
}

const samples = sharedRuns(scenario, (world) => run(world), { seed: SEED, numRuns: PER_LAW })

/** The policies again, in other words than the engine's. */
const bySender: Policy = (arrivals) => [...new Set(arrivals.map(({ from }) => from))].sort().flatMap((sender) => arrivals.filter(({ from }) => from === sender))
const lastSenderFirst: Policy = (arrivals) => [...new Set(arrivals.map(({ from }) => from))].reverse().flatMap((sender) => arrivals.filter(({ from }) => from === sender))

describe(`the engine and the interpreter agree (seed ${SEED})`, () => {
  it(`in ${COMPARED} random worlds, block by block`, () => holds(scenario, COMPARED, (world) => compare(world)))
  it(`in ${BUSY} random worlds of hundreds of messages a block`, () => holds(busyScenario, BUSY, (world) => compare(world)))
  it(`in ${UNDER_POLICY} random worlds that serve by sender`, () => holds(scenario, UNDER_POLICY, (world) => compare(world, Orderings.bySender, bySender)))
  it(`in ${UNDER_POLICY} random worlds that serve the last sender first`, () => holds(scenario, UNDER_POLICY, (world) => compare(world, Orderings.lastSenderFirst, lastSenderFirst)))
})

describe(`the laws hold for the engine (seed ${SEED}, ${PER_LAW} worlds each)`, () => {
  it("law 1, atomicity: a refused message leaves nothing behind but its bounce", () => {
    samples.hold(({ blocks }) => laws.refusesWithoutATrace(blocks))
  })

  it("law 2, isolation: an actor changes by its own messages only", () => {
    samples.hold(({ blocks }) => laws.changesNothingOfOthers(blocks))
  })

  it("law 3, conservation: holdings and funds under way are genesis + minted - burned, counted from the outside", () => {
    holds(scenario, PER_LAW, (whole) => {
      const world = worldOf(whole.genesis)
      for (const inputs of whole.blocks) {
        stepWorld(world, inputs)
        world.audit()
        for (const asset of world.assets) {
          const held = world.addresses.reduce((sum, address) => sum + world.balance(address, asset), 0n)
          expect(held + world.underWay(asset)).toBe(world.supply(asset))
        }
      }
      // Without an issuer nothing is minted or burned.
      const atGenesis = whole.genesis.actors.reduce((sum, { balances }) => sum + (balances["eth"] ?? 0n), 0n)
      expect(world.supply("eth")).toBe(atGenesis)
    })
  })

  it("law 3, conservation: a unit out of nowhere stops the world, in a block by the book and between two blocks by the audit", () => {
    const genesis = { ...GENESIS, actors: [{ address: "user-1", kind: ACCOUNT, balances: { eth: 5n } }, { address: "m", kind: "script/Open", balances: {} }] }
    const payment = { from: "user-1", nonce: 0, to: "m", type: DO, payload: payloadOf(DO, []), funds: { eth: 1n } }
    const forge = (world: World): void => {
      const kernel = kernelOf(world)
      const cell = kernel.cells.get("user-1") as Cell
      kernel.touch(cell)
      kernel.add(cell, cell.holding("eth") as Holding, 1n)
    }
    const world = worldOf(genesis, { authenticate: () => forge(world) })
    expect(() => stepWorld(world, { transactions: [payment] })).toThrow(BookUnbalanced)

    const other = worldOf(genesis)
    stepWorld(other, { transactions: [payment] })
    other.audit()
    forge(other)
    expect(() => other.audit()).toThrow(BookUnbalanced)
  })

  it("law 4, no loss: each message ends exactly once or is still under way, and what is refused comes back", () => {
    samples.hold(({ world, blocks }) => {
      expect(laws.endsEachMessageOnce(blocks).length).toBe(world.pending + world.pendingTimers)
      laws.givesBackWhatItRefuses(blocks)
    })
  })

  it("law 5, first-in first-out for each pair of actors, under every policy", () => {
    samples.hold(({ blocks }, { genesis }) => laws.keepsPairsInOrder(genesis, blocks))
    for (const ordering of Object.values(Orderings).filter((policy) => policy !== Orderings.causal)) {
      holds(scenario, Math.ceil(PER_LAW / 3), (world) => laws.keepsPairsInOrder(world.genesis, run(world, { ordering }).blocks))
    }
  })

  it("law 6, causality: no effect before its cause", () => {
    samples.hold(({ blocks }) => laws.hasNoEffectBeforeItsCause(blocks))
  })

  it("law 7, placement independence: neither the order of the genesis nor that of construction shows in a header", () => {
    samples.hold((there, whole) => {
      const back = run(whole, { reversed: true })
      same(back.headers, there.headers, "headers")
      same(back.blocks, there.blocks, "blocks")
      same(back.world.snapshot(), there.world.snapshot(), "snapshots")
    })
  })

  it("law 8, replay: the same inputs, a stored world and a fork give the same headers and bytes", () => {
    holds(fc.tuple(scenario, fc.nat()), LONG ? PER_LAW * 4 : 100, ([whole, number]) => {
      const { headers, blocks, world } = run(whole)
      same(run(whole).headers, headers, "headers of a replay")
      const at = number % (whole.blocks.length + 1)
      const original = worldOf(whole.genesis)
      for (const inputs of whole.blocks.slice(0, at)) stepWorld(original, inputs)
      const bytes = original.snapshot()
      const stored = restore(bytes)
      const fork = original.fork()
      same(stored.snapshot(), bytes, "snapshot of what was stored")
      same(fork.snapshot(), bytes, "snapshot of the fork")
      const later = whole.blocks.slice(at)
      for (const copy of [stored, fork, original]) {
        copy.audit()
        const headersLater = later.map((inputs) => {
          const block = stepWorld(copy, inputs)
          same(block.sent.map(({ id, parent }) => [id, parent]), blocks[block.height - 1]?.sent.map(({ id, parent }) => [id, parent]), "reconciled messages")
          return block.header
        })
        same(headersLater, headers.slice(at + 1), "headers")
        same(copy.snapshot(), world.snapshot(), "snapshots at the end")
        copy.audit()
      }
    })
  })

  it("law 9, liveness: when inputs stop the world becomes quiet, and then nothing happens any more", () => {
    // Carries the shared runs on, so it is the last to use them.
    samples.hold(({ world, blocks }, whole) => {
      const reference = new Reference(whole.genesis)
      for (const inputs of whole.blocks) reference.step(inputs)
      let expected = 0
      for (; !reference.quiet; expected++) reference.step()
      expect(world.settle({ blocksMax: QUIET_BLOCKS_MAX }).length).toBe(expected)
      expect(world.pending + world.pendingTimers).toBe(0)
      const { ended, sent, changes } = world.step()
      expect([...ended, ...sent, ...changes]).toEqual([])
      // The last handler that may run is that of a return at the limit; what it sends bounces.
      for (const { hop } of blocks.flatMap(({ sent: letters }) => letters)) expect(hop).toBeLessThanOrEqual(whole.genesis.limits.hopsReturnMax + 2)
    })
  })

  it("law 10, fairness: a flooded actor delays its own mailbox only, whether it takes the flood in or sends it back", () => {
    holds(fc.tuple(scenario, fc.boolean(), fc.integer({ min: 1, max: 40 }), fc.nat({ max: 11 })), PER_LAW, ([whole, roomy, count, at]) => {
      const calm = run(withVictim(whole, roomy, 0, at))
      const flooded = run(withVictim(whole, roomy, count, at))
      const others = (blocks: readonly Block[]): unknown =>
        blocks.map(({ ended, sent, changes }) => [
          ended.filter(({ from, to }) => to !== VICTIM && from !== VICTIM && from !== FLOODER),
          sent.filter(({ from }) => from !== VICTIM),
          changes.filter(({ address }) => address !== VICTIM && address !== FLOODER),
        ])
      same(others(flooded.blocks), others(calm.blocks), "what happens to others")
      const served = flooded.blocks.map(({ ended }) => ended.filter(({ to, outcome }) => to === VICTIM && outcome === "handled").length)
      expect(Math.max(...served)).toBe(1)
      flooded.world.settle()
      if (roomy) expect(flooded.world.sequence(VICTIM)).toBe(0)
    })
  })
})

/** A world's inside, for tests that break it. */
const kernelOf = (world: World): Kernel => (world as unknown as { readonly kernel: Kernel }).kernel

const GENESIS: Omit<Genesis, "actors"> = { time: 1_000, blockSeconds: 12, limits: SMALL_LIMITS }

const VICTIM = "victim"
const FLOODER = "flooder"

/** The world, and beside it an actor that handles one message a block: in a roomy world another actor writes to it in every block; from block `at` on it is flooded. */
const withVictim = ({ genesis, blocks }: Scenario, roomy: boolean, count: number, at: number): Scenario => {
  const actor = (address: string, kind: string) => ({ address, kind, balances: {} })
  const from = Math.min(at, blocks.length - 1)
  return {
    genesis: {
      ...genesis,
      limits: { ...genesis.limits, mailboxMax: roomy ? 10_000 : genesis.limits.mailboxMax },
      actors: [...genesis.actors, actor(VICTIM, "script/Single"), actor("relay", "script/Open"), actor("writer", ACCOUNT), actor(FLOODER, ACCOUNT)],
    },
    blocks: blocks.map((inputs, index) => {
      const letter = { do: "send", to: VICTIM, type: TICK, funds: {}, program: [] } as const
      const written = roomy ? [{ from: "writer", nonce: index, to: "relay", type: DO, payload: payloadOf(DO, [letter]), funds: {} }] : []
      const first = Math.max(0, index - from) * count
      const flood = Array.from({ length: index < from ? 0 : count }, (_, number) => ({ from: FLOODER, nonce: first + number, to: VICTIM, type: TICK, payload: payloadOf(TICK, []), funds: {} }))
      return { ...inputs, transactions: [...inputs.transactions, ...written, ...flood] }
    }),
  }
}

/** One transaction of one block is another one, or missing. */
const altered = ({ transactions, ...inputs }: Inputs, at: number, how: number): Inputs => {
  const index = at % transactions.length
  const changed = transactions.flatMap((transaction, position) => {
    if (position !== index) return [transaction]
    if (how === 0) return []
    if (how === 1) return [{ ...transaction, payload: payloadOf(DO, [{ do: "event", note: 77 }]) }]
    if (how === 2) return [{ ...transaction, to: "m" }]
    return [{ ...transaction, funds: { eth: 1n } }]
  })
  return { ...inputs, transactions: changed }
}

describe(`headers (seed ${SEED})`, () => {
  it("agree exactly where the blocks agree: one other transaction shows in the digest of what it changes, and in no other", () => {
    const seen = { changes: 0, messages: 0, same: 0 }
    holds(fc.tuple(scenario, fc.nat(), fc.nat(), fc.nat({ max: 3 })), PER_LAW * 2, ([whole, block, at, how]) => {
      const index = block % whole.blocks.length
      const inputs = whole.blocks[index] as Inputs
      if (inputs.transactions.length === 0) return
      const original = worldOf(whole.genesis)
      for (const earlier of whole.blocks.slice(0, index)) stepWorld(original, earlier)
      const fork = original.fork()
      const read = (world: World, given: Inputs) => {
        const sealed = stepWorld(world, given)
        const { changes, sent, ended } = new Follower(whole.genesis).read(sealed)
        const answers = ended.filter(({ events, reply }) => events.length > 0 || reply !== undefined).map(({ to, events, reply }) => [to, events, reply])
        // A bounce stands for the message that it names, so its payload is not in the digest again.
        const letters = sent.map((letter) => (letter.kind === "bounce" ? { ...letter, payload: undefined } : letter))
        const timers = sealed.changes.flatMap(({ timers: set = [] }) => set)
        return { header: sealed.header, changes: [changes, timers.map(({ message }) => message.cause)], messages: [letters, answers] }
      }
      const [one, other] = [read(original, inputs), read(fork, altered(inputs, at, how))]
      for (const part of ["changes", "messages"] as const) {
        const agree = isDeepStrictEqual(one[part], other[part])
        seen[agree ? "same" : part]++
        expect(one.header[part] === other.header[part], `the digests of ${part} agree`).toBe(agree)
      }
    })
    expect(Math.min(seen.changes, seen.messages, seen.same)).toBeGreaterThan(0)
  })
})
