import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { Exchange, Initialize, Mint, quoteIn, quoteOut, type Quote } from "../../../../protocols/exchange/concentrated-liquidity/index.ts"
import { endOf, openPool, poolOf, POOL, stepSoundly } from "./ours.ts"
import { stateOf } from "./snapshot.ts"

/** Published answers: the swaps of Uniswap's own tests, and what the on-chain quoter said about a real pool. */

interface Vector {
  readonly pool: string
  readonly fee: number
  readonly tickSpacing: number
  readonly sqrtPriceX96: string
  readonly positions: readonly (readonly [tickLower: number, tickUpper: number, liquidity: string])[]
  readonly swap: string
  readonly zeroForOne: boolean
  readonly amountSpecified: string
  readonly sqrtPriceLimitX96: string
  readonly expected: { readonly [name: string]: string }
}

const file = (path: string): URL => new URL(`../../../../../shared/data/${path}`, import.meta.url)

const vectorsFile = file("vectors/uniswap-v3-swaps.json")

describe.skipIf(!existsSync(vectorsFile))(`the swaps of Uniswap's own tests (${vectorsFile.pathname})`, () => {
  const vectors = existsSync(vectorsFile) ? (JSON.parse(readFileSync(vectorsFile, "utf8")) as readonly Vector[]) : []

  it("are 240, of which 50 are refused", () => {
    expect([vectors.length, vectors.filter(({ expected }) => "swapError" in expected).length]).toEqual([240, 50])
  })

  it.each(vectors.map((vector) => [vector.pool, vector.swap, vector] as const))("%s: %s", (_, __, vector) => {
    const world = openPool(vector.fee, vector.tickSpacing, 1, 2n ** 253n)
    world.send("alice", POOL, Initialize, { sqrtPriceX96: BigInt(vector.sqrtPriceX96) })
    for (const [tickLower, tickUpper, liquidity] of vector.positions) {
      world.send("bob", POOL, Mint, { tickLower, tickUpper, liquidity: BigInt(liquidity), amount0Min: 0n, amount1Min: 0n }, { funds: { x: 2n ** 250n, y: 2n ** 250n } })
    }
    for (const receipt of stepSoundly(world)) expect(endOf(receipt)).toBe("accepted")
    const before = poolOf(world)
    const balances = { x: world.balance(POOL, "x"), y: world.balance(POOL, "y") }
    const { zeroForOne, expected } = vector
    const payload = { zeroForOne, amountSpecified: BigInt(vector.amountSpecified), sqrtPriceLimitX96: BigInt(vector.sqrtPriceLimitX96) }
    world.send("alice", POOL, Exchange, payload, { funds: { [zeroForOne ? "x" : "y"]: 2n ** 253n } })
    const [receipt] = stepSoundly(world)
    expect(before.tick).toBe(Number(expected["tickBefore"]))
    const after = poolOf(world)
    if ("swapError" in expected) {
      expect(endOf(receipt)).toBe("clmm/PriceLimitInvalid")
      expect(after).toBe(before)
      expect([String(balances.x), String(balances.y)]).toEqual([expected["poolBalance0"], expected["poolBalance1"]])
      return
    }
    const { amount0, amount1 } = (receipt as unknown as { readonly reply: { readonly amount0: bigint; readonly amount1: bigint } }).reply
    const told = {
      amount0Before: String(balances.x),
      amount1Before: String(balances.y),
      amount0Delta: String(amount0),
      amount1Delta: String(amount1),
      feeGrowthGlobal0X128Delta: String(after.feeGrowthGlobal0X128 - before.feeGrowthGlobal0X128),
      feeGrowthGlobal1X128Delta: String(after.feeGrowthGlobal1X128 - before.feeGrowthGlobal1X128),
      tickAfter: String(after.tick),
    }
    expect(expected).toMatchObject(told)
    expect([world.balance(POOL, "x"), world.balance(POOL, "y")]).toEqual([balances.x + amount0, balances.y + amount1])
  })
})

const quotesFile = file("quotes/uniswap-v3-wbtc-weth.quotes.json")
const stateFile = file("quotes/uniswap-v3-wbtc-weth.state.json")

describe.skipIf(!existsSync(quotesFile))(`the on-chain quoter's answers (${quotesFile.pathname})`, () => {
  // Integers beyond 2^53 are read as text.
  const exact = (url: URL): unknown => JSON.parse(readFileSync(url, "utf8").replaceAll(/(?<=[:[\s])-?\d+(?=[,\s\]}])/g, '"$&"'))
  const entries = existsSync(quotesFile) ? Object.entries((exact(quotesFile) as { readonly entries: { readonly [key: string]: { readonly value: string } } }).entries) : []
  const pool = existsSync(stateFile) ? stateOf(exact(stateFile) as Parameters<typeof stateOf>[0]) : undefined

  it("are 80", () => expect(entries.length).toBe(80))

  it.each(entries)("%s", (key, { value }) => {
    const [, method, pair = "", amount = ""] = key.split("|")
    const assetIn = pair.split("->")[0] as string
    const out = method === "quoteExactInputSingle"
    const quote = (out ? quoteOut : quoteIn)(pool as NonNullable<typeof pool>, assetIn, BigInt(amount)) as Quote
    expect(String(out ? quote.amountOut : quote.amountIn)).toBe(value)
  })
})
