import type { Campaign } from "../campaign/campaign.ts"
import { constantProduct } from "./constant-product.ts"
import { isolatedMarket } from "./lending.ts"
import { oracle } from "./oracle.ts"
import { token } from "./token.ts"
import { vault } from "./vault.ts"

/** A campaign for each bundled protocol: what `blockstep check <protocol>` and `npm test` run. */
export const campaigns: readonly Campaign[] = [constantProduct, isolatedMarket, oracle, token, vault]
