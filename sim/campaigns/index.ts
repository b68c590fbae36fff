import type { Campaign } from "../campaign/campaign.ts"
import { batchAuction } from "./batch-auction.ts"
import { concentratedLiquidity } from "./concentrated-liquidity.ts"
import { constantProduct } from "./constant-product.ts"
import { ledger } from "./ledger.ts"
import { isolatedMarket } from "./lending.ts"
import { oracle } from "./oracle.ts"
import { orderBook } from "./order-book.ts"
import { router } from "./router.ts"
import { stableswap } from "./stableswap.ts"
import { token } from "./token.ts"
import { vault } from "./vault.ts"
import { weightedPool } from "./weighted.ts"

/** A campaign for each bundled protocol: what `blockstep check <protocol>` and `npm test` run. */
export const campaigns: readonly Campaign[] = [
  constantProduct,
  concentratedLiquidity,
  stableswap,
  weightedPool,
  orderBook,
  router,
  batchAuction,
  ledger,
  isolatedMarket,
  oracle,
  token,
  vault,
]
