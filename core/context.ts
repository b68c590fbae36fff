import type { Address, AssetId } from "./address.ts"
import type { Funds } from "./funds.ts"
import type { Random } from "./random.ts"
import type { AnyView, Published } from "./view.ts"

/** What a handler may know besides its state and the message. Valid during the handling only: do not keep it. */
export interface Context {
  readonly self: Address
  readonly sender: Address
  /** Attached to this message; already part of `balance`. */
  readonly funds: Funds
  readonly height: number
  /** Of this block, in seconds since 1970-01-01 00:00 UTC. */
  readonly time: number
  /** Identity of the message: `sender#sequence`, or `account@nonce` of a transaction. */
  readonly id: string
  /** Own holdings of an asset, in its smallest unit. */
  readonly balance: (asset: AssetId) => bigint
  /** Units in existence of an asset that this actor issues; 0 for others' assets. */
  readonly supply: (asset: AssetId) => bigint
  /** What the actor at `address` had published when this block began; undefined when it publishes no such view. */
  readonly view: <V extends AnyView>(view: V, address: Address) => Published<V> | undefined
  /** Keyed by seed, block, actor and message: the same on every machine, different for every message. */
  readonly random: Random
}
