import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { Failure, testContext } from "../../../core/index.ts"
import { amountOutDown, ConstantProductPool, sharesOf, type PoolState } from "../../../protocols/amm/constant-product/index.ts"

/** Numbers of Uniswap's own test: test/UniswapV2Pair.spec.ts in Uniswap/v2-core. */

interface Vectors {
  readonly getInputPrice: readonly Record<"amountIn" | "reserve0" | "reserve1" | "maxAmountOut", string>[]
  readonly optimisticSameToken: readonly Record<"amountIn" | "reserve0" | "reserve1" | "amountOut", string>[]
}

const path = new URL("../../../../shared/data/vectors/uniswap-v2.json", import.meta.url)
const FEE_PIPS = 3_000

const poolWith = (reserveX: bigint, reserveY: bigint): PoolState => ({
  ...ConstantProductPool.create({ assetX: "x", assetY: "y", feePips: FEE_PIPS, feeTo: null, feeSetter: null }, "pool"),
  reserveX,
  reserveY,
  shares: reserveX,
})

/** The contract's `swap` with `amountIn` of x attached: undefined where it is accepted, else the failure's tag. */
const exchange = (reserveX: bigint, reserveY: bigint, amountIn: bigint, amountXOut: bigint, amountYOut: bigint): string | undefined => {
  const balances = { x: reserveX + amountIn, y: reserveY, [sharesOf("pool")]: 1_000n }
  const context = testContext({ self: "pool", funds: { x: amountIn }, balances })
  const answer = ConstantProductPool.handlers.Exchange(poolWith(reserveX, reserveY), { amountXOut, amountYOut }, context)
  return answer instanceof Failure ? answer._tag : undefined
}

describe("the vectors of Uniswap v2", () => {
  if (!existsSync(path)) {
    console.log(`skipped: ${path.pathname} is absent`)
    return it.skip(`are absent: ${path.pathname}`)
  }
  const vectors = JSON.parse(readFileSync(path, "utf8")) as Vectors
  const counts = [vectors.getInputPrice.length, vectors.optimisticSameToken.length]
  it(`are ${counts[0]} prices and ${counts[1]} of one asset`, () => expect(Math.min(...counts)).toBeGreaterThan(0))

  for (const vector of vectors.getInputPrice) {
    const [amountIn, reserveX, reserveY, most] = [vector.amountIn, vector.reserve0, vector.reserve1, vector.maxAmountOut].map(BigInt) as [bigint, bigint, bigint, bigint]
    it(`pays at most ${most} for ${amountIn} at ${reserveX}:${reserveY}`, () => {
      expect(amountOutDown(amountIn, reserveX, reserveY, FEE_PIPS)).toBe(most)
      expect(exchange(reserveX, reserveY, amountIn, 0n, most)).toBeUndefined()
      expect(exchange(reserveX, reserveY, amountIn, 0n, most + 1n)).toBe("amm/ProductDecreased")
    })
  }

  for (const vector of vectors.optimisticSameToken) {
    const [amountIn, reserveX, reserveY, most] = [vector.amountIn, vector.reserve0, vector.reserve1, vector.amountOut].map(BigInt) as [bigint, bigint, bigint, bigint]
    const side = `${most} of the same asset for ${amountIn} at ${reserveX}:${reserveY}`
    it(`gives at most ${side}`, () => {
      expect(exchange(reserveX, reserveY, amountIn, most, 0n)).toBeUndefined()
      expect(exchange(reserveX, reserveY, amountIn, most + 1n, 0n)).toBe("amm/ProductDecreased")
    })
  }
})
