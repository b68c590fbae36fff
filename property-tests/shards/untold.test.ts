import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Account, Actor, actor, Count, Message, pay, Payment, World, type Block, type Genesis, type Transaction } from "../../core/index.ts"
import { Random } from "../../sim/index.ts"
import { scenario } from "../reference/arbitrary.ts"
import { same } from "../reference/compare.ts"
import { genesisOf, stepWorld, transactionOf, worldOf } from "../reference/engine.ts"
import { untoldWorld, type Given, type UntoldWorld } from "./untold.ts"

/** Where nobody asks for receipts, shards take short cuts: the same headers, totals and snapshots all the same. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const WORLDS = LONG ? 3_000 : 60
const PAYMENTS = LONG ? 3_000 : 60

const ownersFrom = (random: Random, shards: number): Uint8Array => Uint8Array.from({ length: 1_024 }, () => random.below(shards))
const movesFrom = (random: Random, shards: number): ReadonlyMap<number, number> =>
  new Map(Array.from({ length: random.below(600) }, () => [random.below(1_024), random.below(shards)]))

const reversed = (shards: number): readonly number[] => Array.from({ length: shards }, (_, shard) => shards - 1 - shard)

const shards = fc.constantFrom(2, 3, 8)

/** Refuses whatever accounts send it, and asks them what they do not know. */
const Ask = Message.make("test/Ask", {})
const Asker = Actor.make("test/Asker", {
  params: {},
  state: { asked: Count },
  messages: { Ask },
  create: () => ({ asked: 0 }),
  handlers: { Ask: ({ asked }, _, { sender, funds }) => ({ state: { asked: asked + 1 }, sends: [pay(sender, funds), { ...pay(sender, {}), message: Ask }] }) },
})

const NAMES = Array.from({ length: 12 }, (_, index) => `user-${index}`)
const ASSETS = ["eth", "dai", "usd"]

/** Every third account holds nothing but eth, and one nothing at all. */
const cash = (): Genesis => ({
  accounts: NAMES.map((name, index) => [name, index === 0 ? {} : index % 3 === 0 ? { eth: 2n ** 64n - 1n } : { eth: 90n, dai: 2n ** 70n, usd: 3n }] as const),
  actors: [actor("asker", Asker, {})],
  definitions: [Account],
})

/** A block of payments of one or two assets, some late, some to nobody, some more than there is, and of questions. */
const block = fc.array(fc.record({
  from: fc.constantFrom(...NAMES),
  to: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom("asker", "nobody")),
  asks: fc.boolean(),
  assets: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(["eth"], ["dai"]) }, fc.uniqueArray(fc.constantFrom(...ASSETS), { maxLength: 2 })),
  amount: fc.oneof({ weight: 9, arbitrary: fc.bigInt(1n, 9n) }, fc.bigInt(1n, 40n), fc.constantFrom(2n ** 63n, 2n ** 64n + 5n, 0n)),
  deadline: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, fc.nat(3)),
}), { maxLength: 60 })

type Drawn = readonly { readonly from: string; readonly to: string; readonly asks: boolean; readonly assets: readonly string[]; readonly amount: bigint; readonly deadline: number | undefined }[]

/** With the nonces that come next, as long as what is spent is there. */
const given = (drawn: Drawn, world: World): Transaction[] => {
  const nonces = new Map<string, number>()
  const spent = new Map<string, bigint>()
  return drawn.map(({ from, to, asks, assets, amount, deadline }) => {
    const nonce = nonces.get(from) ?? world.nonce(from)
    const spending = assets.map((asset) => [`${from} ${asset}`, world.balance(from, asset), (spent.get(`${from} ${asset}`) ?? 0n) + amount] as const)
    if (spending.every(([, there, sum]) => amount === 0n || there >= sum)) {
      nonces.set(from, nonce + 1)
      for (const [key, , sum] of spending) spent.set(key, sum)
    }
    return { from, nonce, to, message: asks && to === "asker" ? Ask : Payment, payload: {}, funds: Object.fromEntries(assets.map((asset) => [asset, amount])), deadline }
  })
}

const isBorn = ({ born, address }: Block["raw"]["touched"][number]): boolean => born && address.includes("/")
const bornIn = ({ raw }: Block): boolean => raw.touched.some(({ born }) => born)

const agree = (untold: UntoldWorld, one: World, transactions: readonly Transaction[], input: Parameters<World["step"]>[1] = {}): void => {
  const outcome = untold.step(transactions, input, (address) => one.has(address))
  const expected = one.step(transactions, input)
  same(outcome.header, expected.header, "headers")
  const refused = expected.receipts.filter(({ status }) => status === "refused").length
  expect(outcome.totals).toEqual({ transactions: transactions.length, refused, ended: expected.raw.ended.length })
}

describe(`shards that tell nobody agree with one kernel (seed ${SEED})`, () => {
  it(`in ${WORLDS} random worlds`, () =>
    fc.assert(fc.property(scenario, shards, fc.nat(), (whole, count, number) => {
      const random = Random.make(number, "untold")
      const one = worldOf(whole.genesis)
      const [genesis, options] = genesisOf(whole.genesis)
      const untold = untoldWorld(genesis, options, ownersFrom(random, count), count)
      for (const inputs of whole.blocks) {
        const { transactions, time, open } = inputs
        const input = { ...(time !== undefined && { time }), ...(open !== undefined && { open }) }
        const outcome = untold.step(transactions.map(transactionOf), input, (address) => one.has(address))
        const expected = stepWorld(one, inputs)
        same(outcome.header, expected.header, "headers")
        expect(outcome.totals.ended).toBe(expected.raw.ended.length)
        untold.move(movesFrom(random, count))
      }
      same(untold.stored(), one.snapshot(), "snapshots")
    }), { seed: SEED, numRuns: WORLDS }))

  it(`in ${WORLDS} random worlds whose blocks are asked for in advance, so that each begins before the last one is done`, () => {
    let born = 0
    fc.assert(fc.property(scenario, shards, fc.nat(), (whole, count, number) => {
      const random = Random.make(number, "in advance")
      const one = worldOf(whole.genesis)
      const [genesis, options] = genesisOf(whole.genesis)
      const untold = untoldWorld(genesis, options, ownersFrom(random, count), count, random.below(2) === 0 ? reversed : undefined)
      let run: Given[] = []
      const finish = (): void => {
        const outcomes = untold.steps(run)
        for (const [at, { header, raw }] of expected.entries()) {
          same(outcomes[at]?.header, header, "headers")
          expect(outcomes[at]?.totals.ended).toBe(raw.ended.length)
          born += raw.touched.filter(isBorn).length
        }
        if (expected.length > 0 && !bornIn(expected[expected.length - 1] as Block)) expect(new Set(untold.populations())).toEqual(new Set([one.addresses.length]))
        run = []
        expected = []
      }
      let expected: Block[] = []
      for (const inputs of whole.blocks) {
        const { transactions, time, open } = inputs
        // Who opens an account, or wants slots to move, waits for the block before.
        if (open !== undefined || random.below(4) === 0) {
          finish()
          untold.move(movesFrom(random, count))
        }
        run.push({ transactions: transactions.map(transactionOf), input: { ...(time !== undefined && { time }), ...(open !== undefined && { open }) } })
        expected.push(stepWorld(one, inputs))
      }
      finish()
      same(untold.stored(), one.snapshot(), "snapshots")
    }), { seed: SEED, numRuns: WORLDS })
    expect(born).toBeGreaterThan(WORLDS / 20)
  })

  it(`in ${PAYMENTS} runs of payments of all sorts, of which most are taken from their bytes`, () => {
    let [taken, paid] = [0, 0]
    fc.assert(fc.property(fc.array(block, { maxLength: 8 }), shards, fc.nat(), (blocks, count, number) => {
      const random = Random.make(number, "payments")
      const one = World.make(cash())
      const untold = untoldWorld(cash(), {}, ownersFrom(random, count), count, reversed)
      for (const drawn of blocks) {
        agree(untold, one, given(drawn, one))
        paid += drawn.length
      }
      same(untold.stored(), one.snapshot(), "snapshots")
      taken += untold.taken()
    }), { seed: SEED, numRuns: PAYMENTS })
    expect(taken).toBeGreaterThan(paid / 8)
  })
})
