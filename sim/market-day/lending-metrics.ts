import { WAD, type World } from "../../core/index.ts"
import { IsolatedMarket, MarketView, spotBorrowRate } from "../../protocols/lending/isolated-market/index.ts"
import { Vault, VaultView, WithdrawalQueued, Withdrawn } from "../../protocols/vault/index.ts"
import { decimal, grouped, readable } from "../decimal.ts"
import type { Metric } from "../metric.ts"
import { MARKET, marketAt, SECONDS_PER_YEAR, VAULT } from "./credit.ts"
import { forEachEvent } from "./lending-events.ts"

/** A level of the lending market or the vault; undefined while it means nothing. */
export interface Level {
  readonly name: string
  readonly decimals: number
  readonly places: number
  /** Behind the number, such as " %". */
  readonly sign: string
  readonly read: (world: World) => bigint | undefined
}

/** Percents are wads divided by 10^16. */
const PERCENT = { decimals: 16, places: 2, sign: " %" }
const DOLLARS = { decimals: 6, places: 0, sign: "" }

const market = (world: World) => world.view(MarketView, MARKET)
const vault = (world: World) => world.view(VaultView, VAULT)

/** Borrowers' rate of a year at the moment's rate of a second, not compounded, in wad; suppliers get the lent part of it. */
export const borrowRate = (world: World): bigint | undefined => {
  const stored = world.state(IsolatedMarket, MARKET)
  return stored.totalBorrowAssets === 0n ? undefined : spotBorrowRate(marketAt(stored, world.time)) * SECONDS_PER_YEAR
}
export const supplyRate = (world: World): bigint | undefined => {
  const rate = borrowRate(world)
  return rate === undefined ? undefined : (rate * (market(world)?.utilization ?? 0n)) / WAD
}
export const utilization = (world: World): bigint | undefined => {
  const view = market(world)
  return view === undefined || view.totalSupplyAssets === 0n ? undefined : view.utilization
}
/** Assets for a whole share, in wad; undefined while there are no shares. */
export const sharePrice = (world: World): bigint | undefined => {
  const view = vault(world)
  return view === undefined || view.supply === 0n ? undefined : view.assetsPerShare
}
/** What the waiting shares are worth, in usd units. */
export const waitingWorth = (world: World): bigint => {
  const view = vault(world)
  return view === undefined || view.supply === 0n ? 0n : (view.escrowed * view.totalAssets) / view.supply
}

export const LEVELS: readonly Level[] = [
  { name: "supplied", ...DOLLARS, read: (world) => market(world)?.totalSupplyAssets },
  { name: "borrowed", ...DOLLARS, read: (world) => market(world)?.totalBorrowAssets },
  { name: "utilization", ...PERCENT, read: utilization },
  { name: "borrow rate, a year", ...PERCENT, read: borrowRate },
  { name: "supply rate, a year", ...PERCENT, read: supplyRate },
  { name: "vault's assets", ...DOLLARS, read: (world) => vault(world)?.totalAssets },
  { name: "vault's share price", decimals: 18, places: 6, sign: "", read: sharePrice },
  { name: "waiting to leave", ...DOLLARS, read: waitingWorth },
]

/** Lowest, highest and last level. */
interface Track {
  low: bigint | undefined
  high: bigint
  last: bigint
}

/** The lending market and the vault: how far each level went, and how long withdrawals waited. */
export const lendingMetric = (unit: string): Metric => ({
  start: () => {
    const tracks = LEVELS.map((): Track => ({ low: undefined, high: 0n, last: 0n }))
    const waits = new Waits()
    return {
      block: (block, { world }) => {
        for (let index = 0; index < LEVELS.length; index++) {
          const level = (LEVELS[index] as Level).read(world)
          const track = tracks[index] as Track
          if (level === undefined) continue
          if (track.low === undefined || level < track.low) track.low = level
          if (level > track.high) track.high = level
          track.last = level
        }
        forEachEvent<{ readonly ticket: number }>(block, VAULT, WithdrawalQueued, ({ ticket }) => waits.begin(ticket, world.time))
        forEachEvent<{ readonly ticket: number | null }>(block, VAULT, Withdrawn, ({ ticket }) => {
          if (ticket !== null && !world.state(Vault, VAULT).waiting.has(ticket)) waits.end(ticket, world.time)
        })
      },
      end: () => ({
        title: `Lending market and vault (${unit})`,
        columns: [{ heading: "" }, ...["lowest", "highest", "last"].map((heading) => ({ heading, right: true }))],
        rows: LEVELS.map(({ name, decimals, places, sign }, index) => {
          const { low, high, last } = tracks[index] as Track
          return [name, ...(low === undefined ? ["-", "-", "-"] : [low, high, last].map((level) => `${readable(level, decimals, places)}${sign}`))]
        }),
        notes: [
          `withdrawals that had to wait: ${grouped(waits.begun)}, of which ${grouped(waits.ended)} were paid;`,
          `they took ${inWords(waits.mean)} on average, ${inWords(waits.longest)} at most`,
        ],
        json: {
          ...Object.fromEntries(
            LEVELS.map(({ name, decimals }, index) => {
              const { low, high, last } = tracks[index] as Track
              return [name, low === undefined ? null : { lowest: decimal(low, decimals), highest: decimal(high, decimals), last: decimal(last, decimals) }]
            }),
          ),
          withdrawals: { waited: waits.begun, paid: waits.ended, meanSeconds: waits.mean, longestSeconds: waits.longest },
        },
      }),
    }
  },
})

/** Times from a withdrawal's ticket to the last of its payments. */
class Waits {
  private readonly since = new Map<number, number>()
  private total = 0
  begun = 0
  ended = 0
  longest = 0

  begin(ticket: number, time: number): void {
    this.since.set(ticket, time)
    this.begun++
  }

  /** The first time that it is said counts: a block may pay a ticket in several parts. */
  end(ticket: number, time: number): void {
    const since = this.since.get(ticket)
    if (since === undefined) return
    const waited = time - since
    this.since.delete(ticket)
    this.ended++
    this.total += waited
    if (waited > this.longest) this.longest = waited
  }

  get mean(): number {
    return this.ended === 0 ? 0 : Math.round(this.total / this.ended)
  }
}

const inWords = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
