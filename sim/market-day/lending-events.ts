import type { AnyEvent, Block, World } from "../../core/index.ts"
import { InterestAccrued, IsolatedMarket, Liquidated, type MarketState } from "../../protocols/lending/isolated-market/index.ts"
import type { EndedEnvelope } from "../report/chart.ts"
import { BORROWERS } from "./borrowers.ts"
import { MARKET, STRATEGY } from "./credit.ts"
import { LENDERS } from "./lenders.ts"

/** What the lending market told in a block, and whose it is. */

/** The fields of `Liquidated`. */
export interface LiquidatedFields {
  readonly sender: string
  readonly borrower: string
  readonly repaidAssets: bigint
  readonly seizedAssets: bigint
  readonly badDebtAssets: bigint
}

/** Every event of a kind that an actor told in a block, with the message that it was told in. */
export const forEachEvent = <F>(block: Block, address: string, wanted: AnyEvent, visit: (fields: F, message: EndedEnvelope) => void): void => {
  for (const message of block.raw.ended) {
    if (message.events === undefined || message.to !== address) continue
    for (const { event, fields } of message.events) if (event === wanted) visit(fields as unknown as F, message)
  }
}

export const forEachLiquidation = (block: Block, visit: (fields: LiquidatedFields, message: EndedEnvelope) => void): void =>
  forEachEvent(block, MARKET, Liquidated, visit)

/** Interest that borrowers owe and suppliers are owed since, in usd units. */
export const interestOf = (block: Block): bigint => {
  let sum = 0n
  forEachEvent<{ readonly interest: bigint }>(block, MARKET, InterestAccrued, ({ interest }) => void (sum += interest))
  return sum
}

export const lendingMarket = (world: World): MarketState => world.state(IsolatedMarket, MARKET)

const GROUP_OF = new Map([
  ...BORROWERS.map(({ account, appetite }) => [account, `${appetite.name} borrowers`] as const),
  ...LENDERS.map((account) => [account, "lenders"] as const),
  [STRATEGY, "depositors"] as const,
])

/** The group that an account of the lending market belongs to; the vault's strategy is the depositors'. */
export const groupOf = (account: string): string => GROUP_OF.get(account) ?? "others"

/** Parts of `amount` by weight, rounded down but the last, so that they add up to it. No weight: nobody gets anything. */
export const partsOf = (amount: bigint, weights: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> => {
  let total = 0n
  for (const weight of weights.values()) total += weight
  const parts = new Map<string, bigint>()
  if (total === 0n || amount === 0n) return parts
  let [seen, given] = [0n, 0n]
  for (const [name, weight] of weights) {
    seen += weight
    const upTo = (amount * seen) / total
    parts.set(name, upTo - given)
    given = upTo
  }
  return parts
}

/** Shares by group. */
export interface Holdings {
  readonly supply: ReadonlyMap<string, bigint>
  readonly borrow: ReadonlyMap<string, bigint>
}

const known = new WeakMap<MarketState, Holdings>()

/** Who has which part of the supply and of the debt. A function of the state alone; the same state is not summed up twice. */
export const holdingsOf = (market: MarketState): Holdings => {
  const before = known.get(market)
  if (before !== undefined) return before
  const [supply, borrow] = [new Map<string, bigint>(), new Map<string, bigint>()]
  for (const [account, { supplyShares, borrowShares }] of market.positions.entries()) {
    const group = groupOf(account)
    if (supplyShares > 0n) supply.set(group, (supply.get(group) ?? 0n) + supplyShares)
    if (borrowShares > 0n) borrow.set(group, (borrow.get(group) ?? 0n) + borrowShares)
  }
  const holdings = { supply, borrow }
  known.set(market, holdings)
  return holdings
}
