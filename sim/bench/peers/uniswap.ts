import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { amountOutDown, RESERVE, type Swap } from "./market.ts"

/** The real Uniswap v2 of `@uniswap/v2-core` for both Ethereum machines: call data by hand, so that encoding costs next to nothing. */

export type Hex = `0x${string}`

const require = createRequire(import.meta.url)

export const bytecodeOf = (contract: "UniswapV2Factory" | "ERC20"): Hex => {
  const path = require.resolve(`@uniswap/v2-core/build/${contract}.json`)
  const { bytecode } = JSON.parse(readFileSync(path, "utf8")) as { readonly bytecode: string }
  return `0x${bytecode.replace(/^0x/, "")}`
}

export const word = (value: bigint | Hex): string => (typeof value === "bigint" ? value.toString(16) : value.slice(2)).padStart(64, "0")

export const call = {
  transfer: (to: Hex, amount: bigint): Hex => `0xa9059cbb${word(to)}${word(amount)}`,
  createPair: (one: Hex, other: Hex): Hex => `0xc9c65396${word(one)}${word(other)}`,
  getPair: (one: Hex, other: Hex): Hex => `0xe6a43905${word(one)}${word(other)}`,
  mint: (to: Hex): Hex => `0x6a627842${word(to)}`,
  swap: (out0: bigint, out1: bigint, to: Hex): Hex => `0x022c0d9f${word(out0)}${word(out1)}${word(to)}${word(128n)}${word(0n)}`,
  getReserves: "0x0902f1ac" as Hex,
}

/** A machine as this comparison needs it. */
export interface Machine {
  readonly deploy: (code: Hex) => Promise<Hex>
  readonly send: (from: Hex, to: Hex, data: Hex) => Promise<void>
  readonly read: (to: Hex, data: Hex) => Promise<Hex>
}

export interface Pair {
  readonly address: Hex
  readonly tokenX: Hex
  readonly tokenY: Hex
  /** Whether X is the pair's token 0: the one whose address is the smaller number. */
  readonly xFirst: boolean
  /** As the pair has them, so that the trader knows what to ask for, as a router does. */
  x: bigint
  y: bigint
}

const addressIn = (output: Hex): Hex => `0x${output.slice(-40)}`

/** A factory, one cash token, and a token and a founded pair for each pool; every trader rich in all. */
export const found = async (machine: Machine, founder: Hex, traders: readonly Hex[], pools: number): Promise<readonly Pair[]> => {
  const supply = 2n ** 128n
  const factory = await machine.deploy(`${bytecodeOf("UniswapV2Factory")}${word(founder)}`)
  const token = (): Promise<Hex> => machine.deploy(`${bytecodeOf("ERC20")}${word(supply)}`)
  const cash = await token()
  const rich = supply / BigInt(2 * traders.length)
  for (const trader of traders) await machine.send(founder, cash, call.transfer(trader, rich))
  const pairs: Pair[] = []
  for (let pool = 0; pool < pools; pool++) {
    const own = await token()
    await machine.send(founder, factory, call.createPair(cash, own))
    const address = addressIn(await machine.read(factory, call.getPair(cash, own)))
    await machine.send(founder, cash, call.transfer(address, RESERVE))
    await machine.send(founder, own, call.transfer(address, RESERVE))
    await machine.send(founder, address, call.mint(founder))
    for (const trader of traders) if (traders.indexOf(trader) === pool % traders.length) await machine.send(founder, own, call.transfer(trader, supply / 2n))
    pairs.push({ address, tokenX: cash, tokenY: own, xFirst: BigInt(cash) < BigInt(own), x: RESERVE, y: RESERVE })
  }
  return pairs
}

/** The two calls of a swap, as a router makes them: the payment into the pair, and the swap that takes exactly what it is worth. */
export const swapCalls = (pair: Pair, { sellsX, amount }: Swap, trader: Hex): readonly (readonly [to: Hex, data: Hex])[] => {
  const out = sellsX ? amountOutDown(amount, pair.x, pair.y) : amountOutDown(amount, pair.y, pair.x)
  if (sellsX) {
    pair.x += amount
    pair.y -= out
  } else {
    pair.y += amount
    pair.x -= out
  }
  const takesFirst = sellsX !== pair.xFirst
  return [
    [sellsX ? pair.tokenX : pair.tokenY, call.transfer(pair.address, amount)],
    [pair.address, call.swap(takesFirst ? out : 0n, takesFirst ? 0n : out, trader)],
  ]
}

/** What the pair itself says. */
export const reservesOf = async (machine: Machine, { address, xFirst }: Pair): Promise<{ readonly x: bigint; readonly y: bigint }> => {
  const output = await machine.read(address, call.getReserves)
  const [first, second] = [BigInt(`0x${output.slice(2, 66)}`), BigInt(`0x${output.slice(66, 130)}`)]
  return xFirst ? { x: first, y: second } : { x: second, y: first }
}
