import type { WorldInvariant } from "../scenario.ts"
import { ETH, POOLS, USD } from "./market.ts"

/** Each gives the values that break it, or undefined. The pools and the oracle declare their own. */

/** Nobody issues eth or usd. */
const nothingIssued: WorldInvariant = ({ world }, start) => {
  for (const asset of [ETH, USD]) {
    const [before, after] = [start.world.supply(asset), world.supply(asset)]
    if (before !== after) return { asset, before, after }
  }
  return undefined
}

/** What the pools hold, nobody else does: it is at most what there is. */
const poolsWithinSupply: WorldInvariant = ({ world }) => {
  for (const asset of [ETH, USD]) {
    const pooled = POOLS.reduce((sum, { address }) => sum + world.balance(address, asset), 0n)
    if (pooled > world.supply(asset)) return { asset, pooled, supply: world.supply(asset) }
  }
  return undefined
}

export const invariants = { nothingIssued, poolsWithinSupply }
