import * as Effect from "effect/Effect"
import { Block } from "../block.ts"
import type { ByteReader } from "../bytes.ts"
import { issuerOf, slotOf } from "../address.ts"
import type { Codec } from "../codec.ts"
import type { BlockError, Body } from "../engine-body.ts"
import { NoActorAt } from "../errors.ts"
import { LIMITS } from "../limits.ts"
import type { BlockInput } from "../run-block.ts"
import type { AnyTransaction } from "../transaction-bytes.ts"
import type { Told } from "./conductor.ts"
import type { ShardFailed } from "./errors.ts"
import { observe } from "./metrics.ts"
import type { Mover } from "./mover.ts"
import { moveOrder } from "./move.ts"
import { STORE } from "./orders.ts"
import type { PackedOutcome } from "./outcome.ts"
import { Ask, readAnswer, type Found } from "./question.ts"
import { joinParts } from "./store.ts"
import type { Threads } from "./threads.ts"
import { Turns } from "./turns.ts"

/** The digests of two blocks have their places in the memory that threads share. */
const UNSEALED_MAX = 2

const isEmpty = (input: BlockInput): boolean => typeof input === "object" && input !== null && Object.values(input).every((value) => value === undefined)

/**
 * An engine's body of several threads. One thing is done after the other; who asks while a block is made is answered after it. Where the next
 * block was asked for in advance, its orders are given with those of this one, and shards go on to it without waiting for anybody: headers are
 * made meanwhile.
 */
export class ThreadsBody implements Body {
  private readonly threads: Threads
  private readonly turns = new Turns()
  private readonly mover: Mover
  private readonly fromSource: boolean
  private broken: unknown = undefined
  /** Blocks whose orders were given and that have no header yet, and who waits for one of them to have it. */
  private unsealed = 0
  private sealedOne: () => void = () => undefined

  constructor(threads: Threads, mover: Mover, fromSource: boolean) {
    this.threads = threads
    this.mover = mover
    this.fromSource = fromSource
  }

  get height() {
    return this.threads.conductor.kernel.height
  }

  get header() {
    return this.threads.conductor.kernel.header
  }

  get pending() {
    return this.threads.conductor.pending
  }

  get pendingTimers() {
    return this.threads.conductor.pendingTimers
  }

  /** One at a time, and never half. */
  private inTurn<A, E>(work: (free: () => void) => Promise<A>, joins = false): Effect.Effect<A, E> {
    return Effect.uninterruptible(Effect.tryPromise({ try: () => this.turns.take(work, joins), catch: (thrown) => thrown as E }))
  }

  step = (transactions: readonly AnyTransaction[], input: BlockInput, receipts: boolean): Effect.Effect<Block, BlockError> => {
    // Nothing can be wrong with the input of such a block, and nobody but its header's reader waits for it.
    const joins = this.fromSource && !receipts && Array.isArray(transactions) && transactions.length === 0 && isEmpty(input) && !this.threads.conductor.mirrors
    const block = this.inTurn<PackedOutcome, BlockError>((free) => this.block(transactions, input, receipts, joins, free), joins)
    return Effect.flatMap(block, (outcome) => Effect.as(observe(outcome), new Block(this.threads.conductor.kernel, outcome)))
  }

  /** `free` lets the next in line begin. */
  private async block(transactions: readonly AnyTransaction[], input: BlockInput, receipts: boolean, joins: boolean, free: () => void): Promise<PackedOutcome> {
    const { conductor, crew } = this.threads
    while (this.unsealed >= UNSEALED_MAX) await new Promise<void>((resolve) => { this.sealedOne = resolve })
    if (this.broken !== undefined) throw this.broken
    const opened = Array.isArray(input?.open) ? input.open.filter((address) => typeof address === "string") : []
    const living = new Set<string>()
    for (const address of opened) if ((await this.ask(address, Ask.lives(address), () => true)) !== "nobody") living.add(address)
    const traffic = this.mover.wantsTraffic(this.height + 1)
    const fromSource = this.fromSource && transactions.length === 0
    // Slots may move after a block in which messages were counted.
    const joined = joins && !traffic && this.turns.nextJoins && this.height + 1 < LIMITS.heightMax
    const asking = { receipts: receipts || fromSource === false, traffic, fromSource, joined }
    const orders = conductor.beginBlock(transactions, input, (address) => living.has(address), asking)
    this.unsealed++
    try {
      const replies = crew.call(orders)
      if (joined) free()
      const told = conductor.readBlock(await replies)
      // A mirror must not run ahead.
      if (!traffic && !conductor.mirrors) free()
      const outcome = this.sealed(told)
      const moves = traffic ? this.mover.plan(told.height, conductor) : undefined
      if (moves !== undefined && moves.size > 0) {
        conductor.move(moves)
        await crew.call(crew.toAll(() => moveOrder(moves)))
      }
      return outcome
    } finally {
      this.unsealed--
      this.sealedOne()
    }
  }

  /** A block after one whose header could not be made has none either, and shards that wait for its order wait in vain. */
  private sealed(told: Told): PackedOutcome {
    if (this.broken !== undefined) throw this.broken
    try {
      return this.threads.conductor.sealBlock(told)
    } catch (problem) {
      this.broken = problem
      this.threads.crew.giveUp(problem as Error)
      throw problem
    }
  }

  private async ask<A>(address: string, question: Uint8Array, read: (reader: ByteReader) => A): Promise<Found<A>> {
    const { conductor, crew } = this.threads
    const [answer] = await crew.call([question], [conductor.owners[slotOf(address)] as number])
    return readAnswer(answer as Uint8Array, read)
  }

  private ofActor<A>(address: string, question: Uint8Array, read: (reader: ByteReader) => A, other = address): Effect.Effect<A, NoActorAt | ShardFailed> {
    return Effect.flatMap(this.inTurn<Found<A>, ShardFailed>(() => this.ask(address, question, read)), (found) => {
      if (found === "nobody") return Effect.fail(new NoActorAt({ address }))
      return found === "other" ? Effect.fail(new NoActorAt({ address: other })) : Effect.succeed(found.value)
    })
  }

  balance: Body["balance"] = (address, asset) => this.ofActor(address, Ask.balance(address, asset), (reader) => reader.uint())
  nonce: Body["nonce"] = (address) => this.ofActor(address, Ask.nonce(address), (reader) => reader.varint())
  state: Body["state"] = (definition, address) =>
    this.ofActor(address, Ask.state(address, definition), (reader) => (definition.stateCodec as Codec<any>).read(reader), `${address} of ${definition.name}`)

  view: Body["view"] = (view, address) =>
    Effect.map(this.inTurn<Found<any>, ShardFailed>(() => this.ask(address, Ask.view(address, view), (reader) => (view.codec as Codec<any>).read(reader))), (found) =>
      typeof found === "object" ? found.value : undefined,
    )

  /** Units of an asset in existence, as of the last block. */
  supply(asset: string): Effect.Effect<bigint, ShardFailed> {
    return Effect.map(this.inTurn<Found<bigint>, ShardFailed>(() => this.ask(issuerOf(asset), Ask.supply(asset), (reader) => reader.uint())), (found) =>
      typeof found === "object" ? found.value : 0n,
    )
  }

  get snapshot(): Effect.Effect<Uint8Array, ShardFailed> {
    const { conductor, crew } = this.threads
    return this.inTurn(async () => joinParts(conductor.kernel, await crew.call(crew.toAll(() => Uint8Array.of(STORE)))))
  }

  get close(): Effect.Effect<void> {
    return Effect.promise(() => this.threads.crew.close())
  }
}
