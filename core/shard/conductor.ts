import { answerOf, checkForm, type Admission } from "../admission.ts"
import { slotOf } from "../address.ts"
import { ByteWriter, type MalformedBytes } from "../bytes.ts"
import { BlockDigests, DIGESTS_BYTES } from "../digests.ts"
import { BookUnbalanced } from "../errors.ts"
import { Funds } from "../funds.ts"
import type { Kernel } from "../kernel.ts"
import type { Refusal } from "../refusal.ts"
import { begin, checkInput, type BlockInput } from "../run-block.ts"
import { headerOf } from "../seal.ts"
import type { Transaction } from "../transaction.ts"
import { beginGiven, writeGiven } from "./given.ts"
import { BLOCK, EVERYTHING, JOINED, RECEIPTS, TRAFFIC, writeBlockOrder } from "./orders.ts"
import { sharedMemory } from "./mesh.ts"
import type { Moves } from "./move.ts"
import { mirrorBlock } from "./mirror.ts"
import { PackedOutcome } from "./outcome.ts"
import { Codes } from "../codes.ts"
import { readReport, type Report } from "./report.ts"
import { Traffic } from "./traffic.ts"
import { decodeTransaction, writeTransaction, type AnyTransaction } from "../transaction-bytes.ts"

/** What is asked of the reports of a block. */
export interface Asking {
  readonly receipts: boolean
  readonly traffic: boolean
  /** The shards' sources give the transactions. */
  readonly fromSource: boolean
  /** The next block is asked for already, and its order will be given whatever becomes of this one. */
  readonly joined?: boolean
}

/**
 * Whoever stands before the shards: makes their orders, and of their reports the header, the check of the book and the block. It has no thread
 * of its own and never sees a message. `kernel` has the settings and totals of the world; it is also its mirror where `mirrors` is set.
 */
export class Conductor {
  readonly kernel: Kernel
  readonly shards: number
  readonly owners: Uint8Array
  readonly mirrors: boolean
  readonly traffic = new Traffic()
  population: number
  pending: number
  pendingTimers: number
  private readonly codes: Codes
  /** Where the shards leave the digests of their slots: memory that threads share. */
  readonly memory = sharedMemory(DIGESTS_BYTES)
  private readonly digests = [new BlockDigests(this.memory, undefined, 0), new BlockDigests(this.memory, undefined, 1)] as const
  private readonly writers: readonly ByteWriter[]
  /** Blocks whose orders were given, in their order. */
  private readonly begun: Begun[] = []

  /** `world` has everything as of the beginning. */
  constructor(world: Kernel, kernel: Kernel, owners: Uint8Array, shards: number) {
    this.kernel = kernel
    this.codes = new Codes(kernel.registry)
    this.mirrors = world === kernel
    this.owners = owners
    this.shards = shards
    this.population = world.cells.size
    this.pending = world.arrivals.length + world.leftovers.reduce((sum, cell) => sum + cell.waiting, 0)
    this.pendingTimers = [...world.timers.values()].reduce((sum, timers) => sum + timers.length, 0)
    this.writers = Array.from({ length: shards }, () => new ByteWriter(1 << 12))
    if (this.mirrors) return
    for (const { name, supply, issued, inFlight } of world.assets.values()) {
      const asset = kernel.asset(name)
      asset.supply = supply
      asset.issued = issued
      asset.inFlight = inFlight
    }
  }

  ownerOf(address: string): number {
    return this.owners[slotOf(address)] as number
  }

  /** Notes that slots live elsewhere from now on. */
  move(moves: Moves): void {
    for (const [slot, to] of moves) this.owners[slot] = to
  }

  /** The orders of a block, one for each shard. Throws `InvalidBlockInput` before anything happened. */
  beginBlock(transactions: readonly AnyTransaction[], input: BlockInput, lives: (address: string) => boolean, asking: Asking): readonly Uint8Array[] {
    const { kernel, population, writers } = this
    const { height, time: timeBefore, config } = kernel
    const time = checkInput({ height, time: timeBefore, blockSeconds: config.blockSeconds, population, lives }, transactions, input)
    const opened = input.open ?? []
    const refusedHere = new Map<number, Refusal>()
    const flags = (asking.receipts ? RECEIPTS : 0) | (this.mirrors ? EVERYTHING | RECEIPTS : 0) | (asking.traffic ? TRAFFIC : 0) | (asking.joined === true ? JOINED : 0)
    for (const writer of writers) {
      writer.reset()
      writer.u8(BLOCK)
      writeBlockOrder(writer, { time, population, opened, flags })
      beginGiven(writer, asking.fromSource)
    }
    for (const [index, transaction] of transactions.entries()) {
      const refusal = this.send(index, transaction instanceof Uint8Array ? decodeTransaction(transaction, this.codes) : transaction)
      if (refusal !== undefined) refusedHere.set(index, refusal)
    }
    begin(kernel, time)
    this.begun.push({ height: kernel.height, time, opened, asking, refusedHere })
    return writers.map((writer) => writer.bytes.subarray(0, writer.length))
  }

  private send(index: number, given: Transaction | MalformedBytes): Refusal | undefined {
    const form = checkForm(this.kernel, given, undefined, undefined)
    if (!(form instanceof Funds)) return form
    const transaction = given as Transaction
    const { authenticate } = this.kernel.config
    const problem = authenticate === undefined ? undefined : answerOf(authenticate, transaction)
    const writer = this.writers[this.ownerOf(transaction.from)] as ByteWriter
    writeGiven(writer, index, problem === undefined ? undefined : String(problem) || " ", (into) => writeTransaction(into, transaction))
    return undefined
  }

  /** What the shards' reports come to. Throws `BookUnbalanced`. */
  endBlock(replies: readonly Uint8Array[]): PackedOutcome {
    return this.sealBlock(this.readBlock(replies))
  }

  /** The first part: all that the orders of the next block depend on. */
  readBlock(replies: readonly Uint8Array[]): Told {
    const begun = this.begun.shift() as Begun
    const reports = replies.map((bytes) => readReport(bytes, begun.asking.traffic ? this.traffic : undefined))
    this.population += begun.opened.length + sumOf(reports, ({ births }) => births)
    this.pending = sumOf(reports, ({ pending }) => pending)
    this.pendingTimers = sumOf(reports, ({ timers }) => timers)
    return { ...begun, reports }
  }

  /** The second part, which the next block need not wait for. Throws `BookUnbalanced`. */
  sealBlock({ height, time, opened, asking, refusedHere, reports }: Told): PackedOutcome {
    const { kernel, digests } = this
    checkBooks(kernel, height, reports)
    kernel.header = headerOf({ height, time, parent: kernel.header.root, ...digests[(height & 1) as 0 | 1].combine(time, opened) })
    const outcome = new PackedOutcome({
      kernel,
      header: kernel.header,
      transactions: refusedHere.size + sumOf(reports, ({ given }) => given),
      refused: refusedHere.size + sumOf(reports, ({ refused }) => refused),
      ended: sumOf(reports, ({ ended }) => ended),
      stretches: reports.map(({ stretches }) => stretches),
      told: asking.receipts || this.mirrors ? reports.map(({ rest }) => rest) : undefined,
      refusedHere: refusedHere as ReadonlyMap<number, Admission>,
    })
    if (this.mirrors) outcome.settle(mirrorBlock(kernel, outcome))
    return outcome
  }
}

/** A block whose orders were given. */
interface Begun {
  readonly height: number
  readonly time: number
  readonly opened: readonly string[]
  readonly asking: Asking
  /** Refusals of transactions that have not their form, by index. */
  readonly refusedHere: ReadonlyMap<number, Refusal>
}

/** A block that all shards have done. */
export interface Told extends Begun {
  readonly reports: readonly Report[]
}

const sumOf = (reports: readonly Report[], pick: (report: Report) => number): number => reports.reduce((total, report) => total + pick(report), 0)

/** Per asset, over all shards: the change of what is held and under way must be what was minted less what was burned. */
const checkBooks = (kernel: Kernel, height: number, reports: readonly Report[]): void => {
  const sums = new Map<string, { held: bigint; underWay: bigint; supply: bigint; issued: boolean }>()
  for (const { book } of reports) {
    for (const { name, issued, held, underWay, supply } of book) {
      const sum = sums.get(name)
      if (sum === undefined) sums.set(name, { held, underWay, supply, issued })
      else {
        sum.held += held
        sum.underWay += underWay
        sum.supply += supply
        sum.issued ||= issued
      }
    }
  }
  for (const [name, { held, underWay, supply, issued }] of sums) {
    const asset = kernel.asset(name)
    const before = asset.supply
    asset.supply += supply
    asset.inFlight += underWay
    if (issued && !asset.issued) {
      asset.issued = true
      const issuer = kernel.cells.get(asset.issuer)
      if (issuer !== undefined) issuer.assetsIssued++
    }
    if (held + underWay === supply && asset.inFlight >= 0n) continue
    throw new BookUnbalanced({ height, asset: name, held: held + before, underWay, expected: asset.supply })
  }
}
