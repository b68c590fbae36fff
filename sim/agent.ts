import type { Address, AnyDefinition, AnyView, AssetId, Published, Send, StateOf } from "../core/index.ts"
import type { Random } from "./random.ts"

/** What an agent knows when it acts in a block: what everybody can see, and its own pocket. Valid during the call only: do not keep it. */
export interface Sight {
  /** Height of the block in which its transactions will be admitted. */
  readonly block: number
  /** Of that block, in unix seconds. */
  readonly time: number
  /** The outside price in that block, in wad: what one whole unit of the base is worth in whole units of the quote. */
  readonly price: bigint
  /** The outside price some blocks before; the first price where there is none so old. */
  readonly priceBefore: (blocks: number) => bigint
  /** What an actor has published, as of the end of the last block. */
  readonly view: <V extends AnyView>(view: V, address: Address) => Published<V> | undefined
  /** The state of an actor, as of the end of the last block: nothing in a world is secret. Throws `NoActorAt`. */
  readonly state: <D extends AnyDefinition>(definition: D, address: Address) => StateOf<D>
  /** What the agent's own account holds, in smallest units, as of the end of the last block. */
  readonly balance: (asset: AssetId) => bigint
}

/**
 * One who lives in the world by way of an account: sees, and sends transactions.
 *
 *     const buyer: Agent = {
 *       account: "alice",
 *       group: "buyers",
 *       act: (sight, random) => (random.chance(0.1) ? [send("pool", Swap, { minimumOut: 0n }, { funds: { usd: 10n } })] : []),
 *     }
 */
export interface Agent {
  /** Its account in the genesis; the only agent of it. Keys its random numbers, so that another agent more changes none of them. */
  readonly account: Address
  /** Those whose results are told together. */
  readonly group: string
  /** The transactions of a block, in order, written like the sends of a handler. A function of its arguments alone: it must remember nothing. */
  readonly act: (sight: Sight, random: Random) => readonly Send[]
}
