import uranium from "../zoo/07-uranium.ts"
import quotes from "../zoo/38-burgerswap.ts"
import { infeasible as all } from "../zoo/infeasible.ts"

/** A zoo of two entries and two targets. */
export const infeasible = all.slice(0, 2)

export default [uranium, quotes]
