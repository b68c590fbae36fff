import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Hardfork } from "@ethereumjs/common"
import { argumentsOf, type Bytes, type Method, method } from "./abi.ts"
import { type Address, type CallResult, type Done, type Evm, openEvm, type Refused, type Snapshot } from "./evm.ts"
import { compile } from "./solc.ts"
import { type Amounts, storageOf, type UniswapV3Storage } from "./uniswap-v3-storage.ts"

/** A call that took effect, with what it returned. */
export type Outcome<Fields = unknown> = (Done & Fields) | Refused

/** How much a trader pays at most in a callback; the pool refuses when it is less than owed. Default: all that is asked. */
export interface Payment {
  readonly max0?: bigint
  readonly max1?: bigint
}

/** The oracle's sums at some times. */
export interface Observations {
  readonly tickCumulatives: readonly bigint[]
  readonly secondsPerLiquidityCumulativeX128s: readonly bigint[]
}

/**
 * One pool of the original Uniswap v3. Traders are contracts that pay in the pool's callbacks from what they hold; a position belongs to the
 * trader that minted it. The pool's reasons are its two or three letters, such as `SPL`; a bare `require` has none.
 */
export interface UniswapV3Pool extends UniswapV3Storage {
  readonly address: Address
  readonly fee: number
  readonly tickSpacing: number
  initialize(sqrtPriceX96: bigint): Promise<Outcome>
  mint(trader: number, tickLower: number, tickUpper: number, liquidity: bigint, payment?: Payment): Promise<Outcome<Amounts>>
  burn(trader: number, tickLower: number, tickUpper: number, liquidity: bigint): Promise<Outcome<Amounts>>
  collect(trader: number, tickLower: number, tickUpper: number, amount0Max: bigint, amount1Max: bigint): Promise<Outcome<Amounts>>
  swap(trader: number, zeroForOne: boolean, amountSpecified: bigint, sqrtPriceLimitX96: bigint, payment?: Payment): Promise<Outcome<Amounts>>
  /** By the factory's owner unless a trader is named. */
  setFeeProtocol(feeProtocol0: number, feeProtocol1: number, trader?: number): Promise<Outcome>
  collectProtocol(amount0Max: bigint, amount1Max: bigint, trader?: number): Promise<Outcome<Amounts>>
  increaseObservationCardinalityNext(cardinalityNext: number): Promise<Outcome>
  observe(secondsAgos: readonly number[]): Promise<Observations | Refused>
  /** What was the case between two ticks in use; refused where one is not. */
  snapshotCumulativesInside(tickLower: number, tickUpper: number): Promise<readonly [tickCumulative: bigint, secondsPerLiquidityX128: bigint, seconds: number] | Refused>
}

/** The original Uniswap v3: a factory, two tokens, four traders, and as many pools as there are fees. */
export interface UniswapV3 {
  readonly evm: Evm
  readonly pools: readonly UniswapV3Pool[]
  /** Returns to how it was when opened. */
  reset(): Promise<void>
}

/** A fee in hundredths of a basis point and the spacing of its ticks. */
export interface Tier {
  readonly fee: number
  readonly tickSpacing: number
}

/** Those of the factory, and the one that was added later. */
export const TIERS: readonly Tier[] = [
  { fee: 100, tickSpacing: 1 },
  { fee: 500, tickSpacing: 10 },
  { fee: 3_000, tickSpacing: 60 },
  { fee: 10_000, tickSpacing: 200 },
]

const PAYER = `
pragma solidity 0.7.6;
interface Token { function transfer(address to, uint256 value) external returns (bool); }
contract Payer {
  address immutable token0;
  address immutable token1;
  constructor(address a, address b) { token0 = a; token1 = b; }
  function pay(uint256 owed0, uint256 owed1, bytes memory data) private {
    (uint256 max0, uint256 max1) = abi.decode(data, (uint256, uint256));
    if (owed0 > 0) Token(token0).transfer(msg.sender, owed0 < max0 ? owed0 : max0);
    if (owed1 > 0) Token(token1).transfer(msg.sender, owed1 < max1 ? owed1 : max1);
  }
  function uniswapV3MintCallback(uint256 owed0, uint256 owed1, bytes calldata data) external { pay(owed0, owed1, data); }
  function uniswapV3SwapCallback(int256 delta0, int256 delta1, bytes calldata data) external {
    pay(delta0 > 0 ? uint256(delta0) : 0, delta1 > 0 ? uint256(delta1) : 0, data);
  }
  function run(address target, bytes calldata data) external {
    (bool done, bytes memory answer) = target.call(data);
    assembly {
      switch done
      case 0 { revert(add(answer, 32), mload(answer)) }
      default { return(add(answer, 32), mload(answer)) }
    }
  }
}`

const owner: Address = `0x${"0".repeat(37)}fee`
const anybody: Address = `0x${"0".repeat(36)}a11c`
const TRADERS = 4

/** Deploys the published bytecode; `purse` is what each trader has of each token. */
export async function openUniswapV3({ tiers = TIERS, purse = 2n ** 253n, time = 1_700_000_000n }: { readonly tiers?: readonly Tier[]; readonly purse?: bigint; readonly time?: bigint } = {}): Promise<UniswapV3> {
  const evm = await openEvm({ hardfork: Hardfork.Istanbul, time })
  const factory = await evm.deploy(artifact("@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json"), "0x", owner)
  const erc20 = artifact("@uniswap/v2-core/build/ERC20.json")
  const tokens: Address[] = []
  for (let count = 0; count < 2; count += 1) tokens.push(await evm.deploy(erc20, argumentsOf(["uint256"], [purse * BigInt(TRADERS)]), owner))
  const [token0, token1] = tokens.sort() as [Address, Address]
  const { bytecode } = (await compile({ compiler: "solc-0.7.6", sources: { "Payer.sol": PAYER }, settings: { evmVersion: "istanbul" } }))("Payer")
  const traders: Address[] = []
  for (let count = 0; count < TRADERS; count += 1) {
    const trader = await evm.deploy(bytecode, argumentsOf(["address", "address"], [token0, token1]))
    for (const token of [token0, token1]) accepted(await evm.call(owner, token, transfer.encode(trader, purse)))
    traders.push(trader)
  }
  const pools: UniswapV3Pool[] = []
  for (const { fee, tickSpacing } of tiers) {
    if ((await read(evm, factory, feeAmountTickSpacing, fee)) === 0) accepted(await evm.call(owner, factory, enableFeeAmount.encode(fee, tickSpacing)))
    accepted(await evm.call(owner, factory, createPool.encode(token0, token1, fee)))
    const address = await read(evm, factory, getPool, token0, token1, fee)
    pools.push(poolAt(evm, { address, fee, tickSpacing, token0, token1, traders }))
  }
  const fresh: Snapshot = await evm.snapshot()
  return { evm, pools, reset: () => evm.revert(fresh) }
}

interface Deployed extends Tier {
  readonly address: Address
  readonly token0: Address
  readonly token1: Address
  readonly traders: readonly Address[]
}

function poolAt(evm: Evm, deployed: Deployed): UniswapV3Pool {
  const { address, fee, tickSpacing, traders } = deployed
  const by = (trader: number, data: Bytes) => evm.call(anybody, traders[trader] as Address, run.encode(address, data))
  const byOwner = (data: Bytes, trader: number | undefined) => (trader === undefined ? evm.call(owner, address, data) : by(trader, data))
  const both = (result: CallResult, values: (output: Bytes) => readonly [bigint, bigint]): Outcome<Amounts> => {
    if (!result.ok) return result
    const [amount0, amount1] = values(result.output)
    return { ...result, amount0, amount1 }
  }
  const payment = ({ max0 = MAX, max1 = MAX }: Payment): Bytes => `0x${word(max0)}${word(max1)}`
  return {
    address,
    fee,
    tickSpacing,
    initialize: (sqrtPriceX96) => evm.call(anybody, address, initialize.encode(sqrtPriceX96)),
    mint: async (trader, tickLower, tickUpper, liquidity, paid = {}) =>
      both(await by(trader, mint.encode(traders[trader] as Address, tickLower, tickUpper, liquidity, payment(paid))), mint.decode),
    burn: async (trader, tickLower, tickUpper, liquidity) => both(await by(trader, burn.encode(tickLower, tickUpper, liquidity)), burn.decode),
    collect: async (trader, tickLower, tickUpper, amount0Max, amount1Max) =>
      both(await by(trader, collect.encode(traders[trader] as Address, tickLower, tickUpper, amount0Max, amount1Max)), collect.decode),
    swap: async (trader, zeroForOne, amountSpecified, sqrtPriceLimitX96, paid = {}) =>
      both(await by(trader, swap.encode(traders[trader] as Address, zeroForOne, amountSpecified, sqrtPriceLimitX96, payment(paid))), swap.decode),
    setFeeProtocol: (feeProtocol0, feeProtocol1, trader) => byOwner(setFeeProtocol.encode(feeProtocol0, feeProtocol1), trader),
    collectProtocol: async (amount0Max, amount1Max, trader) => both(await byOwner(collectProtocol.encode(owner, amount0Max, amount1Max), trader), collectProtocol.decode),
    increaseObservationCardinalityNext: (cardinalityNext) => evm.call(anybody, address, increaseObservationCardinalityNext.encode(cardinalityNext)),
    ...views(evm, address),
    ...storageOf(evm, { ...deployed, owner }),
  }
}

function views(evm: Evm, address: Address): Pick<UniswapV3Pool, "observe" | "snapshotCumulativesInside"> {
  return {
    observe: async (secondsAgos) => {
      const result = await evm.staticCall(address, observe.encode(secondsAgos as number[]))
      if (!result.ok) return result
      const [tickCumulatives, secondsPerLiquidityCumulativeX128s] = observe.decode(result.output)
      return { tickCumulatives, secondsPerLiquidityCumulativeX128s }
    },
    snapshotCumulativesInside: async (tickLower, tickUpper) => {
      const result = await evm.staticCall(address, snapshotCumulativesInside.encode(tickLower, tickUpper))
      return result.ok ? snapshotCumulativesInside.decode(result.output) : result
    },
  }
}

const MAX = 2n ** 256n - 1n
const word = (value: bigint): string => value.toString(16).padStart(64, "0")

const transfer = method("function transfer(address to, uint256 value) returns (bool)")
const run = method("function run(address target, bytes data)")
const feeAmountTickSpacing = method("function feeAmountTickSpacing(uint24 fee) view returns (int24)")
const enableFeeAmount = method("function enableFeeAmount(uint24 fee, int24 tickSpacing)")
const createPool = method("function createPool(address tokenA, address tokenB, uint24 fee) returns (address pool)")
const getPool = method("function getPool(address tokenA, address tokenB, uint24 fee) view returns (address pool)")
const initialize = method("function initialize(uint160 sqrtPriceX96)")
const mint = method("function mint(address recipient, int24 tickLower, int24 tickUpper, uint128 amount, bytes data) returns (uint256 amount0, uint256 amount1)")
const burn = method("function burn(int24 tickLower, int24 tickUpper, uint128 amount) returns (uint256 amount0, uint256 amount1)")
const collect = method(
  "function collect(address recipient, int24 tickLower, int24 tickUpper, uint128 amount0Requested, uint128 amount1Requested) returns (uint128 amount0, uint128 amount1)",
)
const swap = method(
  "function swap(address recipient, bool zeroForOne, int256 amountSpecified, uint160 sqrtPriceLimitX96, bytes data) returns (int256 amount0, int256 amount1)",
)
const setFeeProtocol = method("function setFeeProtocol(uint8 feeProtocol0, uint8 feeProtocol1)")
const collectProtocol = method("function collectProtocol(address recipient, uint128 amount0Requested, uint128 amount1Requested) returns (uint128 amount0, uint128 amount1)")
const increaseObservationCardinalityNext = method("function increaseObservationCardinalityNext(uint16 observationCardinalityNext)")
const observe = method("function observe(uint32[] secondsAgos) view returns (int56[] tickCumulatives, uint160[] secondsPerLiquidityCumulativeX128s)")
const snapshotCumulativesInside = method(
  "function snapshotCumulativesInside(int24 tickLower, int24 tickUpper) view returns (int56 tickCumulativeInside, uint160 secondsPerLiquidityInsideX128, uint32 secondsInside)",
)

async function read<Inputs extends readonly unknown[], Output>(evm: Evm, contract: Address, getter: Method<Inputs, Output>, ...inputs: Inputs): Promise<Output> {
  return getter.decode(accepted(await evm.staticCall(contract, getter.encode(...inputs))).output)
}

function accepted(result: CallResult): Done {
  assert(result.ok, `refused: ${result.ok || result.reason}`)
  return result
}

function artifact(path: string): string {
  return (JSON.parse(readFileSync(createRequire(import.meta.url).resolve(path), "utf8")) as { bytecode: string }).bytecode
}
