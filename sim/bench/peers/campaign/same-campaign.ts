import type { Campaign } from "../../../campaign/index.ts"
import { constantProduct } from "../../../campaigns/constant-product.ts"

/**
 * The pool as it was deployed, 0.3 % fee and nobody's protocol fee, and runs as long as forge's (of up to 500 steps; 20 is what a search has
 * otherwise), so that all searchers have the same before them; no probes on forks.
 */

export const DEPTH = 500

const bare = constantProduct.oracles.filter(({ name }) => name === "trades keep x * y" || name === "reserves and shares are positive together")
const parameters = constantProduct.parameters.map(([name, values]) => [name, values.slice(0, 1)] as const)

const same: Campaign = { ...constantProduct, name: "same-campaign", oracles: bare, parameters, faults: [], stepsMax: DEPTH }
const withFaults: Campaign = { ...same, name: "same-campaign-with-faults", faults: constantProduct.faults }

export const campaigns: readonly Campaign[] = [same, withFaults]
