import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { getD, getDy, quoteOut, scaledBalances, StablePool, type PoolState } from "../../../protocols/exchange/stableswap/index.ts"

/** What Curve's 3pool on mainnet answered to get_dy at one block; the data lie beside the checkout. */

const FOLDER = new URL("../../../../shared/data/quotes/", import.meta.url)
const present = existsSync(new URL("curve-3pool.quotes.json", FOLDER))
/** Numbers of any size as decimal strings. */
const exact = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8").replaceAll(/([\s:[])(\d+)(?=[,\s\]}])/g, '$1"$2"'))

describe("the answers of Curve's 3pool on mainnet", () => {
  if (!present) it.skip("(no shared/data/quotes/curve-3pool.quotes.json beside the checkout)", () => undefined)
  else {
    const state = exact("curve-3pool.state.json")
    const { entries } = exact("curve-3pool.quotes.json") as { readonly entries: { readonly [key: string]: { readonly value: string } } }
    const names = (state.tokens as readonly { readonly symbol: string }[]).map(({ symbol }) => symbol)
    const decimals = (state.tokens as readonly { readonly decimals: string }[]).map((token) => Number(token.decimals))
    const time = Number(state.block_timestamp)
    const pool: PoolState = {
      ...StablePool.create({ coins: names.map((asset, coin) => ({ asset, decimals: decimals[coin] as number })), amplification: 1n, feeE10: BigInt(state.fee), adminFeeE10: BigInt(state.admin_fee), owner: null }, "pool"),
      balances: (state.balances as readonly string[]).map(BigInt),
      shares: BigInt(state.lp_token_total_supply),
      initialA: BigInt(state.initial_a),
      futureA: BigInt(state.future_a),
      initialATime: Number(state.initial_a_time),
      futureATime: Number(state.future_a_time),
    }
    const cases = Object.entries(entries).map(([key, { value }]) => {
      const [, , pair, amount] = key.split("|") as [string, string, string, string]
      return { pair, sides: pair.split("->") as [string, string], amountIn: BigInt(amount), answer: BigInt(value) }
    })

    it("are eighteen", () => expect(cases.length).toBe(18))
    for (const { pair, sides, amountIn, answer } of cases) {
      it(`get_dy ${pair} of ${amountIn}: ${answer}`, () => {
        expect(getDy(pool, names.indexOf(sides[0]), names.indexOf(sides[1]), amountIn, time)).toBe(answer)
        const paid = quoteOut(pool, sides[0], amountIn, sides[1], time)
        // The trade itself takes its fee from other units than the view: never more, and less by at most one.
        expect([answer, answer - 1n, answer + 1n]).toContain(paid)
      })
    }

    it("give the virtual price that the chain had", () => {
      const d = getD(scaledBalances(pool.balances, pool.decimals), pool.futureA)
      expect((d * 10n ** 18n) / pool.shares).toBe(BigInt(state.virtual_price))
    })
  }
})
