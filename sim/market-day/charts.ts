import { depthChart, poolDepthChart } from "../metrics/depth.ts"
import { gapsChart, pricesChart } from "../metrics/price-charts.ts"
import { agentResultsChart, groupResultsChart, groupTotalsChart } from "../metrics/result-charts.ts"
import { feesChart, volumesChart } from "../metrics/trade-charts.ts"
import type { Chart } from "../report/chart.ts"
import { VAULT_SHARES } from "./credit.ts"
import { lendingCharts, vaultCharts } from "./credit-charts.ts"
import { SHARES_30, SHARES_5 } from "./market.ts"
import { market, priceSources } from "./metrics.ts"

/** What the report draws, section by section. */
export const charts: { readonly [name: string]: Chart } = {
  totals: groupTotalsChart("Who won, who lost", "USD", market),
  groups: groupResultsChart("Who won, who lost", "USD", market),
  agents: agentResultsChart("Who won, who lost", "USD", market),
  prices: pricesChart("Prices", "Price of one eth", "USD", priceSources),
  gaps: gapsChart("Prices", "Gap to the outside price", priceSources),
  ...lendingCharts,
  ...vaultCharts,
  depth: depthChart("Liquidity and trades", "USD", market),
  poolDepth: poolDepthChart("Liquidity and trades", "USD", market),
  volumes: volumesChart("Liquidity and trades", "USD", market),
  fees: feesChart("Liquidity and trades", "USD", market),
}

/** A pool's share stands for sqrt(eth units * usd units): 12 decimals. */
export const decimals = { eth: 18, usd: 6, [SHARES_30]: 12, [SHARES_5]: 12, [VAULT_SHARES]: 6 }
