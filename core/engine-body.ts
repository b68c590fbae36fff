import * as Effect from "effect/Effect"
import type { AnyDefinition, StateOf } from "./actor.ts"
import type { Address, AssetId } from "./address.ts"
import type { Block } from "./block.ts"
import type { Codes } from "./codes.ts"
import { NoActorAt, type BookUnbalanced, type InvalidBlockInput, type OrderBroken, type SeriesDiffers } from "./errors.ts"
import type { Header } from "./header.ts"
import type { BlockInput } from "./run-block.ts"
import type { ShardFailed } from "./shard/errors.ts"
import { decodeTransaction, type AnyTransaction } from "./transaction-bytes.ts"
import type { Transaction } from "./transaction.ts"
import type { AnyView, Published } from "./view.ts"
import type { World } from "./world.ts"

/** What can go wrong while a block is made. The first leaves everything as it was; the others end the engine. */
export type BlockError = InvalidBlockInput | BookUnbalanced | OrderBroken | SeriesDiffers | ShardFailed

/** What an engine drives: a world in its own thread, or the threads that have one between them. */
export interface Body {
  readonly height: number
  readonly header: Header
  /** Messages and timers under way. */
  readonly pending: number
  readonly pendingTimers: number
  /** `receipts`: whether anybody waits for them. */
  readonly step: (transactions: readonly AnyTransaction[], input: BlockInput, receipts: boolean) => Effect.Effect<Block, BlockError>
  readonly balance: (address: Address, asset: AssetId) => Effect.Effect<bigint, NoActorAt | ShardFailed>
  readonly nonce: (address: Address) => Effect.Effect<number, NoActorAt | ShardFailed>
  readonly state: <D extends AnyDefinition>(definition: D, address: Address) => Effect.Effect<StateOf<D>, NoActorAt | ShardFailed>
  readonly view: <V extends AnyView>(view: V, address: Address) => Effect.Effect<Published<V> | undefined, ShardFailed>
  readonly snapshot: Effect.Effect<Uint8Array, ShardFailed>
  readonly close: Effect.Effect<void>
}

/** A world in the caller's thread. */
export const worldBody = (world: World, codes: Codes): Body => ({
  get height() {
    return world.height
  },
  get header() {
    return world.header
  },
  get pending() {
    return world.pending
  },
  get pendingTimers() {
    return world.pendingTimers
  },
  step: (transactions, input) => attempt<Block, BlockError>(() => world.step(decoded(transactions, codes), input)),
  balance: (address, asset) => ofActor(() => world.balance(address, asset)),
  nonce: (address) => ofActor(() => world.nonce(address)),
  state: (definition, address) => ofActor(() => world.state(definition, address)),
  view: (view, address) => Effect.sync(() => world.view(view, address)),
  snapshot: Effect.sync(() => world.snapshot()),
  close: Effect.void,
})

/** What a world throws on purpose is the Effect's failure, and so is everything else; the engine tells them apart. */
const attempt = <A, E>(compute: () => A): Effect.Effect<A, E> => Effect.try({ try: compute, catch: (thrown) => thrown as E })

const ofActor = <A>(get: () => A): Effect.Effect<A, NoActorAt> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(get())
    } catch (problem) {
      return problem instanceof NoActorAt ? Effect.fail(problem) : Effect.die(problem)
    }
  })

/** Bytes that are none of a transaction are passed on as what is wrong with them, for admission to refuse. */
const decoded = (transactions: readonly AnyTransaction[], codes: Codes): readonly Transaction[] =>
  transactions.some((one) => one instanceof Uint8Array)
    ? transactions.map((one) => (one instanceof Uint8Array ? (decodeTransaction(one, codes) as Transaction) : one))
    : (transactions as readonly Transaction[])
