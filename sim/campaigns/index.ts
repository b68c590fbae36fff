import type { Campaign } from "../campaign/campaign.ts"
import { constantProduct } from "./constant-product.ts"
import { oracle } from "./oracle.ts"
import { token } from "./token.ts"

/** A campaign for each bundled protocol: what `blockstep check <protocol>` and `npm test` run. */
export const campaigns: readonly Campaign[] = [constantProduct, oracle, token]
