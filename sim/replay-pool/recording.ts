/** A stretch of a real pool's life: the state it began with, and what happened to it. `FORMAT.md` describes the files. */

/** The pool when the recording begins. */
export interface RecordedState {
  /** What the pool is called, for the report. */
  readonly name: string
  readonly symbols: readonly [string, string]
  /** In hundredths of a basis point. */
  readonly feePips: number
  readonly tickSpacing: number
  readonly sqrtPriceX96: bigint
  readonly tick: number
  readonly liquidity: bigint
  /** Net liquidity of the ticks that the events come near to. */
  readonly netLiquidityAtTick: ReadonlyMap<number, bigint>
}

/** How an event is to be replayed: compared to the unit; set from the row; the one after which the recording begins; or made and not compared. */
export type Marking = "exact" | "resync" | "start" | ""

/** What every row has. */
export interface Row {
  /** Line number in events.csv. */
  readonly row: number
  readonly block: number
  /** Seconds since 1970-01-01 00:00 UTC. */
  readonly time: number
  readonly account: string
  readonly replay: Marking
  /** As the pool emitted them: of a swap positive what came in, negative what went out. */
  readonly amount0: bigint
  readonly amount1: bigint
}

export interface SwapRow extends Row {
  readonly kind: "Swap"
  /** After the swap. */
  readonly sqrtPriceX96: bigint
  readonly tick: number
  readonly liquidity: bigint
  /** An input that leads to the event; undefined where the row is not replayed by one. */
  readonly input: { readonly zeroForOne: boolean; readonly amountSpecified: bigint; readonly sqrtPriceLimitX96: bigint } | undefined
}

export interface PositionRow extends Row {
  readonly kind: "Mint" | "Burn"
  readonly tickLower: number
  readonly tickUpper: number
  readonly liquidity: bigint
}

export interface CollectRow extends Row {
  readonly kind: "Collect"
  readonly tickLower: number
  readonly tickUpper: number
}

export type EventRow = SwapRow | PositionRow | CollectRow

export interface Recording {
  readonly folder: string
  readonly state: RecordedState
  readonly events: readonly EventRow[]
}
