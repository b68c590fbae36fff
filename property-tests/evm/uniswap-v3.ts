import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Hardfork } from "@ethereumjs/common"
import * as AbiParameters from "ox/AbiParameters"
import * as Hash from "ox/Hash"
import { argumentsOf, type Bytes, type Method, method } from "./abi.ts"
import { type Address, type CallResult, type Done, type Evm, openEvm, type Refused, type Snapshot } from "./evm.ts"
import { compile } from "./solc.ts"

/** A call that took effect, with what it returned. */
export type Outcome<Fields = unknown> = (Done & Fields) | Refused

/** What the pool sees: positive what came in, negative what went out. */
export interface Amounts {
  readonly amount0: bigint
  readonly amount1: bigint
}

/** How much a trader pays at most in a callback; the pool refuses when it is less than owed. Default: all that is asked. */
export interface Payment {
  readonly max0?: bigint
  readonly max1?: bigint
}

/** The pool's storage, but for ticks, positions and observations. */
export interface PoolStorage {
  readonly sqrtPriceX96: bigint
  readonly tick: number
  readonly observationIndex: number
  readonly observationCardinality: number
  readonly observationCardinalityNext: number
  readonly feeProtocol0: number
  readonly feeProtocol1: number
  readonly liquidity: bigint
  readonly feeGrowthGlobal0X128: bigint
  readonly feeGrowthGlobal1X128: bigint
  readonly protocolFees0: bigint
  readonly protocolFees1: bigint
}

/** A tick in use. */
export interface TickStorage {
  readonly liquidityGross: bigint
  readonly liquidityNet: bigint
  readonly feeGrowthOutside0X128: bigint
  readonly feeGrowthOutside1X128: bigint
  readonly tickCumulativeOutside: bigint
  readonly secondsPerLiquidityOutsideX128: bigint
  readonly secondsOutside: number
}

/** A position. */
export interface PositionStorage {
  readonly liquidity: bigint
  readonly feeGrowthInside0LastX128: bigint
  readonly feeGrowthInside1LastX128: bigint
  readonly tokensOwed0: bigint
  readonly tokensOwed1: bigint
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
export interface UniswapV3Pool {
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
  storage(): Promise<PoolStorage>
  tick(tick: number): Promise<TickStorage>
  position(trader: number, tickLower: number, tickUpper: number): Promise<PositionStorage>
  /** An observation of the ring, whether it was written or not. */
  observation(index: number): Promise<{ readonly time: number; readonly tickCumulative: bigint; readonly secondsPerLiquidityCumulativeX128: bigint; readonly initialized: boolean }>
  /** What somebody holds of each token: a trader, the owner, or the pool. */
  holdings(whose: number | "owner" | "pool"): Promise<Amounts>
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
  const payment = ({ max0 = MAX, max1 = MAX }: Payment): Bytes => argumentsOf(["uint256", "uint256"], [max0, max1])
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
    ...reads(evm, deployed),
  }
}

type Reads = Pick<UniswapV3Pool, "observe" | "snapshotCumulativesInside" | "storage" | "tick" | "position" | "observation" | "holdings">

function reads(evm: Evm, { address, token0, token1, traders }: Deployed): Reads {
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
    storage: async () => {
      const [sqrtPriceX96, tick, observationIndex, observationCardinality, observationCardinalityNext, feeProtocol] = await read(evm, address, slot0)
      const [protocolFees0, protocolFees1] = await read(evm, address, protocolFees)
      return {
        sqrtPriceX96,
        tick,
        observationIndex,
        observationCardinality,
        observationCardinalityNext,
        feeProtocol0: feeProtocol % 16,
        feeProtocol1: feeProtocol >> 4,
        liquidity: await read(evm, address, liquidityOf),
        feeGrowthGlobal0X128: await read(evm, address, feeGrowthGlobal0X128),
        feeGrowthGlobal1X128: await read(evm, address, feeGrowthGlobal1X128),
        protocolFees0,
        protocolFees1,
      }
    },
    tick: async (tick) => {
      const info = await read(evm, address, ticks, tick)
      return {
        liquidityGross: info[0],
        liquidityNet: info[1],
        feeGrowthOutside0X128: info[2],
        feeGrowthOutside1X128: info[3],
        tickCumulativeOutside: info[4],
        secondsPerLiquidityOutsideX128: info[5],
        secondsOutside: info[6],
      }
    },
    position: async (trader, tickLower, tickUpper) => {
      const packed = AbiParameters.encodePacked(["address", "int24", "int24"], [traders[trader] as Address, tickLower, tickUpper])
      const [liquidity, feeGrowthInside0LastX128, feeGrowthInside1LastX128, tokensOwed0, tokensOwed1] = await read(evm, address, positions, Hash.keccak256(packed))
      return { liquidity, feeGrowthInside0LastX128, feeGrowthInside1LastX128, tokensOwed0, tokensOwed1 }
    },
    observation: async (index) => {
      const [time, tickCumulative, secondsPerLiquidityCumulativeX128, initialized] = await read(evm, address, observations, BigInt(index))
      return { time, tickCumulative, secondsPerLiquidityCumulativeX128, initialized }
    },
    holdings: async (whose) => {
      const account = whose === "owner" ? owner : whose === "pool" ? address : (traders[whose] as Address)
      return { amount0: await read(evm, token0, balanceOf, account), amount1: await read(evm, token1, balanceOf, account) }
    },
  }
}

const MAX = 2n ** 256n - 1n

const transfer = method("function transfer(address to, uint256 value) returns (bool)")
const balanceOf = method("function balanceOf(address account) view returns (uint256)")
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
const slot0 = method(
  "function slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16 observationIndex, uint16 observationCardinality, uint16 observationCardinalityNext, uint8 feeProtocol, bool unlocked)",
)
const liquidityOf = method("function liquidity() view returns (uint128)")
const feeGrowthGlobal0X128 = method("function feeGrowthGlobal0X128() view returns (uint256)")
const feeGrowthGlobal1X128 = method("function feeGrowthGlobal1X128() view returns (uint256)")
const protocolFees = method("function protocolFees() view returns (uint128 token0, uint128 token1)")
const ticks = method(
  "function ticks(int24 tick) view returns (uint128 liquidityGross, int128 liquidityNet, uint256 feeGrowthOutside0X128, uint256 feeGrowthOutside1X128, int56 tickCumulativeOutside, uint160 secondsPerLiquidityOutsideX128, uint32 secondsOutside, bool initialized)",
)
const positions = method(
  "function positions(bytes32 key) view returns (uint128 liquidity, uint256 feeGrowthInside0LastX128, uint256 feeGrowthInside1LastX128, uint128 tokensOwed0, uint128 tokensOwed1)",
)
const observations = method("function observations(uint256 index) view returns (uint32 blockTimestamp, int56 tickCumulative, uint160 secondsPerLiquidityCumulativeX128, bool initialized)")

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
