import { BatchAuction } from "../../protocols/exchange/batch-auction/index.ts"
import { sharesOf as sharesOfStable, StablePool } from "../../protocols/exchange/stableswap/index.ts"
import { sharesOf as sharesOfWeighted, WeightedPool } from "../../protocols/exchange/weighted/index.ts"
import type { WorldInvariant } from "../scenario.ts"
import { AUCTION, ETH, ROUTER, STABLE, USD, USDC, WEIGHTED } from "./market.ts"

/** Each gives the values that break it, or undefined. The venues and the oracle declare their own. */

/** Nobody issues eth, usd or usdc. */
const nothingIssued: WorldInvariant = ({ world }, start) => {
  for (const asset of [ETH, USD, USDC]) {
    const [before, after] = [start.world.supply(asset), world.supply(asset)]
    if (before !== after) return { asset, before, after }
  }
  return undefined
}

/** Routes leave nothing with the router, and auctions nothing with the auction: everybody here takes what is paid. */
const nothingStays: WorldInvariant = ({ world }) => {
  const { keptBase, keptQuote } = world.state(BatchAuction, AUCTION.address)
  if (keptBase.size + keptQuote.size > 0) return { keptBase: keptBase.size, keptQuote: keptQuote.size }
  for (const address of [ROUTER, AUCTION.address]) {
    const [held] = world.balances(address)
    if (held !== undefined) return { address, asset: held[0], amount: held[1] }
  }
  return undefined
}

/** Shares are as many as their pools count. */
const sharesCounted: WorldInvariant = ({ world }) => {
  for (const [asset, shares] of [
    [sharesOfStable(STABLE.address), world.state(StablePool, STABLE.address).shares],
    [sharesOfWeighted(WEIGHTED.address), world.state(WeightedPool, WEIGHTED.address).shares],
  ] as const) {
    if (world.supply(asset) !== shares) return { asset, supply: world.supply(asset), shares }
  }
  return undefined
}

export const invariants = { nothingIssued, nothingStays, sharesCounted }
