import { exchangeDay } from "./exchange-day/index.ts"
import { marketDay } from "./market-day/index.ts"
import type { Scenario } from "./scenario.ts"

/** Scenarios that the command line knows by name. */
export const BUNDLED: { readonly [name: string]: Scenario } = { [marketDay.name]: marketDay, [exchangeDay.name]: exchangeDay }
