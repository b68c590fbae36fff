import { send, type Send } from "../../core/index.ts"
import { AddLiquidity, PoolView } from "../../protocols/amm/constant-product/index.ts"
import { AddLiquidity as AddCoins } from "../../protocols/exchange/stableswap/index.ts"
import { AddLiquidity as AddTokens } from "../../protocols/exchange/weighted/index.ts"
import type { Agent } from "../agent.ts"
import { DOLLAR, ETH, STABLE, USD, USDC, V2, WEIGHTED } from "./market.ts"

/** Part of the v2 pool's depth that each brings, in percent; the first founds it. */
export const V2_PROVIDERS: readonly { readonly account: string; readonly percent: bigint }[] = [
  { account: "v2/founder", percent: 50n },
  { account: "v2/second", percent: 30n },
  { account: "v2/third", percent: 20n },
]

/** Puts all that it has into the v2 pool, and stays. */
const provider = (account: string, founds: boolean): Agent => ({
  account,
  group: "pool providers",
  act: (sight) => {
    const founded = (sight.view(PoolView, V2.address)?.shares ?? 0n) > 0n
    const [eth, usd] = [sight.balance(ETH), sight.balance(USD)]
    if (founds ? sight.block !== 1 : !founded || usd < DOLLAR || eth === 0n) return []
    return [send(V2.address, AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 1n }, { funds: { [ETH]: eth, [USD]: usd } })]
  },
})

export const BRIDGE = "bridge/founder"

/** Founds the stable pool with its usd and as much usdc, and the weighted one with eth and the rest of its usdc; stays. */
const bridge: Agent = {
  account: BRIDGE,
  group: "pool providers",
  act: (sight): readonly Send[] => {
    if (sight.block !== 1) return []
    const [usd, usdc] = [sight.balance(USD), sight.balance(USDC)]
    return [
      send(STABLE.address, AddCoins, { minimumShares: 1n }, { funds: { [USD]: usd, [USDC]: usd } }),
      send(WEIGHTED.address, AddTokens, { minimumShares: 1n }, { funds: { [ETH]: sight.balance(ETH), [USDC]: usdc - usd } }),
    ]
  },
}

export const providers: readonly Agent[] = [...V2_PROVIDERS.map(({ account }, index) => provider(account, index === 0)), bridge]
