import { actor, World, type Emitted, type Receipt } from "../../core/index.ts"
import {
  Burn,
  Collect,
  ConcentratedLiquidityPool,
  Exchange,
  Initialize,
  Mint,
  type Swapped,
  type PoolState,
} from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { RecordingContradictory } from "./failures.ts"
import type { EventRow, Recording, SwapRow } from "./recording.ts"
import { REST, startingPositions } from "./start.ts"

/** Where an event came out otherwise than its row says. */
export interface Mismatch {
  readonly row: number
  readonly kind: EventRow["kind"]
  readonly field: string
  readonly expected: string
  readonly got: string
}

/** How many rows of a kind came out as they stand, of how many that were compared. */
export interface Count {
  exact: number
  of: number
}

export interface ReplayReport {
  readonly events: number
  readonly blocks: number
  readonly swaps: Readonly<Count> & { readonly resynced: number }
  readonly mints: Readonly<Count>
  readonly burns: Readonly<Count>
  /** What collects pay depends on fees from before the recording: unless marked exact, they are made and counted, and are no mismatch. */
  readonly collects: Readonly<Count>
  readonly mismatches: readonly Mismatch[]
  /** Invariants of the pool that do not hold in the end. */
  readonly broken: readonly string[]
  readonly root: string
}

const POOL = "pool"
/** Of each asset to each account. */
const PURSE = 2n ** 160n
/** Farther than any swap of a recording goes. */
const EVERYTHING = 2n ** 150n
const MISMATCHES_KEPT = 20

/**
 * Replays a recording through the engine: one block of ours for each of the recording, the events as transactions of the accounts that they
 * name, in their order. `step` makes the next block. Throws `RecordingContradictory` where the start cannot be set up.
 */
export class Replay {
  readonly blocks: readonly (readonly EventRow[])[]
  height = 0
  private readonly world: World
  private readonly recording: Recording
  private readonly counts = { Swap: { exact: 0, of: 0 }, Mint: { exact: 0, of: 0 }, Burn: { exact: 0, of: 0 }, Collect: { exact: 0, of: 0 } }
  private resynced = 0
  private readonly mismatches: Mismatch[] = []

  constructor(recording: Recording) {
    this.recording = recording
    const played = recording.events.filter(({ replay }) => replay !== "start")
    this.blocks = Object.values(Object.groupBy(played, ({ block }) => block)) as EventRow[][]
    this.world = openWorld(recording)
  }

  get done(): boolean {
    return this.height === this.blocks.length
  }

  step(): void {
    let block = this.blocks[this.height] as readonly EventRow[]
    // A resync must see where the price is, so it begins a block of its own.
    while (block.length > 0) {
      const next = block.findIndex(({ replay }, index) => index > 0 && replay === "resync")
      const part = next < 0 ? block : block.slice(0, next)
      this.play(part)
      block = next < 0 ? [] : block.slice(next)
    }
    this.height++
  }

  report(): ReplayReport {
    const { Swap, Mint: mints, Burn: burns, Collect: collects } = this.counts
    this.world.settle()
    this.world.audit()
    return {
      events: this.recording.events.length,
      blocks: this.blocks.length,
      swaps: { ...Swap, resynced: this.resynced },
      mints,
      burns,
      collects,
      mismatches: this.mismatches,
      broken: this.world.check(POOL).map(({ invariant }) => invariant),
      root: this.world.header.root,
    }
  }

  private play(rows: readonly EventRow[]): void {
    for (const row of rows) this.send(row)
    const { receipts } = this.world.step([], { time: (rows[0] as EventRow).time })
    for (const [index, row] of rows.entries()) this.compare(row, receipts[index] as Receipt)
  }

  /** Attaches twice what the row says, so that a wrong amount shows as a number and not as a refusal. */
  private send(row: EventRow): void {
    const { world } = this
    const [symbol0, symbol1] = this.recording.state.symbols
    const funds = { [symbol0]: twice(row.amount0), [symbol1]: twice(row.amount1) }
    if (row.kind === "Swap") {
      const { sqrtPriceX96 } = world.state(ConcentratedLiquidityPool, POOL) as PoolState
      const input = row.input ?? { zeroForOne: row.sqrtPriceX96 < sqrtPriceX96, amountSpecified: EVERYTHING, sqrtPriceLimitX96: row.sqrtPriceX96 }
      world.send(row.account, POOL, Exchange, input, { funds: row.input === undefined ? { [symbol0]: EVERYTHING, [symbol1]: EVERYTHING } : funds })
      return
    }
    const { tickLower, tickUpper } = row
    if (row.kind === "Mint") world.send(row.account, POOL, Mint, { tickLower, tickUpper, liquidity: row.liquidity, amount0Min: 0n, amount1Min: 0n }, { funds })
    else if (row.kind === "Burn") world.send(row.account, POOL, Burn, { tickLower, tickUpper, liquidity: row.liquidity, amount0Min: 0n, amount1Min: 0n })
    else world.send(row.account, POOL, Collect, { tickLower, tickUpper, amount0Max: row.amount0, amount1Max: row.amount1 })
  }

  private compare(row: EventRow, receipt: Receipt): void {
    if (row.kind === "Swap" && row.replay === "resync") this.resynced++
    const compared = row.replay === "exact" || row.kind === "Collect"
    const count = this.counts[row.kind]
    if (compared) count.of++
    const difference = firstDifference(row, receipt)
    if (difference === undefined) {
      if (compared) count.exact++
    } else if (row.replay !== "" && this.mismatches.length < MISMATCHES_KEPT) this.mismatches.push({ row: row.row, kind: row.kind, ...difference })
  }
}

const twice = (amount: bigint): bigint => (amount > 0n ? 2n * amount : 0n) + 1n

type Difference = Pick<Mismatch, "field" | "expected" | "got">

/** The first field in which what was done differs from the row. Of a resync only what the pool became is looked at. */
const firstDifference = (row: EventRow, receipt: Receipt): Difference | undefined => {
  if (receipt.status !== "handled") {
    return { field: "kind", expected: row.kind, got: receipt.status === "pending" ? "pending" : receipt.refusal.message }
  }
  const reply = receipt.reply as { readonly amount0: bigint; readonly amount1: bigint }
  const amounts = row.replay === "resync" ? [] : (["amount0", "amount1"] as const)
  for (const field of amounts) if (reply[field] !== row[field]) return { field, expected: String(row[field]), got: String(reply[field]) }
  return row.kind === "Swap" ? stateDifference(row, receipt.events) : undefined
}

const stateDifference = (row: SwapRow, events: readonly Emitted[]): Difference | undefined => {
  const after = events[0] as Emitted<typeof Swapped>
  for (const field of ["sqrtPriceX96", "tick", "liquidity"] as const) {
    if (after.fields[field] !== row[field]) return { field, expected: String(row[field]), got: String(after.fields[field]) }
  }
  return undefined
}

/** The pool in the recorded state, among the accounts of the events. */
const openWorld = (recording: Recording): World => {
  const { state, events, folder } = recording
  const [asset0, asset1] = state.symbols
  const { feePips, tickSpacing, sqrtPriceX96 } = state
  const purse = { [asset0]: PURSE, [asset1]: PURSE }
  const names = [...new Set([REST, ...events.map(({ account }) => account)])]
  const file = `${folder}/state.json`
  const world = World.make({
    accounts: names.map((name) => [name, purse] as const),
    actors: [actor(POOL, ConcentratedLiquidityPool, { asset0, asset1, feePips, tickSpacing, owner: null })],
    time: (events[0] as EventRow).time,
  })
  world.send(REST, POOL, Initialize, { sqrtPriceX96 })
  for (const { owner, tickLower, tickUpper, liquidity } of startingPositions(recording)) {
    const payload = { tickLower, tickUpper, liquidity, amount0Min: 0n, amount1Min: 0n }
    world.send(owner, POOL, Mint, payload, { funds: { [asset0]: EVERYTHING, [asset1]: EVERYTHING } })
  }
  const { receipts } = world.step([], { time: world.time })
  for (const receipt of receipts) {
    if (receipt.status === "handled") continue
    const problem = receipt.status === "pending" ? "pending" : receipt.refusal.message
    const value = `of ${state.netLiquidityAtTick.size} ticks`
    throw new RecordingContradictory({ file, field: "netLiquidityAtTick", expected: `impossible (${problem})`, value })
  }
  const pool = world.state(ConcentratedLiquidityPool, POOL) as PoolState
  for (const field of ["tick", "liquidity"] as const) {
    const [expected, value] = [String(pool[field]), String(state[field])]
    if (value !== expected) throw new RecordingContradictory({ file, field: `start.${field}`, expected, value })
  }
  return world
}
