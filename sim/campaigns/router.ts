import { actor } from "../../core/index.ts"
import { AddLiquidity, ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { ConcentratedLiquidityPool, Initialize, Mint } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { Hop, Route, RouteCompleted, Router } from "../../protocols/exchange/router/index.ts"
import { AddLiquidity as AddCoins, StablePool } from "../../protocols/exchange/stableswap/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle } from "../campaign/oracle.ts"
import { amounts, NOBODY, type Drawing } from "../campaign/values.ts"

/** What routes promise, in our words, over venues of three kinds, one where nobody lives and one that knows no routes. */

const RICH = 10n ** 18n
const UNIT = 10n ** 9n
const USERS = ["alice", "bob"] as const
const VENUES: { readonly [venue: string]: readonly string[] } = { "cp/ab": ["a", "b"], "stable/bc": ["b", "c"], "v3/ac": ["a", "c"], [NOBODY]: ["a", "b", "c"], router: ["a", "b", "c"] }

/** Legs that fit to each other from an asset on, mostly; now and then by a venue that does nothing, or for more than there is. */
const legsFrom = (asset: string, most: number, draw: Drawing["draw"]) => {
  let held = asset
  return Array.from({ length: 1 + draw.below(most) }, () => {
    const fitting = Object.keys(VENUES).filter((venue) => VENUES[venue]?.includes(held) && (/\//.test(venue) || draw.below(8) === 0))
    const venue = fitting[draw.below(fitting.length)] as string
    const others = (VENUES[venue] as readonly string[]).filter((other) => other !== held)
    held = others[draw.below(others.length)] as string
    return { venue, assetOut: held, minimumOut: [0n, 0n, 1n, UNIT, RICH][draw.below(5)] as bigint }
  })
}

const route = ({ draw, sight }: Drawing) => {
  const parts = Array.from({ length: 1 + draw.below(3) }, () => ({ amountIn: UNIT, legs: legsFrom("a", 4, draw) }))
  return { parts, minimumOut: 0n, deadline: sight.world.height + 1 + [0, 2, 5, 50][draw.below(4)]! }
}

/** The first venue of a hop is the one that it is sent to. */
const hop = ({ draw, sight, from }: Drawing) => {
  const rest = legsFrom("b", 3, draw)
  return { assetOut: "b", minimumOut: [0n, 1n, UNIT][draw.below(3)] as bigint, to: from, rest, deadline: sight.world.height + 1 + [0, 2, 50][draw.below(3)]! }
}

/** Who is paid at the end of a route is paid at least the last leg's minimum. */
const minimumHonoured = Oracle.make("a completed route honours its minimum", () => ({
  block: ({ block }) => {
    for (const { events, message, payload, to } of block.raw.ended) {
      for (const { event, fields } of message === Hop ? (events ?? []) : []) {
        if (event !== RouteCompleted) continue
        const { amountOut, assetOut } = fields as unknown as { readonly amountOut: bigint; readonly assetOut: string }
        const { minimumOut, assetOut: wanted } = payload as { readonly minimumOut: bigint; readonly assetOut: string }
        if (amountOut < minimumOut || amountOut === 0n || assetOut !== wanted) return { venue: to, amountOut, minimumOut, assetOut, wanted }
      }
    }
    return undefined
  },
}))

/** When nothing is under way, a router holds nothing, where no fault or order kept it from paying. */
const nothingStays = Oracle.whenQuiet("nothing stays with the router", ({ world, departed }) => {
  const [held] = world.balances("router")
  return departed || held === undefined ? undefined : { asset: held[0], amount: held[1] }
})

export const router = Campaign.make({
  name: "router",
  world: {
    accounts: { ...Object.fromEntries(USERS.map((name) => [name, { a: RICH, b: RICH, c: RICH }])), maker: { a: RICH, b: RICH, c: RICH } },
    actors: [
      actor("router", Router, {}),
      actor("cp/ab", ConstantProductPool, { assetX: "a", assetY: "b", feePips: 3_000, feeTo: null, feeSetter: null }),
      actor("stable/bc", StablePool, { coins: ["b", "c"].map((asset) => ({ asset, decimals: 9 })), amplification: 200n, feeE10: 4_000_000n, adminFeeE10: 0n, owner: null }),
      actor("v3/ac", ConcentratedLiquidityPool, { asset0: "a", asset1: "c", feePips: 500, tickSpacing: 10, owner: null }),
    ],
  },
  prepare: (world) => {
    world.send("maker", "cp/ab", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: { a: 1_000n * UNIT, b: 1_000n * UNIT } })
    world.send("maker", "stable/bc", AddCoins, { minimumShares: 0n }, { funds: { b: 1_000n * UNIT, c: 1_000n * UNIT } })
    world.send("maker", "v3/ac", Initialize, { sqrtPriceX96: 2n ** 96n })
    world.send("maker", "v3/ac", Mint, { tickLower: -600, tickUpper: 600, liquidity: 100n * UNIT, amount0Min: 0n, amount1Min: 0n }, { funds: { a: 100n * UNIT, c: 100n * UNIT } })
    world.settle()
  },
  actions: [
    action(Route, "router", { weight: 3, from: USERS, funds: { a: [UNIT] }, payload: route }),
    action(Route, "router", { name: "routeTwo", weight: 2, from: USERS, funds: { a: [2n * UNIT] }, payload: route }),
    action(Route, "router", { name: "routeThree", weight: 2, from: USERS, funds: { a: [3n * UNIT] }, payload: route }),
    action(Hop, "cp/ab", { weight: 4, from: USERS, funds: { a: amounts(50n * UNIT) }, payload: hop }),
    action(Hop, "stable/bc", { name: "hopAtStable", weight: 2, from: USERS, funds: { c: amounts(50n * UNIT) }, payload: hop }),
  ],
  oracles: [minimumHonoured, nothingStays],
  faults: true,
})
