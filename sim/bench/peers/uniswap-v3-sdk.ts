import { createRequire } from "node:module"
import type * as Core from "@uniswap/sdk-core"
import type * as Sdk from "@uniswap/v3-sdk"
import type Jsbi from "jsbi"
import { EVERYTHING, FEE_PIPS, poolBefore, SPACING } from "../workloads/concentrated-pool.ts"
import { timed, type Kind, type Peer } from "./peer.ts"
import { courseNamed, endOf } from "./v3.ts"

/** The library with which frontends and searchers quote Uniswap v3: each swap on the pool that the one before left. */

// Its modules for `import` name files that are not there, and JSBI's types a default export that `import` does not give.
const require = createRequire(import.meta.url)

const TRANSACTIONS = 400

export const peer = (kind: Kind): Peer => ({
  name: "@uniswap/v3-sdk",
  packages: ["@uniswap/v3-sdk", "@uniswap/sdk-core", "jsbi"],
  workload: kind,
  more: "runs where there are no bigints; tokens, fractions and routes around it",
  less: "no accounts, money, positions, fee growth, oracle, messages or blocks: it only says what a swap would pay",
  transactions: TRANSACTIONS,
  prepare: async () => {
    const { CurrencyAmount, Token } = require("@uniswap/sdk-core") as typeof Core
    const { Pool, TickListDataProvider } = require("@uniswap/v3-sdk") as typeof Sdk
    const JSBI = require("jsbi") as (typeof Jsbi)["default"]
    const tokens = [1, 2].map((digit) => new Token(1, `0x${String(digit).repeat(40)}`, 18)) as [Core.Token, Core.Token]
    const course = courseNamed(kind)
    const before = poolBefore(course)
    const end = endOf(course, TRANSACTIONS)
    const ticks = [...before.ticks].map(([index, { liquidityGross, liquidityNet }]) => ({ index, liquidityGross: String(liquidityGross), liquidityNet: String(liquidityNet) }))
    const limits = [course.highX96, course.lowX96].map((limit) => JSBI.BigInt(String(limit))) as [Jsbi.default, Jsbi.default]
    return async () => {
      const provider = new TickListDataProvider(ticks, SPACING)
      let pool = new Pool(...tokens, FEE_PIPS, String(before.sqrtPriceX96), String(before.liquidity), before.tick, provider)
      const outcome = await timed(TRANSACTIONS, async () => {
        for (let index = 0; index < TRANSACTIONS; index++) {
          const amount = CurrencyAmount.fromRawAmount(tokens[index % 2 === 0 ? 1 : 0], String(EVERYTHING))
          pool = (await pool.getOutputAmount(amount, limits[index % 2] as Jsbi.default))[1]
        }
      })
      if (String(pool.sqrtRatioX96) !== String(end.sqrtPriceX96) || String(pool.liquidity) !== String(end.liquidity)) {
        throw new Error(`the SDK ended at ${pool.sqrtRatioX96} and ${pool.liquidity} instead of ${end.sqrtPriceX96} and ${end.liquidity}`)
      }
      return outcome
    }
  },
})
