import { MAX_UINT256, send, type Send } from "../../core/index.ts"
import { Harvest } from "../../protocols/lending/market-strategy/index.ts"
import { Allocate, Deallocate, Serve, SetStrategy, Vault } from "../../protocols/vault/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { ALLOCATOR, marketOf, RESERVE, STRATEGY, utilizationPips, VAULT } from "./credit.ts"
import { DOLLAR } from "./market.ts"

/** Every five minutes the share price learns of the interest, every two the money is looked after. */
const HARVEST_BLOCKS = 25
const LOOK_BLOCKS = 10
/** Parts of the vault's assets, in percent: kept idle, kept in the reserve. */
const IDLE_PERCENT = 3n
const RESERVE_PERCENT = 7n
/** Below this part the reserve is filled up again from the market. */
const RESERVE_LOW_PERCENT = 4n
/** The market gets no more above this utilization. */
const UTILIZATION_MAX_PIPS = 940_000n
const MOVE_MIN = 100n * DOLLAR

/** Manages the vault: names its strategies, lends, recalls, harvests, and lets it serve those who wait. */
export const allocator: Agent = {
  account: ALLOCATOR,
  group: "allocator",
  act: (sight) => {
    if (sight.block === 1) return [RESERVE, STRATEGY].map((strategy) => send(VAULT, SetStrategy, { strategy, lentMax: MAX_UINT256 }))
    const harvests = sight.block % HARVEST_BLOCKS === 0 ? [send(STRATEGY, Harvest, {})] : []
    return sight.block % LOOK_BLOCKS === 0 ? [...harvests, ...allocate(sight)] : harvests
  },
}

const allocate = (sight: Sight): readonly Send[] => {
  const { idle, lent, waiting, strategies } = sight.state(Vault, VAULT)
  if (waiting.size > 0) return [send(VAULT, Serve, {})]
  const total = idle + lent
  const reserved = strategies.get(RESERVE)?.lent ?? 0n
  const inMarket = strategies.get(STRATEGY)?.lent ?? 0n
  const free = idle - (total * IDLE_PERCENT) / 100n
  const wanted = (total * RESERVE_PERCENT) / 100n - reserved
  if (free > MOVE_MIN) {
    const toReserve = wanted <= 0n ? 0n : wanted < free ? wanted : free
    const toMarket = free - toReserve
    return [
      ...(toReserve > MOVE_MIN ? [send(VAULT, Allocate, { strategy: RESERVE, assets: toReserve })] : []),
      ...(toMarket > MOVE_MIN && utilizationPips(marketOf(sight)) < UTILIZATION_MAX_PIPS ? [send(VAULT, Allocate, { strategy: STRATEGY, assets: toMarket })] : []),
    ]
  }
  if (reserved + idle > (total * RESERVE_LOW_PERCENT) / 100n || inMarket === 0n) return []
  const market = marketOf(sight)
  const liquid = market.totalSupplyAssets - market.totalBorrowAssets
  const assets = [wanted, inMarket, liquid].reduce((least, amount) => (amount < least ? amount : least))
  return assets > MOVE_MIN ? [send(VAULT, Deallocate, { strategy: STRATEGY, assets })] : []
}
