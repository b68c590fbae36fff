import { send, type Send } from "../../core/index.ts"
import { LimitOrder } from "../../protocols/exchange/order-book/index.ts"
import { Order } from "../../protocols/exchange/batch-auction/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { AUCTION, BOOK, ETH, ETHER, inUsdDown, limitOf, moved, publishedPrice, ticksOf, USD } from "./market.ts"

/** A maker quotes anew once in so many blocks, one after the other; its orders are good until then. */
const QUOTE_BLOCKS = 4
/** Distance from the published price, in pips, and size in lots of each level. */
const LEVELS = [
  { pips: 500, lots: 4_000 },
  { pips: 1_000, lots: 8_000 },
  { pips: 2_000, lots: 16_000 },
  { pips: 5_000, lots: 40_000 },
] as const
/** How far a maker who holds one asset only shifts its quotes, in pips, to be rid of it. */
const SKEW_PIPS = 4_000

/** Quotes both sides around the published price; pays for it where the price runs away from the quotes. */
const maker = (account: string, index: number): Agent => ({
  account,
  group: "market makers",
  act: (sight) => {
    if (sight.block % QUOTE_BLOCKS !== index % QUOTE_BLOCKS) return []
    const price = publishedPrice(sight)
    if (price === undefined) return []
    const centre = moved(price, skewPips(sight, price))
    // Each maker is a little dearer than the one before, and offers at most an equal part of what it holds at each level.
    return LEVELS.flatMap(({ pips, lots }) => {
      const away = pips + 100 * index
      return [...quote(sight, "buy", ticksOf(moved(centre, -away)), lots), ...quote(sight, "sell", ticksOf(moved(centre, away)) + 1, lots)]
    })
  },
})

const quote = (sight: Sight, side: "buy" | "sell", price: number, lotsMost: number): readonly Send[] => {
  if (price < 1) return []
  const [asset, each] = side === "buy" ? [USD, BigInt(price) * BOOK.tick] : [ETH, BOOK.lot]
  const affordable = sight.balance(asset) / BigInt(LEVELS.length) / each
  const lots = affordable < BigInt(lotsMost) ? Number(affordable) : lotsMost
  if (lots === 0) return []
  const order = { side, price, lots, kind: "post-only", goodTill: sight.block + QUOTE_BLOCKS - 1, selfTrade: "cancel-resting" } as const
  return [send(BOOK.address, LimitOrder, order, { funds: { [asset]: BigInt(lots) * each }, deadline: sight.block })]
}

/** Below zero where it holds more eth than usd. */
const skewPips = (sight: Sight, price: bigint): number => {
  const eth = inUsdDown(sight.balance(ETH), price)
  const usd = sight.balance(USD)
  return eth + usd === 0n ? 0 : Number((BigInt(SKEW_PIPS) * (usd - eth)) / (eth + usd))
}

/** Distance from the published price and size, in ether, of what the dealer offers in each auction. */
const DEALER_PIPS = 800
const DEALER_LOTS = 5n * ETHER / AUCTION.lot

/** Offers both sides in every auction. */
const dealer = (account: string): Agent => ({
  account,
  group: "market makers",
  act: (sight) => {
    const price = publishedPrice(sight)
    if (price === undefined) return []
    const centre = moved(price, skewPips(sight, price))
    const [bid, ask] = [limitOf(moved(centre, -DEALER_PIPS)), limitOf(moved(centre, DEALER_PIPS))]
    if (bid === 0n || sight.balance(USD) < DEALER_LOTS * bid || sight.balance(ETH) < DEALER_LOTS * AUCTION.lot) return []
    return [
      send(AUCTION.address, Order, { lots: DEALER_LOTS, limit: bid }, { funds: { [USD]: DEALER_LOTS * bid }, deadline: sight.block }),
      send(AUCTION.address, Order, { lots: DEALER_LOTS, limit: ask }, { funds: { [ETH]: DEALER_LOTS * AUCTION.lot }, deadline: sight.block }),
    ]
  },
})

export const MAKERS: readonly string[] = ["makers/one", "makers/two", "makers/three"]
export const DEALER = "makers/auction"
export const makers: readonly Agent[] = [...MAKERS.map(maker), dealer(DEALER)]
