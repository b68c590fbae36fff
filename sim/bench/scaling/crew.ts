import type { Genesis, Transaction } from "../../../core/index.ts"
import { kernelOf } from "../../../core/genesis.ts"
import { slotOf } from "../../../core/address.ts"
import { Conductor } from "../../../core/shard/conductor.ts"
import type { Exchange, Job } from "../../../core/shard/exchange.ts"
import { Mesh, meshOf } from "../../../core/shard/mesh.ts"
import { Shard } from "../../../core/shard/shard.ts"
import { EXECUTE as PHASE_EXECUTE, HASH as PHASE_HASH, PHASES, Stopwatch } from "../../../core/shard/stopwatch.ts"
import { writeSnapshot } from "../../../core/snapshot.ts"
import type { ByteWriter } from "../../../core/bytes.ts"
import { Kernel } from "../../../core/kernel.ts"
import { cpuNow } from "./cpu.ts"

/**
 * Many shards in one thread, with the exchange's real memory between them and no barrier: each shard's part of a block is timed apart from the
 * others', by the CPU time of the process, so the longest of them is what a machine with a core for each would take.
 */

/** Between two meetings: admission; delivery and execution; taking in and hashing. */
export const STRETCHES = 3
/** After the phases of the stopwatch: what a shard spends on its report. */
export const REPORT = PHASES.length
export const COLUMNS = REPORT + 1

/** CPU time of one shard by stretch and phase, instead of the clock's. */
class CpuWatch extends Stopwatch {
  readonly spent = new Float64Array(STRETCHES * COLUMNS)
  private stretch = 0
  private phase: number = REPORT
  private since = 0

  resume(stretch: number): void {
    this.stretch = stretch
    this.phase = REPORT
    this.since = cpuNow()
  }

  override begin(phase: number): void {
    const now = cpuNow()
    this.spent[this.countedIn * COLUMNS + this.phase]! += now - this.since
    this.phase = phase < 0 ? REPORT : phase
    this.since = now
  }

  /** What a shard does on its way to a meeting, since it needs nobody for it, is counted as if it came after it. */
  private get countedIn(): number {
    return this.phase === PHASE_HASH ? 2 : this.phase === PHASE_EXECUTE ? 1 : this.stretch
  }

  /** The report of a block has no times: they are taken here. */
  override write(writer: ByteWriter): void {
    writer.varint(0)
  }
}

/** One block: microseconds of each shard by stretch and phase, of the conductor, and the bytes from shard to shard. */
export interface BlockCost {
  readonly shards: readonly Float64Array[]
  readonly conductor: number
  readonly bytes: Float64Array
  readonly root: string
}

export class SimulatedCrew {
  readonly shards: number
  readonly owners: Uint8Array
  private readonly crew: readonly Shard[]
  private readonly watches: readonly CpuWatch[]
  private readonly meshes: readonly Mesh[]
  private readonly conductor: Conductor
  private readonly sent: Float64Array
  /** The transactions of the block under way, by shard. */
  private given: readonly (readonly (readonly [index: number, transaction: Transaction])[])[] = []
  private count = 0

  constructor(genesis: Genesis, owners: Uint8Array, shards: number) {
    this.shards = shards
    this.owners = owners
    const world = kernelOf(genesis, {})
    const snapshot = writeSnapshot(world)
    const { config, registry, time, header } = world
    this.conductor = new Conductor(world, new Kernel(config, registry, time, header), Uint8Array.from(owners), shards)
    this.sent = new Float64Array(shards * shards)
    this.meshes = meshOf(shards + 1).map((part) => new Mesh(part))
    this.watches = Array.from({ length: shards }, () => new CpuWatch())
    this.crew = this.watches.map((watch, shard) => {
      const source = (_: unknown, give: (index: number, transaction: Transaction) => void): number => {
        for (const [index, transaction] of this.given[shard] ?? []) give(index, transaction)
        return this.count
      }
      const definitions = [...registry.definitions.values()]
      const beginning = { definitions, snapshot, owners, digests: this.conductor.memory, shards, strict: false, ordering: undefined, authenticated: false, source }
      return new Shard(shard, beginning, this.counting(shard), watch)
    })
  }

  private counting(shard: number): Exchange {
    const mesh = this.meshes[shard] as Mesh
    return {
      put: (to, bytes, length) => {
        this.sent[shard * this.shards + to]! += length
        mesh.put(to, bytes, length)
      },
      arrive: () => undefined,
      take: (from) => mesh.take(from),
      order: () => mesh.order(),
    }
  }

  step(transactions: readonly Transaction[]): BlockCost {
    const { crew, watches, meshes, conductor, shards, owners, sent } = this
    const given: [number, Transaction][][] = Array.from({ length: shards }, () => [])
    for (const [index, transaction] of transactions.entries()) given[owners[slotOf(transaction.from)] as number]?.push([index, transaction])
    this.given = given
    this.count = transactions.length
    sent.fill(0)
    for (const { spent } of watches) spent.fill(0)
    const head = meshes[shards] as Mesh
    const begun = cpuNow()
    for (const [shard, order] of conductor.beginBlock([], {}, () => false, { receipts: false, traffic: false, fromSource: true }).entries()) head.give(shard, order)
    const ordered = cpuNow()
    const jobs: Job[] = []
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      for (const [shard, watch] of watches.entries()) {
        const mesh = meshes[shard] as Mesh
        watch.resume(stretch)
        if (stretch === 0) jobs.push((crew[shard] as Shard).serve(mesh.order()))
        const { done, value } = (jobs[shard] as Job).next()
        if (done === true) mesh.answer(value)
        watch.end()
      }
    }
    const answered = cpuNow()
    const { header } = conductor.endBlock(crew.map((_, shard) => head.take(shard).slice()))
    const conducted = ordered - begun + cpuNow() - answered
    return { shards: watches.map(({ spent }) => spent.slice()), conductor: conducted, bytes: sent.slice(), root: header.root }
  }
}
