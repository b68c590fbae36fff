import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { MAX_TICK, MIN_TICK, Tick } from "../../../../protocols/exchange/concentrated-liquidity/tick.ts"
import { amountsDown, amountsUp, liquidityDown, stepIn, stepOut } from "../../../../protocols/exchange/concentrated-liquidity/math.ts"
import { isPoolPrice, MAX_SQRT_PRICE_X96, MIN_SQRT_PRICE_X96, sqrtPriceX96AtTick, tickAtSqrtPriceX96 } from "../../../../protocols/exchange/concentrated-liquidity/tick-math.ts"
import { ByteReader, ByteWriter } from "../../../../core/index.ts"
import { method, type Method } from "../../../evm/abi.ts"
import { openEvm, type Evm } from "../../../evm/evm.ts"
import { compile } from "../../../evm/solc.ts"

/** The mathematics against the libraries of v3-core, compiled from their own sources. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"

const SOURCE = `
pragma solidity 0.7.6;
pragma experimental ABIEncoderV2;
import "@uniswap/v3-core/contracts/libraries/TickMath.sol";
import "@uniswap/v3-core/contracts/libraries/SwapMath.sol";
contract Libraries {
  function prices(int24[] calldata ticks) external pure returns (uint256[] memory answers) {
    answers = new uint256[](ticks.length);
    for (uint256 i = 0; i < ticks.length; i++) answers[i] = TickMath.getSqrtRatioAtTick(ticks[i]);
  }
  function ticksAt(uint160[] calldata prices_) external pure returns (int256[] memory answers) {
    answers = new int256[](prices_.length);
    for (uint256 i = 0; i < prices_.length; i++) answers[i] = TickMath.getTickAtSqrtRatio(prices_[i]);
  }
  function step(uint160 price, uint160 target, uint128 liquidity, int256 remaining, uint24 fee) external pure returns (uint160, uint256, uint256, uint256) {
    return SwapMath.computeSwapStep(price, target, liquidity, remaining, fee);
  }
}`

const prices = method("function prices(int24[] ticks) view returns (uint256[] answers)")
const ticksAt = method("function ticksAt(uint160[] prices) view returns (int256[] answers)")
const step = method("function step(uint160 price, uint160 target, uint128 liquidity, int256 remaining, uint24 fee) view returns (uint160 next, uint256 amountIn, uint256 amountOut, uint256 fee)")

let evm: Evm
let libraries: `0x${string}`
beforeAll(async () => {
  evm = await openEvm()
  libraries = await evm.deploy((await compile({ compiler: "solc-0.7.6", sources: { "Libraries.sol": SOURCE }, settings: { optimizer: { enabled: true, runs: 800 } } }))("Libraries").bytecode)
}, 120_000)

const ask = async <Inputs extends readonly unknown[], Output>(getter: Method<Inputs, Output>, ...inputs: Inputs): Promise<Output | string> => {
  const result = await evm.staticCall(libraries, getter.encode(...inputs))
  return result.ok ? getter.decode(result.output) : result.reason
}

/** Every tick in long mode; else some, both ends among them. */
const someTicks = (stride: number): readonly number[] => {
  const ticks = []
  for (let tick = MIN_TICK; tick < MAX_TICK; tick += stride) ticks.push(tick)
  return [...ticks, MAX_TICK, ...[-2, -1, 0, 1, 2].flatMap((near) => [near, near + 2 ** 19, near - 2 ** 19])]
}

describe("prices and ticks", () => {
  it("are those of TickMath", async () => {
    const ticks = someTicks(LONG ? 499 : 6_007)
    for (let from = 0; from < ticks.length; from += 300) {
      const part = ticks.slice(from, from + 300)
      expect(part.map(sqrtPriceX96AtTick)).toEqual(await ask(prices, part))
      const around = part.flatMap((tick) => [-1n, 0n, 1n].map((off) => sqrtPriceX96AtTick(tick) + off)).filter(isPoolPrice)
      expect(around.map((price) => BigInt(tickAtSqrtPriceX96(price)))).toEqual(await ask(ticksAt, around))
    }
  })

  it("end where those of TickMath end", async () => {
    expect([sqrtPriceX96AtTick(MIN_TICK), sqrtPriceX96AtTick(MAX_TICK)]).toEqual([MIN_SQRT_PRICE_X96, MAX_SQRT_PRICE_X96])
    for (const tick of [MIN_TICK - 1, MAX_TICK + 1]) {
      expect(await ask(prices, [tick])).toBe("T")
      expect(() => sqrtPriceX96AtTick(tick)).toThrow(expect.objectContaining({ _tag: "core/OutOfRange" }))
    }
    for (const price of [MIN_SQRT_PRICE_X96 - 1n, MAX_SQRT_PRICE_X96]) {
      expect(await ask(ticksAt, [price])).toBe("R")
      expect(() => tickAtSqrtPriceX96(price)).toThrow(expect.objectContaining({ _tag: "core/OutOfRange" }))
    }
  })

  it(`turn into each other at ${LONG ? "every tick" : "each of 12,000 ticks"}, to the unit`, () => {
    for (const tick of someTicks(LONG ? 1 : 149)) {
      const price = sqrtPriceX96AtTick(tick)
      if (tick < MAX_TICK && tickAtSqrtPriceX96(price) !== tick) throw new Error(`the price of ${tick} has another tick`)
      if (tick > MIN_TICK && tickAtSqrtPriceX96(price - 1n) !== tick - 1) throw new Error(`a unit below the price of ${tick} is not the tick below`)
    }
  })

  it("turn into each other between the ticks too", () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_TICK, max: MAX_TICK - 1 }), fc.bigInt(0n, 10n ** 9n), (tick, part) => {
        const [low, high] = [sqrtPriceX96AtTick(tick), sqrtPriceX96AtTick(tick + 1)]
        expect(tickAtSqrtPriceX96(low + ((high - low - 1n) * part) / 10n ** 9n)).toBe(tick)
      }),
      { numRuns: LONG ? 1_000_000 : 3_000 },
    )
  })

  it("have one byte form each", () => {
    for (const tick of someTicks(10_007)) {
      const writer = new ByteWriter()
      Tick.write(writer, tick)
      expect(Tick.read(new ByteReader(writer.toBytes()))).toBe(tick)
      expect(Tick.check(tick)).toBeUndefined()
      expect(Tick.fromJson(Tick.toJson(tick))).toBe(tick)
    }
    for (const wrong of [MIN_TICK - 1, MAX_TICK + 1, 0.5, -0, "0", 0n]) expect(Tick.check(wrong)).toMatchObject({ expected: "an integer from -887272 to 887272" })
    for (const tick of [MIN_TICK - 1, MAX_TICK + 1]) {
      const writer = new ByteWriter()
      writer.varint(tick < 0 ? -2 * tick - 1 : 2 * tick)
      expect(() => Tick.read(new ByteReader(writer.toBytes()))).toThrow(/is no tick/)
    }
  })
})

const price = fc.oneof(
  fc.integer({ min: MIN_TICK, max: MAX_TICK - 1 }).map(sqrtPriceX96AtTick),
  fc.integer({ min: -1_000, max: 1_000 }).map((tick) => sqrtPriceX96AtTick(tick) + 1n),
)
const upTo = (bitsMax: number) => fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 256n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))

describe("a step of a swap", () => {
  it("is that of SwapMath", async () => {
    const inputs = fc.tuple(price, price, fc.oneof({ weight: 1, arbitrary: fc.constant(0n) }, { weight: 20, arbitrary: upTo(127) }), upTo(200), fc.constantFrom(0, 1, 100, 500, 3_000, 999_999), fc.boolean())
    const property = fc.asyncProperty(inputs, async ([from, to, liquidity, amount, fee, exactIn]) => {
      if (from === to) return
      const down = from > to
      const { sqrtPriceX96, amountIn, amountOut, fee: paid } = (exactIn ? stepIn : stepOut)(from, to, liquidity, amount, BigInt(fee), down)
      expect([sqrtPriceX96, amountIn, amountOut, paid]).toEqual(await ask(step, from, to, liquidity, exactIn ? amount : -amount, fee))
      // Input and fee are never more than what is given, nor output than what is asked for; the price does not pass its target.
      expect(exactIn ? amountIn + paid <= amount : amountOut <= amount).toBe(true)
      expect(down ? sqrtPriceX96 >= to && sqrtPriceX96 <= from : sqrtPriceX96 <= to && sqrtPriceX96 >= from).toBe(true)
    })
    await fc.assert(property, { numRuns: LONG ? 100_000 : 300 })
  })
})

describe("a step whose product leaves 256 bits", () => {
  it("takes the contract's less exact way", async () => {
    const within = (low: bigint, high: bigint) => fc.bigInt(2n ** low, 2n ** high - 1n)
    const property = fc.asyncProperty(within(120n, 128n), within(148n, 160n), within(96n, 112n), async (liquidity, from, amount) => {
      const { sqrtPriceX96, amountIn, amountOut, fee } = stepIn(from, MIN_SQRT_PRICE_X96, liquidity, amount, 500n, true)
      expect([sqrtPriceX96, amountIn, amountOut, fee]).toEqual(await ask(step, from, MIN_SQRT_PRICE_X96, liquidity, amount, 500))
    })
    await fc.assert(property, { numRuns: LONG ? 20_000 : 100 })
  })
})

describe("a position's amounts", () => {
  it("are what the liquidity from them costs at most", () => {
    const property = fc.property(price, price, price, upTo(100), upTo(100), (now, one, other, amount0, amount1) => {
      if (one === other) return
      const [lower, upper] = one < other ? [one, other] : [other, one]
      const liquidity = liquidityDown(now, lower, upper, { amount0, amount1 })
      const cost = amountsUp(now, lower, upper, liquidity)
      expect([cost.amount0 <= amount0, cost.amount1 <= amount1]).toEqual([true, true])
      const worth = amountsDown(now, lower, upper, liquidity)
      // Asset 0 is divided twice, so that its two roundings may be two units apart.
      expect([cost.amount0 - worth.amount0 <= 2n, cost.amount1 - worth.amount1 <= 1n, worth.amount0 <= cost.amount0, worth.amount1 <= cost.amount1]).toEqual([true, true, true, true])
    })
    fc.assert(property, { numRuns: 1_000 })
  })
})
