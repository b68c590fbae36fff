/** A small town of venues of every kind, for routes: who trades what with whom. */
import { Actor, actor, AssetId, World, type Genesis } from "../../../core/index.ts"
import { AddLiquidity, ConstantProductPool } from "../../../protocols/amm/constant-product/index.ts"
import { ConcentratedLiquidityPool, Initialize, Mint } from "../../../protocols/exchange/concentrated-liquidity/index.ts"
import { LimitOrder, OrderBook } from "../../../protocols/exchange/order-book/index.ts"
import { Hop, Router } from "../../../protocols/exchange/router/index.ts"
import { AddLiquidity as AddCoins, StablePool } from "../../../protocols/exchange/stableswap/index.ts"
import { AddLiquidity as AddTokens, WeightedPool } from "../../../protocols/exchange/weighted/index.ts"

export const UNIT = 10n ** 12n
/** Handles a leg by keeping what is attached. */
export const Hostile = Actor.make("test/Hostile", {
  params: {},
  state: { last: AssetId },
  messages: { Hop },
  create: () => ({ last: "none" }),
  handlers: { Hop: (_, { assetOut }) => ({ state: { last: assetOut } }) },
})

/** By venue: the assets that it trades for each other. `ghost` does not live, `maker` is an account, `hostile` keeps everything. */
export const VENUES: { readonly [venue: string]: readonly string[] } = {
  "cp/ab": ["a", "b"],
  "cp/bc": ["b", "c"],
  "stable/bcd": ["b", "c", "d"],
  "weighted/acd": ["a", "c", "d"],
  "book/cd": ["c", "d"],
  "book/ab": ["a", "b"],
  "v3/bd": ["b", "d"],
  ghost: ["a", "b", "c", "d"],
  maker: ["a", "b", "c", "d"],
  hostile: ["a", "b", "c", "d"],
}
export const ROUTERS = ["router/1", "router/2"] as const

const book = (base: string, quote: string) => ({ base, quote, lot: 1_000n, tick: 10n, makerFeePips: 100, takerFeePips: 300, owner: null })
const pool = (assetX: string, assetY: string) => ({ assetX, assetY, feePips: 3_000, feeTo: null, feeSetter: null })

/** The venues, filled by `maker`; the traders hold a, b, c and d. */
export const openStreets = (traders: readonly string[], settings: Pick<Genesis, "limits" | "ordering">): World => {
  const purse = { a: 10n ** 20n, b: 10n ** 20n, c: 10n ** 20n, d: 10n ** 20n }
  const world = World.make(
    {
      accounts: { maker: { a: 10n ** 30n, b: 10n ** 30n, c: 10n ** 30n, d: 10n ** 30n }, ...Object.fromEntries(traders.map((name) => [name, purse])) },
      actors: [
        actor("cp/ab", ConstantProductPool, pool("a", "b")),
        actor("cp/bc", ConstantProductPool, pool("b", "c")),
        actor("stable/bcd", StablePool, { coins: ["b", "c", "d"].map((asset) => ({ asset, decimals: 12 })), amplification: 200n, feeE10: 4_000_000n, adminFeeE10: 0n, owner: null }),
        actor("weighted/acd", WeightedPool, {
          tokens: ["a", "c", "d"].map((asset, token) => ({ asset, decimals: 12, weightE18: [5n, 3n, 2n][token] as bigint * 10n ** 17n })),
          feeE18: 10n ** 15n,
          protocolFeeE18: 0n,
          collector: null,
          owner: null,
        }),
        actor("book/cd", OrderBook, book("c", "d")),
        actor("book/ab", OrderBook, book("a", "b")),
        actor("v3/bd", ConcentratedLiquidityPool, { asset0: "b", asset1: "d", feePips: 3_000, tickSpacing: 60, owner: null }),
        actor("hostile", Hostile, {}),
        ...ROUTERS.map((address) => actor(address, Router, {})),
      ],
      ...settings,
    },
    { strict: true },
  )
  const fill = (at: string, assets: readonly string[]) => Object.fromEntries(assets.map((asset) => [asset, 5_000n * UNIT + BigInt(at.length) * UNIT]))
  for (const at of ["cp/ab", "cp/bc"]) {
    world.send("maker", at, AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: fill(at, VENUES[at] as readonly string[]) })
    world.settle()
  }
  world.send("maker", "stable/bcd", AddCoins, { minimumShares: 0n }, { funds: fill("stable/bcd", ["b", "c", "d"]) })
  world.settle()
  world.send("maker", "weighted/acd", AddTokens, { minimumShares: 0n }, { funds: fill("weighted/acd", ["a", "c", "d"]) })
  world.settle()
  // Little liquidity around a price of 1: some routes bring more than it is enough for.
  world.send("maker", "v3/bd", Initialize, { sqrtPriceX96: 2n ** 96n })
  for (const width of [600, 6_000]) {
    const range = { tickLower: -width, tickUpper: width, amount0Min: 0n, amount1Min: 0n }
    world.send("maker", "v3/bd", Mint, { ...range, liquidity: 60n * UNIT }, { funds: { b: 100n * UNIT, d: 100n * UNIT } })
  }
  world.settle()
  for (const at of ["book/cd", "book/ab"]) {
    const [base, quote] = VENUES[at] as [string, string]
    for (let step = 1; step <= 6; step++) {
      const lots = 10 ** 8 * step
      const order = { lots, kind: "post-only", goodTill: null, selfTrade: "cancel-taking" } as const
      world.send("maker", at, LimitOrder, { ...order, side: "buy", price: 100 - step }, { funds: { [quote]: BigInt(lots) * BigInt(100 - step) * 10n } })
      world.step()
      world.send("maker", at, LimitOrder, { ...order, side: "sell", price: 100 + step }, { funds: { [base]: BigInt(lots) * 1_000n } })
      world.step()
    }
  }
  world.settle()
  return world
}
