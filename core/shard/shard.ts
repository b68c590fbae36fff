import type { AnyDefinition } from "../actor.ts"
import { slotOf } from "../address.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import type { Asset, Cell } from "../cell.ts"
import { deliverAdmitted, deliverArrivals } from "../deliver.ts"
import { execute } from "../execute.ts"
import type { Kernel } from "../kernel.ts"
import type { Ordering } from "../ordering.ts"
import { bringToLife, publishViews, takeDue } from "../reconcile.ts"
import { beginAdmission, beginExecution, open } from "../run-block.ts"
import { sealInputs, sealMessages } from "../seal.ts"
import { readSnapshot } from "../snapshot.ts"
import type { Transaction } from "../transaction.ts"
import { Abroad } from "./abroad.ts"
import { Codes } from "../codes.ts"
import { BlockDigests } from "../digests.ts"
import { Bag } from "./bag.ts"
import { ChangeLog } from "../change-log.ts"
import { Changed } from "./changed.ts"
import { Door, type AtTheDoor } from "./door.ts"
import type { Exchange, Job } from "./exchange.ts"
import { moveSlots } from "./move.ts"
import { News, readNews } from "./news.ts"
import { BLOCK, EVERYTHING, JOINED, MOVE, READ, readBlockOrder, RECEIPTS, STORE, TRAFFIC } from "./orders.ts"
import { unpackMessage, unpackPayment, type Span } from "./packet.ts"
import { answerQuestion } from "./question.ts"
import { writeBook, writeReport } from "./report.ts"
import { ADMIT, EXCHANGE, EXECUTE, HASH, SORT, type Stopwatch } from "./stopwatch.ts"
import { storePart } from "./store.ts"
import { Traffic } from "./traffic.ts"
import { readGiven, type Place, type Source } from "./given.ts"

/** What a shard begins with: the same for all of a world, but for its number. */
export interface Beginning {
  readonly definitions: readonly AnyDefinition[]
  /** The whole world; each shard takes the actors of its slots. */
  readonly snapshot: Uint8Array
  readonly owners: Uint8Array
  /** Memory of all shards and of whoever makes the header: the digests of all slots. */
  readonly digests: ArrayBufferLike
  readonly shards: number
  readonly strict: boolean
  readonly ordering: Ordering | undefined
  /** Whether the host checks senders. */
  readonly authenticated: boolean
  readonly source?: Source | undefined
}

/** One of the kernels that a world is spread over: the actors of some slots, and everything that belongs to them. */
export class Shard {
  readonly kernel: Kernel
  readonly abroad: Abroad
  readonly codes: Codes
  readonly exchange: Exchange
  readonly traffic = new Traffic()
  readonly report = new ByteWriter(1 << 16)
  readonly source: Source | undefined
  /** Of blocks with an even height, and with an odd one: the header of one is made while the next is under way. */
  private readonly digests: readonly [BlockDigests, BlockDigests]
  private readonly changeLogs = [new ChangeLog(), new ChangeLog()] as const
  private readonly changed = new Changed()
  /** The book of the block under way, as the report has it. */
  readonly book = new ByteWriter(1 << 10)
  private bornHere = 0
  private ahead: Ahead | undefined = undefined
  /** Assets that every shard knows to be issued. */
  private readonly issued = new Set<Asset>()
  private readonly news: News
  readonly door: Door
  private readonly bag: Bag
  private readonly leaving: readonly ByteWriter[]
  private readonly shards: number
  private readonly watch: Stopwatch
  private readonly problems = new Map<Transaction, string>()
  private readonly take = (index: number, transaction: Transaction): void => this.door.take(index, transaction)

  constructor(number: number, beginning: Beginning, exchange: Exchange, watch: Stopwatch) {
    const { definitions, snapshot, owners, shards, strict, ordering, authenticated } = beginning
    this.shards = shards
    const abroad = new Abroad(Uint8Array.from(owners), number, shards)
    const authenticate = authenticated ? (transaction: Transaction) => this.problems.get(transaction) : undefined
    this.kernel = readSnapshot(definitions, snapshot, { strict, ordering, authenticate }, {
      isHere: (address) => abroad.isHere(slotOf(address)),
      elsewhere: (cell) => abroad.settle(cell),
    })
    this.kernel.abroad = this.abroad = abroad
    const isOwn = (slot: number): boolean => abroad.isHere(slot)
    this.digests = [new BlockDigests(beginning.digests, isOwn, 0), new BlockDigests(beginning.digests, isOwn, 1)]
    this.codes = new Codes(this.kernel.registry)
    this.exchange = exchange
    this.source = beginning.source
    this.news = new News(shards)
    this.bag = new Bag(this.kernel.cells)
    this.door = new Door(this.kernel, abroad)
    this.leaving = Array.from({ length: shards }, () => new ByteWriter(1 << 12))
    this.watch = watch
    for (const asset of this.kernel.assets.values()) if (asset.issued) this.issued.add(asset)
  }

  /** What it has to do next: the rest of a block that was begun with the one before, or what the next order says. Undefined: nothing any more. */
  next(): Job | undefined {
    const { ahead } = this
    if (ahead !== undefined) {
      this.ahead = undefined
      return this.goOn(ahead)
    }
    const order = this.exchange.order()
    return order.length === 0 ? undefined : this.serve(order)
  }

  /** Does what an order says, and stops at each meeting of all shards. */
  serve(order: Uint8Array): Job {
    const reader = new ByteReader(order)
    switch (reader.u8()) {
      case BLOCK:
        return this.block(reader)
      case STORE:
        return answerAtOnce(() => storePart(this.kernel))
      case READ:
        return answerAtOnce(() => answerQuestion(this.kernel, reader))
      case MOVE:
        return moveSlots(this, reader)
      default:
        return reader.fail("an unknown order")
    }
  }

  /** A block from its beginning. */
  private *block(reader: ByteReader): Job {
    const { kernel, abroad, door, exchange, watch } = this
    const block = this.admit(reader)
    abroad.population = block.population - kernel.cells.size
    beginExecution(kernel, block.told)
    this.handOver(door.leaving)
    watch.begin(HASH)
    sealInputs(kernel)
    watch.begin(EXECUTE)
    const arrivals = kernel.arrivals.length
    const active = deliverArrivals(kernel)
    yield
    return yield* this.execute(block, active, arrivals, this.fromOthers((from) => exchange.take(from)))
  }

  /** A block whose transactions came with the messages of the one before. */
  private *goOn({ block, taken }: Ahead): Job {
    const { kernel } = this
    this.watch.begin(EXECUTE)
    const arrivals = kernel.arrivals.length
    return yield* this.execute(block, deliverArrivals(kernel), arrivals, taken)
  }

  /** Admits the transactions of this shard's accounts. */
  private admit(reader: ByteReader): Admitted {
    const { kernel, abroad, watch } = this
    const { time, population, opened, flags } = readBlockOrder(reader)
    const parity = ((kernel.height + 1) & 1) as 0 | 1
    kernel.digests = this.digests[parity]
    kernel.changes = this.changeLogs[parity]
    beginAdmission(kernel, time)
    watch.begin(ADMIT)
    abroad.traffic = (flags & TRAFFIC) === 0 ? undefined : this.traffic
    open(kernel, opened.filter((address) => abroad.isHere(slotOf(address))))
    for (const address of opened) abroad.hearOf(address)
    const told = (flags & (RECEIPTS | EVERYTHING)) !== 0
    this.problems.clear()
    this.door.begin(told)
    readGiven(reader, this.codes, this.source, this.placeNow, this.problems, this.take)
    return { flags, told, population: population + opened.length, atTheDoor: this.door.end() }
  }

  /** Delivers the block's transactions behind its arrivals, and executes it. `taken`: transactions from each shard. */
  private *execute(block: Admitted, active: Cell[], arrivals: number, taken: readonly Uint8Array[]): Job {
    const { kernel, door, watch } = this
    watch.begin(EXCHANGE)
    const admitted = door.meet(block.atTheDoor, taken, arrivals, this.codes, block.told)
    watch.begin(EXECUTE)
    deliverAdmitted(kernel, active, admitted)
    for (let index = 0; index < active.length; index++) execute(kernel, active[index] as Cell)
    this.endExecution()
    this.writeNews()
    return yield* (block.flags & JOINED) === 0 ? this.end(block) : this.endJoined(block)
  }

  /** Hands over what leaves and takes in what arrives. */
  private *end(block: Admitted): Job {
    const { kernel, exchange, changed, watch } = this
    this.handOver(this.leaving)
    watch.begin(HASH)
    changed.seal(kernel)
    yield
    this.finish(block, this.fromOthers((from) => exchange.take(from)))
    return this.report.bytes.subarray(0, this.report.length)
  }

  /**
   * The same together with the transactions of the next block, so that shards meet once a block. These are admitted before anything arrives
   * in either way, and what they write to is the next block's own.
   */
  private *endJoined(block: Admitted): Job {
    const { kernel, abroad, exchange, changed, door, watch } = this
    watch.begin(HASH)
    changed.seal(kernel)
    const { height, touched, changes, digests } = kernel
    const order = new ByteReader(exchange.order())
    if (order.u8() !== BLOCK) order.fail("another order than that of the next block")
    const next = this.admit(order)
    watch.begin(EXCHANGE)
    for (let to = 0; to < this.shards; to++) {
      if (to === abroad.self) continue
      const writer = this.leaving[to] as ByteWriter
      const transactions = door.leaving[to] as ByteWriter
      const { length } = writer
      writer.copy(transactions.bytes, 0, transactions.length)
      writer.u32(length)
    }
    this.handOver(this.leaving)
    watch.begin(HASH)
    sealInputs(kernel)
    yield
    const both = this.fromOthers((from) => exchange.take(from))
    const ends = both.map((bytes) => (bytes.length === 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true)))
    const now = { height: kernel.height, touched: kernel.touched, changes: kernel.changes, digests: kernel.digests }
    Object.assign(kernel, { height, touched, changes, digests })
    const births = this.finish(block, both.map((bytes, from) => bytes.subarray(0, ends[from])))
    Object.assign(kernel, now)
    beginExecution(kernel, next.told)
    const population = block.population + births
    abroad.population = population - kernel.cells.size
    this.ahead = { block: { ...next, population }, taken: both.map((bytes, from) => bytes.subarray(ends[from], Math.max(0, bytes.length - 4))) }
    return this.report.bytes.subarray(0, this.report.length)
  }

  /** Puts in order and hashes all messages that arrive here, and makes the report. Gives the number of actors that came to life anywhere. */
  private finish({ flags, atTheDoor }: Admitted, taken: readonly Uint8Array[]): number {
    const { kernel, changed, door, watch } = this
    watch.begin(EXCHANGE)
    const met = this.meetMessages(taken)
    watch.begin(SORT)
    const order = kernel.outbox.order()
    watch.begin(HASH)
    changed.join(kernel, met.born)
    sealMessages(kernel, changed.bySlot, order)
    kernel.arrivals = kernel.outbox.inOrder(order)
    watch.end()
    const counts = { ended: kernel.ended.length + kernel.credited.length + kernel.paid + door.taken, births: this.bornHere + met.born.length }
    const asked = { receipts: (flags & RECEIPTS) !== 0, everything: (flags & EVERYTHING) !== 0, traffic: (flags & TRAFFIC) !== 0, watch }
    writeReport(this.report, this, { ...atTheDoor, ...counts }, asked)
    return kernel.spawned.size + met.spawned
  }

  /** Gives each other shard what is for it; all may take it from their next meeting on. */
  private handOver(parcels: readonly ByteWriter[]): void {
    for (const [to, { bytes, length }] of parcels.entries()) if (to !== this.abroad.self) this.exchange.put(to, bytes, length)
    this.exchange.arrive()
  }

  /** Something of each other shard. */
  private fromOthers(take: (from: number) => Uint8Array): Uint8Array[] {
    return Array.from({ length: this.shards }, (_, from) => (from === this.abroad.self ? NOTHING : take(from)))
  }

  private get placeNow(): Place {
    const { kernel, abroad } = this
    return { height: kernel.height, owns: (address) => abroad.isHere(slotOf(address)), ownsSlot: (slot) => abroad.isHere(slot) }
  }

  /** Births, views, timers and the book. */
  private endExecution(): void {
    const { kernel, abroad, news } = this
    news.clear(kernel.spawned.size)
    this.bornHere = 0
    for (const cell of kernel.spawned.values()) {
      const owner = abroad.owners[cell.slot] as number
      if (owner === abroad.self) {
        this.bornHere++
        bringToLife(kernel, cell)
      } else {
        news.bear(kernel, abroad, cell, owner)
        abroad.children.add(cell.address)
      }
    }
    publishViews(kernel)
    if (this.shards > 1) for (const cell of kernel.publishers) if (cell.viewChanged && cell.definition.view !== undefined) news.publish(cell.address, cell.definition.view, cell.view)
    takeDue(kernel)
    for (const asset of kernel.changedAssets) {
      asset.inFlight += asset.flightDelta.total
      if (!asset.issued || this.issued.has(asset)) continue
      this.issued.add(asset)
      news.issue(asset)
    }
    this.book.reset()
    writeBook(this.book, kernel)
  }

  /** News and messages, for each of the others. */
  private writeNews(): void {
    const { abroad, leaving, news, watch } = this
    watch.begin(EXCHANGE)
    for (const [to, writer] of leaving.entries()) {
      if (to === abroad.self) continue
      const messages = abroad.departures[to] as ByteWriter
      writer.reset()
      news.write(writer, to)
      writer.copy(messages.bytes, 0, messages.length)
      messages.reset()
    }
  }

  /** Takes in what the other shards sent: who came to life here, and how many came to life by actors of the others. */
  private meetMessages(taken: readonly Uint8Array[]): { readonly born: readonly Cell[]; readonly spawned: number } {
    const { kernel, abroad, bag, codes } = this
    const readers: ByteReader[] = []
    const born: Cell[] = []
    let spawned = 0
    kernel.publishers = []
    for (const [from, bytes] of taken.entries()) {
      if (from === abroad.self) continue
      const reader = new ByteReader(bytes)
      spawned += readNews(reader, kernel, abroad, (cell) => born.push(cell), (asset) => this.issued.add(asset))
      readers.push(reader)
    }
    for (const cell of born) {
      abroad.forgetView(cell.address)
      bringToLife(kernel, cell)
    }
    publishViews(kernel)
    const span: Span = { from: 0, to: 0 }
    for (const reader of readers) {
      for (let count = bag.next(reader); count > 0; count = bag.next(reader)) {
        const { offset } = reader
        for (let at = 0; at < count; at++) {
          if (unpackPayment(reader, bag, at, kernel)) continue
          const envelope = unpackMessage(reader, bag, at, kernel, codes, span)
          kernel.outbox.pushWritten(envelope, reader, span.from, span.to)
        }
        reader.offset = offset
      }
    }
    return { born, spawned }
  }
}

const NOTHING = new Uint8Array(0)

/** A block whose transactions are admitted. */
interface Admitted {
  readonly flags: number
  /** Whether somebody wants to hear of each message. */
  readonly told: boolean
  /** Actors alive anywhere when it begins. */
  readonly population: number
  readonly atTheDoor: AtTheDoor
}

/** A block that was begun with the one before, and the transactions that came from each shard. */
interface Ahead {
  readonly block: Admitted
  readonly taken: readonly Uint8Array[]
}

/** A job without a meeting. */
// oxlint-disable-next-line require-yield
function* answerAtOnce(compute: () => Uint8Array): Job {
  return compute()
}
