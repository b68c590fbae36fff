import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { EVERYTHING, FEE_PIPS, POSITIONS } from "../workloads/concentrated-pool.ts"
import { openMachine } from "./ethereumjs.ts"
import { payerCode } from "./payer.ts"
import { timed, type Kind, type Peer } from "./peer.ts"
import { bytecodeOf, call as tokenCall, word, type Hex, type Machine } from "./uniswap.ts"
import { courseNamed, endOf } from "./v3.ts"

/** The real Uniswap v3 of `@uniswap/v3-core` in an EVM in JavaScript, on the sheet's own pool and prices. */

const FOUNDER: Hex = `0x${"f".repeat(39)}1`
const TRANSACTIONS = 60
const SUPPLY = 2n ** 200n

const require = createRequire(import.meta.url)
const factoryCode = (): Hex => {
  const path = require.resolve("@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json")
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly bytecode: Hex }).bytecode
}

const signed = (value: number): string => word(BigInt.asUintN(256, BigInt(value)))
/** An empty `bytes` after so many words. */
const noBytes = (words: number): string => `${word(BigInt(32 * words))}${word(0n)}`

const call = {
  createPool: (one: Hex, other: Hex): Hex => `0xa1671295${word(one)}${word(other)}${word(BigInt(FEE_PIPS))}`,
  getPool: (one: Hex, other: Hex): Hex => `0x1698ee82${word(one)}${word(other)}${word(BigInt(FEE_PIPS))}`,
  initialize: (sqrtPriceX96: bigint): Hex => `0xf637731d${word(sqrtPriceX96)}`,
  mint: (to: Hex, tickLower: number, tickUpper: number, liquidity: bigint): Hex => `0x3c8a7d8d${word(to)}${signed(tickLower)}${signed(tickUpper)}${word(liquidity)}${noBytes(5)}`,
  swap: (to: Hex, zeroForOne: boolean, amount: bigint, limitX96: bigint): Hex => `0x128acb08${word(to)}${word(zeroForOne ? 1n : 0n)}${word(amount)}${word(limitX96)}${noBytes(5)}`,
  slot0: "0x3850c7bd" as Hex,
  liquidity: "0x1a686502" as Hex,
  feeGrowthGlobal0X128: "0xf3058399" as Hex,
}
/** Through the payer. */
const passed = (target: Hex, data: Hex): Hex => `0x00000000${word(target)}${data.slice(2)}`

interface Scene {
  readonly pool: Hex
  readonly payer: Hex
}

const found = async (machine: Machine, sqrtPriceX96: bigint): Promise<Scene> => {
  const factory = await machine.deploy(factoryCode())
  const token = (): Promise<Hex> => machine.deploy(`${bytecodeOf("ERC20")}${word(SUPPLY)}`)
  const [one, other] = [await token(), await token()]
  const [token0, token1] = BigInt(one) < BigInt(other) ? [one, other] : [other, one]
  const payer = await machine.deploy(payerCode(token0, token1))
  for (const each of [token0, token1]) await machine.send(FOUNDER, each, tokenCall.transfer(payer, SUPPLY / 2n))
  await machine.send(FOUNDER, factory, call.createPool(token0, token1))
  const pool: Hex = `0x${(await machine.read(factory, call.getPool(token0, token1))).slice(-40)}`
  await machine.send(FOUNDER, pool, call.initialize(sqrtPriceX96))
  for (const { tickLower, tickUpper, liquidity } of POSITIONS) await machine.send(FOUNDER, payer, passed(pool, call.mint(payer, tickLower, tickUpper, liquidity)))
  return { pool, payer }
}

export const peer = (kind: Kind): Peer => ({
  name: "@ethereumjs/evm, Uniswap v3",
  packages: ["@ethereumjs/evm", "@uniswap/v3-core"],
  workload: kind,
  more: "EVM bytecode, gas metering, storage journals; the payment by a call back to the trader",
  less: "no transactions, signatures, blocks or state root in this use; one call at a time",
  transactions: TRANSACTIONS,
  prepare: async () => {
    const course = courseNamed(kind)
    const end = endOf(course, TRANSACTIONS)
    return async () => {
      const machine = await openMachine()
      const { pool, payer } = await found(machine, course.lowX96)
      const outcome = await timed(TRANSACTIONS, async () => {
        for (let index = 0; index < TRANSACTIONS; index++) {
          const up = index % 2 === 0
          await machine.send(FOUNDER, payer, passed(pool, call.swap(payer, !up, EVERYTHING, up ? course.highX96 : course.lowX96)))
        }
      })
      const read = async (data: Hex): Promise<bigint> => BigInt((await machine.read(pool, data)).slice(0, 66))
      for (const [name, wanted, data] of [["price", end.sqrtPriceX96, call.slot0], ["liquidity", end.liquidity, call.liquidity], ["fee growth", end.feeGrowth0X128, call.feeGrowthGlobal0X128]] as const) {
        const is = await read(data)
        if (is !== wanted) throw new Error(`the contract's ${name} is ${is} instead of ${wanted}`)
      }
      return outcome
    }
  },
})
