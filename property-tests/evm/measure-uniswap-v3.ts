import { COURSES } from "../../sim/bench/exchanges.ts"
import { openUniswapV3, type UniswapV3Pool } from "./uniswap-v3.ts"

/**
 * CPU microseconds a swap of the real bytecode in an EVM, on the courses of `sim/bench/exchanges.ts`: `tsx property-tests/evm/measure-uniswap-v3.ts`.
 * It lies here since the world of `sim` knows no contracts. Prints one JSON object a line.
 */

const SPACING = 60
const CENTRE = 126 * SPACING
const LIQUIDITY = 1_000n * 10n ** 18n
const EVERYTHING = 10n ** 26n
const SWAPS = 200

const v3 = await openUniswapV3({ tiers: [{ fee: 3_000, tickSpacing: SPACING }] })
for (const { name, crossings, lowX96, highX96 } of COURSES) {
  await v3.reset()
  const pool = v3.pools[0] as UniswapV3Pool
  await pool.initialize(lowX96)
  await pool.mint(0, -887_220, 887_220, LIQUIDITY)
  for (let tick = CENTRE; tick < CENTRE + 22 * SPACING; tick += SPACING) await pool.mint(0, tick, tick + SPACING, LIQUIDITY)
  const swap = async (index: number): Promise<void> => {
    const up = index % 2 === 0
    const result = await pool.swap(0, !up, EVERYTHING, up ? highX96 : lowX96)
    if (!result.ok) throw new Error(`a swap was refused: ${result.reason}`)
  }
  for (let index = 0; index < 20; index++) await swap(index)
  const before = process.cpuUsage()
  for (let index = 0; index < SWAPS; index++) await swap(index)
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(`${JSON.stringify({ workload: `v3 swaps, ${name}`, crossings, evm: Math.round((user + system) / SWAPS) })}\n`)
}
