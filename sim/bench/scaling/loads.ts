import { slotOf, type Transaction } from "../../../core/index.ts"
import { LIMITS } from "../../../core/limits.ts"
import { Random } from "../../random.ts"
import { nameOf } from "../workload.ts"
import { poolOf } from "../workloads/swaps.ts"

/** Who has what to do in a block: counted, not estimated, from where the transactions of a block begin and go. */

/** Transactions of a block by the slots of sender and receiver. */
export interface Flow {
  readonly from: Uint16Array
  readonly to: Uint16Array
  /** The pool that a transaction goes to, which has an asset of its own; none for transfers. */
  readonly pool: Uint16Array | undefined
}

/** What one shard has to do in a block. A transaction to a pool is answered by one message to its sender, in the same block's exchange. */
export interface Load {
  /** Transactions that begin here, and those of them that leave; transactions that come in from elsewhere. */
  given: number
  givenOut: number
  givenIn: number
  /** Transactions that are handled here. */
  handled: number
  /** Answers that arrive here, those of them from elsewhere, and those that leave. */
  answers: number
  answersIn: number
  answersOut: number
  /** Digests of slots. */
  digests: number
  /** Assets whose sums changed. */
  assets: number
}

export interface Loads {
  readonly shards: readonly Load[]
  /** Actors that publish a new view, which every other shard hears of. */
  readonly views: number
}

export const flowOf = (transactions: readonly Transaction[]): Flow => {
  const swapping = transactions.length > 0 && (transactions[0] as Transaction).to.startsWith("amm/")
  return {
    from: Uint16Array.from(transactions, ({ from }) => slotOf(from)),
    to: Uint16Array.from(transactions, ({ to }) => slotOf(to)),
    pool: swapping ? Uint16Array.from(transactions, ({ to }) => Number(to.slice(to.lastIndexOf("-") + 1))) : undefined,
  }
}

const SEED = 4

/** A block of the same kind as the sheet's workloads, of any size; 0 pools: transfers. */
export const drawFlow = (pools: number, accounts: number, transactions: number): Flow => {
  const random = Random.make(SEED, `scaling ${pools}`)
  const slots = Uint16Array.from({ length: accounts }, (_, account) => slotOf(nameOf(account)))
  const poolSlots = Uint16Array.from({ length: pools }, (_, pool) => slotOf(poolOf(pool)))
  const [from, to] = [new Uint16Array(transactions), new Uint16Array(transactions)]
  const pool = pools === 0 ? undefined : new Uint16Array(transactions)
  for (let at = 0; at < transactions; at++) {
    const account = random.below(accounts)
    from[at] = slots[account] as number
    if (pool === undefined) to[at] = slots[random.below(accounts)] as number
    else {
      pool[at] = account % pools
      to[at] = poolSlots[account % pools] as number
    }
  }
  return { from, to, pool }
}

/** Slots dealt out in turn, as they are before anybody measured anything. */
export const dealt = (shards: number): Uint16Array => Uint16Array.from({ length: LIMITS.slots }, (_, slot) => slot % shards)

export const loadsOf = ({ from, to, pool }: Flow, owners: ArrayLike<number>, shards: number): Loads => {
  const loads = Array.from({ length: shards }, (): Load => ({ given: 0, givenOut: 0, givenIn: 0, handled: 0, answers: 0, answersIn: 0, answersOut: 0, digests: 0, assets: 0 }))
  const [inputs, changes, messages] = [0, 1, 2].map(() => new Uint8Array(LIMITS.slots)) as [Uint8Array, Uint8Array, Uint8Array]
  const assets = new Set<number>()
  const acting = new Set<number>()
  for (let at = 0; at < from.length; at++) {
    const [sender, receiver] = [from[at] as number, to[at] as number]
    const [home, there] = [owners[sender] as number, owners[receiver] as number]
    const [one, other] = [loads[home] as Load, loads[there] as Load]
    one.given++
    other.handled++
    inputs[sender] = changes[sender] = changes[receiver] = 1
    if (home !== there) {
      one.givenOut++
      other.givenIn++
    }
    const asset = pool?.[at]
    // Cash is asset 0; a pool's own comes after it.
    for (const shard of [home, there]) assets.add(shard)
    if (asset === undefined) continue
    acting.add(asset)
    for (const shard of [home, there]) assets.add((asset + 1) * shards + shard)
    one.answers++
    messages[sender] = messages[receiver] = 1
    if (home === there) continue
    other.answersOut++
    one.answersIn++
  }
  for (let slot = 0; slot < LIMITS.slots; slot++) (loads[owners[slot] as number] as Load).digests += (inputs[slot] as number) + (changes[slot] as number) + (messages[slot] as number)
  for (const key of assets) (loads[key % shards] as Load).assets++
  return { shards: loads, views: acting.size }
}
