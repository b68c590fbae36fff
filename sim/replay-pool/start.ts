import { highestTick, lowestTick } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import type { EventRow, RecordedState, Recording } from "./recording.ts"

/** A position that has to be there when the recording begins. */
export interface StartingPosition {
  readonly owner: string
  readonly tickLower: number
  readonly tickUpper: number
  readonly liquidity: bigint
}

/** Whose the liquidity is that no event names. */
export const REST = "rest-of-the-pool"

/**
 * Positions that make the recorded state: first what the events burn without having minted it, for whom they say; then as few more as make
 * up the recorded liquidity, so that no tick is in use but those that the recording knows of. Below the lowest and above the highest
 * recorded tick the liquidity is taken to go on.
 */
export const startingPositions = ({ state, events }: Recording): readonly StartingPosition[] => {
  const named = positionsBefore(events)
  return [...named, ...filling(stepsLeft(state, named), state.tickSpacing)]
}

/** By owner and ticks: how much less than nothing mints and burns would make of a position that begins at nothing. */
const positionsBefore = (events: readonly EventRow[]): readonly StartingPosition[] => {
  const found = new Map<string, { readonly place: Omit<StartingPosition, "liquidity">; now: bigint; least: bigint }>()
  for (const event of events) {
    if (event.kind !== "Mint" && event.kind !== "Burn") continue
    const { account: owner, tickLower, tickUpper, liquidity } = event
    const key = `${owner} ${tickLower} ${tickUpper}`
    const known = found.get(key) ?? { place: { owner, tickLower, tickUpper }, now: 0n, least: 0n }
    found.set(key, known)
    known.now += event.kind === "Mint" ? liquidity : -liquidity
    // A burn of nothing is only possible where something is left.
    const needed = event.kind === "Burn" && liquidity === 0n ? known.now - 1n : known.now
    if (needed < known.least) known.least = needed
  }
  return [...found.values()].filter(({ least }) => least < 0n).map(({ place, least }) => ({ ...place, liquidity: -least }))
}

/** Liquidity from each tick to the next that is recorded and that the named positions do not make up; never below nothing. */
const stepsLeft = (state: RecordedState, named: readonly StartingPosition[]): readonly { readonly tick: number; readonly liquidity: bigint }[] => {
  const bounds = [lowestTick(state.tickSpacing), ...state.netLiquidityAtTick.keys(), ...named.flatMap(({ tickLower, tickUpper }) => [tickLower, tickUpper])]
  return [...new Set(bounds)].sort((left, right) => left - right).map((tick) => {
    let liquidity = state.liquidity
    for (const [at, net] of state.netLiquidityAtTick) {
      if (at > state.tick && at <= tick) liquidity += net
      if (at <= state.tick && at > tick) liquidity -= net
    }
    for (const position of named) if (position.tickLower <= tick && tick < position.tickUpper) liquidity -= position.liquidity
    return { tick, liquidity: liquidity < 0n ? 0n : liquidity }
  })
}

/** Positions whose sum is this liquidity: each rise begins some, each fall ends those that began last. */
const filling = (steps: readonly { readonly tick: number; readonly liquidity: bigint }[], tickSpacing: number): readonly StartingPosition[] => {
  const open: { readonly tickLower: number; liquidity: bigint }[] = []
  const closed: StartingPosition[] = []
  let sum = 0n
  for (const { tick, liquidity } of [...steps, { tick: highestTick(tickSpacing), liquidity: 0n }]) {
    if (liquidity > sum) open.push({ tickLower: tick, liquidity: liquidity - sum })
    for (let surplus = sum - liquidity; surplus > 0n; ) {
      const last = open.at(-1) as (typeof open)[number]
      const part = last.liquidity < surplus ? last.liquidity : surplus
      closed.push({ owner: REST, tickLower: last.tickLower, tickUpper: tick, liquidity: part })
      last.liquidity -= part
      surplus -= part
      if (last.liquidity === 0n) open.pop()
    }
    sum = liquidity
  }
  return closed
}
