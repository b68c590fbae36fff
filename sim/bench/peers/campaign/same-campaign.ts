import type { Campaign } from "../../../campaign/index.ts"
import { constantProduct } from "../../../campaigns/constant-product.ts"

/** The pool as it was deployed, 0.3 % fee and nobody's protocol fee, so that all searchers have the same before them; no probes on forks. */

const bare = constantProduct.oracles.filter(({ name }) => name === "trades keep x * y" || name === "reserves and shares are positive together")
const parameters = constantProduct.parameters.map(([name, values]) => [name, values.slice(0, 1)] as const)

const same: Campaign = { ...constantProduct, name: "same-campaign", oracles: bare, parameters, faults: [] }
const withFaults: Campaign = { ...same, name: "same-campaign-with-faults", faults: constantProduct.faults }

export const campaigns: readonly Campaign[] = [same, withFaults]
