import type { World } from "../../core/index.ts"
import { sharesOf as sharesOfPair } from "../../protocols/amm/constant-product/index.ts"
import { AuctionView } from "../../protocols/exchange/batch-auction/index.ts"
import { OrderBook } from "../../protocols/exchange/order-book/index.ts"
import { sharesOf as sharesOfStable } from "../../protocols/exchange/stableswap/index.ts"
import { sharesOf as sharesOfWeighted } from "../../protocols/exchange/weighted/index.ts"
import { gapsChart, pricesChart } from "../metrics/price-charts.ts"
import { agentResultsChart, groupResultsChart, groupTotalsChart } from "../metrics/result-charts.ts"
import type { Chart } from "../report/chart.ts"
import { DEPTHS } from "./depth.ts"
import { AUCTION, BOOK, priceOfLimit, priceOfTicks, STABLE, USDC, V2, WEIGHTED } from "./market.ts"
import { priceSources } from "./metrics.ts"
import { paymentsChart } from "./payments.ts"
import { routesChart } from "./routes.ts"
import { feesChart, volumesChart } from "./venues.ts"
import { market } from "./wealth.ts"

const WON = "Who won, who lost, who paid whom"
const PRICES = "Prices by venue"
const DEPTH = "Depth"
const TRADES = "Trades and routes"
const USD = { name: "USD", decimals: 6, places: 0 }
const PRICE = { name: "USD", decimals: 18, places: 2 }

const bestBid = (world: World): number | undefined => world.state(OrderBook, BOOK.address).bids.last()?.[0]
const bestAsk = (world: World): number | undefined => world.state(OrderBook, BOOK.address).asks.first()?.[0]
const priceAt = (ticks: number | undefined): bigint | undefined => (ticks === undefined ? undefined : priceOfTicks(ticks))

/** A price of the last clearing, where that was in this block. */
const cleared = (world: World, of: "price" | "marginBuy" | "marginSell"): bigint | undefined => {
  const view = world.view(AuctionView, AUCTION.address)
  return view === undefined || view.height !== world.height ? undefined : priceOfLimit(view[of])
}

const bookDepth = DEPTHS.find(({ name }) => name === "order book")?.read ?? (() => 0n)

/** What the report draws, section by section. */
export const charts: { readonly [name: string]: Chart } = {
  totals: groupTotalsChart(WON, "USD", market),
  groups: groupResultsChart(WON, "USD", market),
  payments: paymentsChart(WON),
  agents: agentResultsChart(WON, "USD", market),
  prices: pricesChart(PRICES, "Price of one eth", "USD", priceSources),
  gaps: gapsChart(PRICES, "Gap to the outside price", priceSources),
  book: {
    kind: "lines",
    section: PRICES,
    title: "Best bid and ask of the order book",
    note: "At the end of a block; nothing is drawn while a side is empty.",
    unit: PRICE,
    lines: [
      { name: "outside", read: ({ price }) => price, reference: true },
      { name: "best bid", read: ({ world }) => priceAt(bestBid(world)) },
      { name: "best ask", read: ({ world }) => priceAt(bestAsk(world)) },
    ],
  },
  clearing: {
    kind: "lines",
    section: PRICES,
    title: "Clearing price of the batch auction",
    note: "The one price of each block in which something was traded, between the limits of the last seller and the last buyer served.",
    unit: PRICE,
    lines: [
      { name: "outside", read: ({ price }) => price, reference: true },
      { name: "clearing price", read: ({ world }) => cleared(world, "price") },
      { name: "last buyer's limit", read: ({ world }) => cleared(world, "marginBuy") },
      { name: "last seller's limit", read: ({ world }) => cleared(world, "marginSell") },
    ],
  },
  depth: {
    kind: "lines",
    section: DEPTH,
    title: "Depth by venue, 1 % up",
    note: "USD that it takes to move a venue's price up by 1 %: of the book, what rests within it. Fees are not counted.",
    unit: USD,
    stacked: true,
    lines: DEPTHS.map(({ name, read }) => ({ name, read: ({ world }) => read(world, 10_000) })),
  },
  depthNear: {
    kind: "lines",
    section: DEPTH,
    title: "Depth by venue, 0.1 % up",
    note: "The same for a tenth of a percent: where trades of an ordinary size happen.",
    unit: USD,
    stacked: true,
    lines: DEPTHS.map(({ name, read }) => ({ name, read: ({ world }) => read(world, 1_000) })),
  },
  bookDepth: {
    kind: "lines",
    section: DEPTH,
    title: "Depth of the order book",
    note: "USD that rests within 0.1 % and 1 % of the middle: offered for sale above zero, bid below.",
    unit: USD,
    limits: [{ name: "", value: 0n }],
    lines: ([["asks within 1 %", 10_000], ["asks within 0.1 %", 1_000], ["bids within 0.1 %", -1_000], ["bids within 1 %", -10_000]] as const).map(([name, pips]) => ({
      name,
      read: ({ world }) => bookDepth(world, pips),
    })),
  },
  volumes: volumesChart(TRADES),
  fees: feesChart(TRADES),
  routes: routesChart(TRADES),
}

/** Shares of the v2 pool stand for sqrt(eth units * usd units): 12 decimals; of the other two for amounts with 18. */
export const decimals = { eth: 18, usd: 6, [USDC]: 6, [sharesOfPair(V2.address)]: 12, [sharesOfStable(STABLE.address)]: 18, [sharesOfWeighted(WEIGHTED.address)]: 18 }
