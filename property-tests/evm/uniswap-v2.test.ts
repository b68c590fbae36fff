import { existsSync, readFileSync } from "node:fs"
import { beforeAll, beforeEach, describe, expect, it } from "vitest"
import { method } from "./abi.ts"
import type { Address } from "./evm.ts"
import { amountOutOf, openUniswapV2, type UniswapV2, zeroAddress } from "./uniswap-v2.ts"

const unit = 10n ** 18n
const k = { ok: false, reason: "UniswapV2: K" }

let v2: UniswapV2
let alice: Address
let bob: Address

beforeAll(async () => {
  v2 = await openUniswapV2()
  ;[alice, bob] = v2.actors
})
beforeEach(() => v2.reset())

describe("the original Uniswap v2, in its bytecode", () => {
  it("orders its tokens by address and starts empty", async () => {
    expect(BigInt(v2.token0)).toBeLessThan(BigInt(v2.token1))
    expect(await v2.state()).toMatchObject({ reserve0: 0n, reserve1: 0n, totalSupply: 0n, kLast: 0n })
    expect(await v2.balancesOf(bob)).toEqual({ token0: 2n ** 128n, token1: 2n ** 128n, shares: 0n })
  })

  it("mints sqrt(x * y) - 1000 shares to the first provider", async () => {
    expect(await v2.mintLiquidity(alice, unit, 4n * unit)).toMatchObject({ ok: true, shares: 2n * unit - 1000n })
    expect(await v2.state()).toMatchObject({ reserve0: unit, reserve1: 4n * unit, totalSupply: 2n * unit })
    expect((await v2.balancesOf(zeroAddress)).shares).toBe(1000n)
  })

  it("returns to the provider all but the locked shares' part", async () => {
    await v2.mintLiquidity(alice, 3n * unit, 3n * unit)
    const burnt = await v2.burn(alice, 3n * unit - 1000n, bob)
    expect(burnt).toMatchObject({ ok: true, amount0: 3n * unit - 1000n, amount1: 3n * unit - 1000n })
    expect(await v2.state()).toMatchObject({ reserve0: 1000n, reserve1: 1000n, totalSupply: 1000n })
  })

  it("refuses one unit more than the formula, and undoes the payment", async () => {
    await v2.mintLiquidity(alice, 5n * unit, 10n * unit)
    const amount1Out = amountOutOf(unit, 5n * unit, 10n * unit)
    expect(await v2.swap(bob, { amount0In: unit, amount1Out: amount1Out + 1n })).toMatchObject(k)
    expect((await v2.balancesOf(bob)).token0).toBe(2n ** 128n)
    expect(await v2.swap(bob, { amount0In: unit, amount1Out })).toMatchObject({ ok: true })
    expect(await v2.balancesOf(bob)).toMatchObject({ token0: 2n ** 128n - unit, token1: 2n ** 128n + amount1Out })
  })

  it("accumulates prices over the seconds that pass", async () => {
    await v2.mintLiquidity(alice, 3n * unit, 12n * unit)
    v2.evm.setTime(v2.evm.time + 10n)
    await v2.sync(bob)
    expect(await v2.state()).toMatchObject({
      blockTimestampLast: 1_700_000_010n,
      price0CumulativeLast: 4n * 2n ** 112n * 10n,
      price1CumulativeLast: (2n ** 112n / 4n) * 10n,
    })
  })

  it("counts seconds modulo 2^32", async () => {
    v2.evm.setTime(2n ** 32n - 1n)
    await v2.mintLiquidity(alice, unit, unit)
    v2.evm.setTime(2n ** 32n + 4n)
    await v2.sync(bob)
    expect(await v2.state()).toMatchObject({ blockTimestampLast: 4n, price0CumulativeLast: 5n * 2n ** 112n })
  })

  // Amounts of the spec's "feeTo:on": test/UniswapV2Pair.spec.ts in Uniswap/v2-core.
  it("mints a sixth of the fee to feeTo at the next burn", async () => {
    const treasury = v2.feeToSetter
    expect(await v2.setFeeTo(treasury)).toMatchObject({ ok: true })
    await v2.mintLiquidity(alice, 1000n * unit, 1000n * unit)
    await v2.swap(alice, { amount1In: unit, amount0Out: 996006981039903216n })
    await v2.burn(alice, 1000n * unit - 1000n)
    expect((await v2.balancesOf(treasury)).shares).toBe(249750499251388n)
    expect((await v2.state()).totalSupply).toBe(1000n + 249750499251388n)
    expect(await v2.balancesOf(v2.pair)).toMatchObject({ token0: 1000n + 249501683697445n, token1: 1000n + 250000187312969n })
  })

  it("lets only its setter choose feeTo", async () => {
    expect(await v2.setFeeTo(bob, bob)).toMatchObject({ ok: false, reason: "UniswapV2: FORBIDDEN" })
  })

  it("keeps a donation out of its reserves until sync, or returns it to skim", async () => {
    await v2.mintLiquidity(alice, unit, unit)
    await v2.transfer("token0", alice, v2.pair, 7n)
    expect(await v2.state()).toMatchObject({ reserve0: unit })
    await v2.skim(bob)
    expect((await v2.balancesOf(bob)).token0).toBe(2n ** 128n + 7n)
    await v2.transfer("token1", alice, v2.pair, 7n)
    await v2.sync(bob)
    expect(await v2.state()).toMatchObject({ reserve0: unit, reserve1: unit + 7n })
  })

  it("holds at most 2^112 - 1 of a token", async () => {
    expect(await v2.mintLiquidity(alice, 2n ** 112n, 1n)).toMatchObject({ ok: false, reason: "UniswapV2: OVERFLOW" })
    expect(await v2.mintLiquidity(alice, 2n ** 112n - 1n, 2n ** 112n - 1n)).toMatchObject({ ok: true, shares: 2n ** 112n - 1001n })
  })

  it.each([
    ["UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT", { amount0In: 1n }],
    ["UniswapV2: INSUFFICIENT_LIQUIDITY", { amount0In: unit, amount1Out: unit }],
    ["UniswapV2: INSUFFICIENT_INPUT_AMOUNT", { amount1Out: 1n }],
    ["ds-math-sub-underflow", { amount0In: 2n ** 128n + 1n, amount1Out: 1n }],
  ])("refuses with %s", async (reason, order) => {
    await v2.mintLiquidity(alice, unit, unit)
    expect(await v2.swap(bob, order)).toMatchObject({ ok: false, reason })
  })
})

describe("the machine", () => {
  it("returns to a snapshot more than once, clock included, and forgets those after it", async () => {
    const empty = await v2.evm.snapshot()
    await v2.mintLiquidity(alice, unit, unit)
    const later = await v2.evm.snapshot()
    for (let round = 0; round < 2; round += 1) {
      v2.evm.setTime(5n)
      await v2.mintLiquidity(alice, unit, unit)
      await v2.evm.revert(empty)
      expect([v2.evm.time, (await v2.state()).totalSupply]).toEqual([1_700_000_000n, 0n])
    }
    await expect(v2.evm.revert(later)).rejects.toThrow("the snapshot is of this machine")
  })

  it("answers a dry run as the call, and changes nothing", async () => {
    await v2.mintLiquidity(alice, unit, unit)
    const transfer = method("function transfer(address to, uint256 value) returns (bool)")
    const before = await v2.balancesOf(bob)
    const tried = await v2.evm.dryRun(alice, v2.pair, transfer.encode(bob, 9n))
    expect(await v2.balancesOf(bob)).toEqual(before)
    expect(await v2.evm.call(alice, v2.pair, transfer.encode(bob, 9n))).toEqual(tried)
    expect(await v2.evm.staticCall(v2.pair, transfer.encode(bob, 9n), alice)).toMatchObject({ ok: false })
  })

  it("sees the time and the value given for one call only", async () => {
    await v2.mintLiquidity(alice, unit, unit)
    const sync = method("function sync()")
    await v2.evm.call(bob, v2.pair, sync.encode(), { timestamp: 1_800_000_000n })
    expect((await v2.state()).blockTimestampLast).toBe(1_800_000_000n)
    expect(v2.evm.time).toBe(1_700_000_000n)
    await v2.evm.setBalance(bob, 5n)
    expect(await v2.evm.call(bob, alice, "0x", { value: 6n })).toMatchObject({ ok: false, reason: "insufficient balance" })
    expect(await v2.evm.call(bob, alice, "0x", { value: 5n })).toMatchObject({ ok: true })
    expect([await v2.evm.balanceOf(alice), await v2.evm.balanceOf(bob)]).toEqual([5n, 0n])
  })

  it("refuses two calls at a time", async () => {
    const [first, second] = await Promise.allSettled([v2.sync(alice), v2.sync(bob)])
    expect(first).toMatchObject({ status: "fulfilled", value: { ok: true } })
    expect(String(second.status === "rejected" && second.reason)).toContain("one call at a time")
  })
})

interface Vectors {
  readonly getInputPrice: readonly Record<"amountIn" | "reserve0" | "reserve1" | "maxAmountOut", string>[]
  readonly optimisticSameToken: readonly Record<"amountIn" | "reserve0" | "reserve1" | "amountOut", string>[]
}

const vectorsPath = new URL("../../../shared/data/vectors/uniswap-v2.json", import.meta.url)

describe("the vectors of Uniswap's own test", () => {
  if (!existsSync(vectorsPath)) return it.skip(`are absent: ${vectorsPath.pathname}`)
  const vectors = JSON.parse(readFileSync(vectorsPath, "utf8")) as Vectors

  for (const { amountIn, reserve0, reserve1, maxAmountOut } of vectors.getInputPrice) {
    it(`pays at most ${maxAmountOut} for ${amountIn} at ${reserve0}:${reserve1}`, async () => {
      await v2.mintLiquidity(alice, BigInt(reserve0), BigInt(reserve1))
      expect(amountOutOf(BigInt(amountIn), BigInt(reserve0), BigInt(reserve1))).toBe(BigInt(maxAmountOut))
      expect(await v2.swap(bob, { amount0In: BigInt(amountIn), amount1Out: BigInt(maxAmountOut) + 1n })).toMatchObject(k)
      expect(await v2.swap(bob, { amount0In: BigInt(amountIn), amount1Out: BigInt(maxAmountOut) })).toMatchObject({ ok: true })
    })
  }

  for (const { amountIn, reserve0, reserve1, amountOut } of vectors.optimisticSameToken) {
    it(`returns at most ${amountOut} of the same token for ${amountIn} at ${reserve0}:${reserve1}`, async () => {
      await v2.mintLiquidity(alice, BigInt(reserve0), BigInt(reserve1))
      expect(await v2.swap(bob, { amount0In: BigInt(amountIn), amount0Out: BigInt(amountOut) + 1n })).toMatchObject(k)
      expect(await v2.swap(bob, { amount0In: BigInt(amountIn), amount0Out: BigInt(amountOut) })).toMatchObject({ ok: true })
    })
  }
})
