import { ADMIT, EXCHANGE, EXECUTE, HASH, SORT } from "../../../core/shard/stopwatch.ts"
import { World, type Transaction } from "../../../core/index.ts"
import { COLUMNS, REPORT, SimulatedCrew, STRETCHES, type BlockCost } from "./crew.ts"
import { TELLING } from "../measure.ts"
import { cpuNow, quiet } from "./cpu.ts"
import { apart, MANY_POOLS, SOME_POOLS, TRANSFERS, type Kind } from "./kinds.ts"
import { dealt, flowOf, loadsOf, type Load, type Loads } from "./loads.ts"

/**
 * What one piece of work costs, in nanoseconds of CPU time, each found as a difference of whole blocks: of one shard, of eight shards whose slots
 * are dealt out, of pools that live apart from accounts, of nearly empty and of empty blocks.
 */

/** Costs that depend on what the transactions are. */
export interface KindCosts {
  /** Of a transaction, where it begins and where it is handled. */
  readonly admit: number
  readonly handle: number
  /** Of an answer, where it arrives: credited one block later; put in order. */
  readonly credit: number
  readonly order: number
  /** Hashing, without the fixed cost of a digest: of a transaction at its sender with the answer that it gets, and at its receiver. */
  readonly hashSender: number
  readonly hashReceiver: number
  /** A transaction, and an answer, that goes to another shard: packed there, unpacked here. */
  readonly packTransaction: number
  readonly unpackTransaction: number
  readonly packAnswer: number
  readonly unpackAnswer: number
  /** Bytes of each on the way. */
  readonly bytesTransaction: number
  readonly bytesAnswer: number
}

/** Costs that do not. */
export interface CommonCosts {
  /** Per block of a shard, by stretch: what it does for all 1,024 slots, however few are its own. */
  readonly fixed: readonly number[]
  /** Per other shard, by stretch. */
  readonly pair: readonly number[]
  readonly bytesPair: number
  /** Hearing of the new view of an actor of another shard. */
  readonly view: number
  readonly bytesView: number
  /** On the conductor: for each shard, each slot's digest, and each asset that changed in a shard. */
  readonly conductShard: number
  readonly conductDigest: number
  readonly conductAsset: number
}

export const SHAPE = { accounts: 10_000, blockSize: 10_000 }
const WARM_BLOCKS = 8
const DEALT = 8
const MANY = 32
const SMALL = 16

/** Of the quieter blocks, in nanoseconds, of all shards together and of each. */
export interface Spent {
  /** By stretch and phase. */
  readonly total: Float64Array
  readonly shards: readonly Float64Array[]
  readonly conductor: number
  readonly bytes: number
  readonly loads: Loads & { readonly total: Load }
  readonly roots: readonly string[]
  /** CPU time of a block of one kernel that took turns on the same transactions, where it was asked for. */
  readonly beside: number | undefined
}

/** Executes blocks of `size` transactions, the first ones of which are for the compiler. Throws where a header is not that of the kernel beside it. */
export const spentBy = (kind: Kind, owners: Uint8Array, shards: number, blocks: number, { size = SHAPE.blockSize, beside = false } = {}): Spent => {
  const shape = { accounts: SHAPE.accounts, blockSize: Math.max(1, size), transactions: Math.max(1, size) * (WARM_BLOCKS + blocks) }
  const workload = kind.make(shape)
  const other = beside ? kind.make(shape) : undefined
  const world = other === undefined ? undefined : World.make(other.genesis, TELLING)
  const crew = new SimulatedCrew(workload.genesis, owners, shards)
  const roots: string[] = []
  for (const block of workload.setup) roots.push(crew.step(block).root)
  for (const block of other?.setup ?? []) world?.step(block)
  const list = size === 0 ? Array.from({ length: WARM_BLOCKS + blocks }, (): readonly Transaction[] => []) : workload.blocks
  const costs: BlockCost[] = []
  const besides: number[] = []
  for (const [index, block] of list.entries()) {
    const cost = crew.step(block)
    roots.push(cost.root)
    costs.push(cost)
    const before = cpuNow()
    const root = world?.step(other?.blocks[index]).header.root
    besides.push((cpuNow() - before) * 1000)
    if (root !== undefined && root !== cost.root) throw new Error(`${kind.name}: ${shards} shards gave the root ${cost.root}, one kernel ${root}`)
  }
  const measured = costs.slice(WARM_BLOCKS)
  const loads = loadsOf(flowOf(list.at(-1) as readonly Transaction[]), owners, shards)
  const each = Array.from({ length: shards }, (_, shard) => Float64Array.from({ length: STRETCHES * COLUMNS }, (__, at) => 1000 * quiet(measured.map((cost) => cost.shards[shard]?.[at] as number))))
  return {
    total: Float64Array.from({ length: STRETCHES * COLUMNS }, (_, at) => 1000 * quiet(measured.map((cost) => cost.shards.reduce((sum, spent) => sum + (spent[at] as number), 0)))),
    shards: each,
    conductor: 1000 * quiet(measured.map(({ conductor }) => conductor)),
    bytes: quiet(measured.map(({ bytes }) => bytes.reduce((sum, count) => sum + count, 0))),
    loads: { total: totalOf(loads.shards), shards: loads.shards, views: loads.views },
    roots,
    beside: beside ? quiet(besides.slice(WARM_BLOCKS)) : undefined,
  }
}

const totalOf = (shards: readonly Load[]): Load => {
  const total = { ...(shards[0] as Load) }
  for (const load of shards.slice(1)) for (const key of Object.keys(total) as (keyof Load)[]) total[key] += load[key]
  return total
}

/** Nanoseconds of a phase of a stretch. */
const at = (spent: Float64Array, stretch: number, phase: number): number => spent[stretch * COLUMNS + phase] as number
const stretchOf = (spent: Float64Array, stretch: number): number => Array.from({ length: COLUMNS }, (_, phase) => at(spent, stretch, phase)).reduce((sum, time) => sum + time, 0)

const over = (cost: number, count: number): number => (count === 0 ? 0 : Math.max(0, cost) / count)

/** What all kinds were measured on. */
export interface Measured {
  readonly empty: Spent
  readonly small: Spent
  readonly alone: ReadonlyMap<Kind, Spent>
  readonly spread: ReadonlyMap<Kind, Spent>
  readonly apart: Spent
}

const oneShard = new Uint8Array(dealt(1))
const dealtOut = (shards: number): Uint8Array => new Uint8Array(dealt(shards))

export const measureCrews = (kinds: readonly Kind[], blocks: number): Measured => {
  // For the compiler.
  for (const kind of kinds) spentBy(kind, dealtOut(2), 2, 1)
  return measureWarm(kinds, blocks)
}

const measureWarm = (kinds: readonly Kind[], blocks: number): Measured => ({
  empty: spentBy(TRANSFERS, dealtOut(MANY), MANY, blocks * 3, { size: 0 }),
  small: spentBy(TRANSFERS, dealtOut(SMALL), SMALL, blocks * 3, { size: SMALL * 8 }),
  alone: new Map(kinds.map((kind) => [kind, spentBy(kind, oneShard, 1, blocks, { beside: true })])),
  spread: new Map([TRANSFERS, SOME_POOLS, MANY_POOLS].map((kind) => [kind, spentBy(kind, dealtOut(DEALT), DEALT, blocks)])),
  apart: spentBy(SOME_POOLS, apart(SOME_POOLS.pools), 2, blocks),
})

const of = (spents: ReadonlyMap<Kind, Spent>, kind: Kind): Spent => spents.get(kind) as Spent
const PAIRS = (shards: number): number => shards * (shards - 1)

/** `digest`: nanoseconds of a short digest, measured by itself. */
export const costsOf = (measured: Measured, digest: number) => {
  const common = commonOf(measured, digest)
  return { common, digest, kinds: new Map([...measured.alone.keys()].map((kind) => [kind, kindOf(measured, kind, common, digest)])) }
}

export type Costs = ReturnType<typeof costsOf>

const commonOf = ({ empty, small, alone, spread }: Measured, digest: number): CommonCosts => {
  const pair = [0, 1, 2].map((stretch) => over(stretchOf(empty.total, stretch), PAIRS(MANY)))
  const plain = of(alone, TRANSFERS)
  // A block of few transactions is what it costs for all slots, and little else.
  const share = small.loads.total.given / plain.loads.total.given
  const fixed = [0, 1, 2].map((stretch) => {
    const units = stretchOf(plain.total, stretch) * share + (stretch === 2 ? (small.loads.total.digests - plain.loads.total.digests * share) * digest : 0)
    return over(stretchOf(small.total, stretch) - (pair[stretch] as number) * PAIRS(SMALL) - units, SMALL)
  })
  const [some, many] = [of(spread, SOME_POOLS), of(spread, MANY_POOLS)]
  const perPair = (pair[2] as number) * PAIRS(DEALT)
  const heard = (spent: Spent): number => spent.loads.views * (DEALT - 1)
  // Two blocks that differ in how many views are heard of, as many answers in each.
  const view = over((at(many.total, 2, EXCHANGE) - perPair) - ((at(some.total, 2, EXCHANGE) - perPair) * many.loads.total.answersIn) / some.loads.total.answersIn, heard(many) - (heard(some) * many.loads.total.answersIn) / some.loads.total.answersIn)
  const conductShard = over(empty.conductor, MANY)
  const conductDigest = over(plain.conductor - conductShard, plain.loads.total.digests)
  const bytesPair = over(empty.bytes, PAIRS(MANY))
  return {
    fixed,
    pair,
    bytesPair,
    view,
    bytesView: over(many.bytes - (some.bytes * many.loads.total.answersIn) / some.loads.total.answersIn, heard(many) - heard(some)),
    conductShard,
    conductDigest,
    conductAsset: over(many.conductor - conductShard * DEALT - conductDigest * many.loads.total.digests, many.loads.total.assets),
  }
}

const kindOf = ({ alone, spread, apart: parted }: Measured, kind: Kind, common: CommonCosts, digest: number): KindCosts => {
  const one = of(alone, kind)
  const many = spread.get(kind) ?? of(spread, SOME_POOLS)
  const base = spread.has(kind) ? one : of(alone, SOME_POOLS)
  const { given, handled, answers, digests } = one.loads.total
  const hashed = Math.max(0, at(one.total, 2, HASH) + at(one.total, 2, REPORT) - (common.fixed[2] as number) - digests * digest) / given
  const executed = at(one.total, 1, EXECUTE) / handled
  const [credit, hashSenderShare] = kind.pools === 0 ? [0, 0.5] : splitOf(parted, common, digest)
  const more = many.loads.total
  const pairs = (stretch: number): number => (common.pair[stretch] as number) * PAIRS(DEALT)
  const eight = (stretch: number): number => (common.fixed[stretch] as number) * DEALT
  const bytesTransaction = over(bytesOf(kind.pools === 0 ? many : of(spread, SOME_POOLS), common), more.givenOut + more.answersOut)
  return {
    admit: at(one.total, 0, ADMIT) / given,
    handle: Math.max(0, executed - credit),
    credit,
    order: over(at(one.total, 2, SORT), answers),
    hashSender: hashed * hashSenderShare,
    hashReceiver: hashed * (1 - hashSenderShare),
    packTransaction: over(at(many.total, 0, ADMIT) - at(base.total, 0, ADMIT) - pairs(0) - eight(0), more.givenOut),
    unpackTransaction: over(at(many.total, 1, EXCHANGE) - pairs(1), more.givenIn),
    packAnswer: over(at(many.total, 1, EXECUTE) - at(base.total, 1, EXECUTE) - eight(1), more.answersOut),
    unpackAnswer: over(at(many.total, 2, EXCHANGE) - pairs(2) - common.view * many.loads.views * (DEALT - 1), more.answersIn),
    bytesTransaction,
    bytesAnswer: more.answersOut === 0 ? 0 : bytesTransaction,
  }
}

/** Bytes of messages, without what goes to every shard. */
const bytesOf = ({ bytes, loads }: Spent, common: CommonCosts): number => bytes - common.bytesPair * PAIRS(DEALT) - common.bytesView * loads.views * (DEALT - 1)

/** Nanoseconds of an answer's arrival, and the sender's share in the hashing: shard 0 has nearly all accounts, shard 1 all pools. */
const splitOf = ({ shards, loads }: Spent, common: CommonCosts, digest: number): readonly [credit: number, senderShare: number] => {
  const [accounts, pools] = loads.shards as readonly [Load, Load]
  const [atAccounts, atPools] = shards as readonly [Float64Array, Float64Array]
  const credit = over(at(atAccounts, 1, EXECUTE), accounts.answers)
  const hashed = (spent: Float64Array, { digests }: Load): number => at(spent, 2, HASH) + at(spent, 2, REPORT) - (common.fixed[2] as number) - digests * digest
  const sender = over(hashed(atAccounts, accounts), accounts.given)
  const receiver = over(hashed(atPools, pools) - sender * pools.given, pools.handled)
  return [credit, over(sender, sender + receiver)]
}
