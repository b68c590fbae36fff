import type { AnyDefinition } from "../actor.ts"
import { slotOf } from "../address.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import type { Asset, Cell } from "../cell.ts"
import { deliverAdmitted, deliverArrivals } from "../deliver.ts"
import { execute } from "../execute.ts"
import type { Kernel } from "../kernel.ts"
import type { Ordering } from "../ordering.ts"
import { bringToLife, publishViews, takeDue } from "../reconcile.ts"
import { begin, open } from "../run-block.ts"
import { changesBySlot, sealChanges, sealInputs, sealMessages } from "../seal.ts"
import { readSnapshot } from "../snapshot.ts"
import type { Transaction } from "../transaction.ts"
import { Abroad } from "./abroad.ts"
import { Codes } from "../codes.ts"
import { BlockDigests } from "../digests.ts"
import { Bag } from "./bag.ts"
import { Door } from "./door.ts"
import type { Exchange, Job } from "./exchange.ts"
import { moveSlots } from "./move.ts"
import { News, readNews } from "./news.ts"
import { BLOCK, EVERYTHING, MOVE, READ, readBlockOrder, RECEIPTS, STORE, TRAFFIC } from "./orders.ts"
import { unpackMessage, type Span } from "./packet.ts"
import { answerQuestion } from "./question.ts"
import { writeReport } from "./report.ts"
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
  /** Assets that every shard knows to be issued. */
  private readonly issued = new Set<Asset>()
  private readonly news: News
  readonly door: Door
  private readonly bag: Bag
  private readonly leaving: readonly ByteWriter[]
  private readonly watch: Stopwatch
  private readonly problems = new Map<Transaction, string>()

  constructor(number: number, beginning: Beginning, exchange: Exchange, watch: Stopwatch) {
    const { definitions, snapshot, owners, shards, strict, ordering, authenticated } = beginning
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

  private *block(reader: ByteReader): Job {
    const { kernel, abroad, door, watch } = this
    const { time, population, opened, flags } = readBlockOrder(reader)
    const told = (flags & (RECEIPTS | EVERYTHING)) !== 0
    kernel.digests = this.digests[((kernel.height + 1) & 1) as 0 | 1]
    begin(kernel, time)
    watch.begin(ADMIT)
    abroad.traffic = (flags & TRAFFIC) === 0 ? undefined : this.traffic
    open(kernel, opened.filter((address) => abroad.isHere(slotOf(address))))
    for (const address of opened) abroad.hearOf(address)
    abroad.population = population + opened.length - kernel.cells.size
    const given = readGiven(reader, this.codes, this.source, this.placeNow)
    this.problems.clear()
    for (const [transaction, problem] of given.problems) this.problems.set(transaction, problem)
    const atTheDoor = door.admit(given, told)
    door.send(this.exchange)
    this.exchange.arrive()
    watch.begin(HASH)
    sealInputs(kernel)
    watch.begin(EXECUTE)
    const active = deliverArrivals(kernel)
    yield
    watch.begin(EXCHANGE)
    const admitted = door.meet(atTheDoor, this.exchange, this.codes, told)
    watch.begin(EXECUTE)
    deliverAdmitted(kernel, active, admitted)
    for (let index = 0; index < active.length; index++) execute(kernel, active[index] as Cell)
    const births = this.endExecution()
    watch.begin(EXCHANGE)
    this.sendNews()
    this.exchange.arrive()
    watch.begin(HASH)
    let changes = changesBySlot(kernel)
    sealChanges(kernel, changes)
    yield
    watch.begin(EXCHANGE)
    const newcomers = this.meetMessages()
    watch.begin(SORT)
    const order = kernel.outbox.order()
    watch.begin(HASH)
    if (newcomers > 0) sealChanges(kernel, (changes = changesBySlot(kernel)))
    sealMessages(kernel, changes, order)
    kernel.arrivals = kernel.outbox.inOrder(order)
    for (const asset of kernel.changedAssets) asset.inFlight += asset.flightDelta.total
    watch.end()
    const counts = { ended: kernel.ended.length + door.taken, births: births + newcomers }
    writeReport(this.report, this, { ...atTheDoor, ...counts, indexes: given.indexes }, { receipts: (flags & RECEIPTS) !== 0, everything: (flags & EVERYTHING) !== 0, traffic: (flags & TRAFFIC) !== 0, watch })
    return this.report.bytes.subarray(0, this.report.length)
  }

  private get placeNow(): Place {
    const { kernel, abroad } = this
    return { height: kernel.height, owns: (address) => abroad.isHere(slotOf(address)), ownsSlot: (slot) => abroad.isHere(slot) }
  }

  /** Births, views and timers. Gives the number of actors that came to life here. */
  private endExecution(): number {
    const { kernel, abroad, news } = this
    news.clear()
    let births = 0
    for (const cell of kernel.spawned.values()) {
      const owner = abroad.owners[cell.slot] as number
      if (owner === abroad.self) {
        births++
        bringToLife(kernel, cell)
      } else {
        news.bear(kernel, abroad, cell, owner)
        abroad.children.add(cell.address)
      }
    }
    publishViews(kernel)
    if (this.leaving.length > 1) for (const cell of kernel.publishers) if (cell.viewChanged && cell.definition.view !== undefined) news.publish(cell.address, cell.definition.view, cell.view)
    takeDue(kernel)
    for (const asset of kernel.changedAssets) {
      if (!asset.issued || this.issued.has(asset)) continue
      this.issued.add(asset)
      news.issue(asset)
    }
    return births
  }

  private sendNews(): void {
    const { abroad, leaving, news } = this
    for (const [to, writer] of leaving.entries()) {
      if (to === abroad.self) continue
      const messages = abroad.departures[to] as ByteWriter
      writer.reset()
      news.write(writer, to)
      writer.copy(messages.bytes, 0, messages.length)
      messages.reset()
      this.exchange.put(to, writer.bytes, writer.length)
    }
  }

  /** Takes in what the other shards sent. Gives the number of actors that came to life here. */
  private meetMessages(): number {
    const { kernel, abroad, bag, codes } = this
    const readers: ByteReader[] = []
    const born: Cell[] = []
    kernel.publishers = []
    for (let from = 0; from < this.leaving.length; from++) {
      if (from === abroad.self) continue
      const reader = new ByteReader(this.exchange.take(from))
      readNews(reader, kernel, abroad, (cell) => born.push(cell), (asset) => this.issued.add(asset))
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
          const envelope = unpackMessage(reader, bag, at, kernel, codes, span)
          kernel.outbox.pushWritten(envelope, reader.bytes, span.from, span.to)
        }
        reader.offset = offset
      }
    }
    return born.length
  }
}

/** A job without a meeting. */
// oxlint-disable-next-line require-yield
function* answerAtOnce(compute: () => Uint8Array): Job {
  return compute()
}
