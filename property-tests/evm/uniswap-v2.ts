import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Hardfork } from "@ethereumjs/common"
import { argumentsOf, type Bytes, type Method, method } from "./abi.ts"
import { type Address, type CallResult, type Done, type Evm, openEvm, type Refused, type Snapshot } from "./evm.ts"
import { field, slotOf } from "./storage.ts"

/** Nobody; as `feeTo` it means that the protocol takes no fee, as a holder it is where the first 1000 shares are locked. */
export const zeroAddress: Address = "0x0000000000000000000000000000000000000000"

/** A call that took effect, with what it returned. */
export type Outcome<Fields = unknown> = (Done & Fields) | Refused

/** What the pair has stored. Reserves in smallest units, prices as UQ112x112 times seconds modulo 2^256, time in seconds modulo 2^32. */
export interface PairState {
  readonly reserve0: bigint
  readonly reserve1: bigint
  readonly blockTimestampLast: bigint
  readonly price0CumulativeLast: bigint
  readonly price1CumulativeLast: bigint
  /** reserve0 * reserve1 after the latest mint or burn; 0 while the protocol takes no fee. */
  readonly kLast: bigint
  /** Shares that exist, the locked 1000 included. */
  readonly totalSupply: bigint
}

/** What an account holds, in smallest units. */
export interface Balances {
  readonly token0: bigint
  readonly token1: bigint
  readonly shares: bigint
}

/** One swap: what the trader pays in, and what it asks for. Each is 0 unless given; `to` is the trader unless given. */
export interface SwapOrder {
  readonly amount0In?: bigint
  readonly amount1In?: bigint
  readonly amount0Out?: bigint
  readonly amount1Out?: bigint
  readonly to?: Address
  /** When not empty, the pair calls `uniswapV2Call` on `to`. */
  readonly data?: Bytes
}

/** Which of the pair's assets. */
export type Asset = "token0" | "token1" | "shares"

/**
 * The original Uniswap v2: a factory, two tokens and their pair, empty at first.
 *
 * `mintLiquidity`, `burn` and `swap` pay the pair and call it, as a router does: when the pair refuses, the payment is
 * undone too. `transfer` to the pair is a donation, and stays. The pair's reasons begin with `UniswapV2: `; arithmetic
 * refuses as `ds-math-sub-underflow`, `ds-math-mul-overflow` or `ds-math-add-overflow`, also for too small a balance.
 */
export interface UniswapV2 {
  /** The machine; its `setTime` moves the pair's clock, its `dryRun`, `atomically` and `snapshot` work here too. */
  readonly evm: Evm
  readonly factory: Address
  readonly pair: Address
  /** The token whose address is the smaller number. */
  readonly token0: Address
  readonly token1: Address
  /** Traders; each has `balance` of both tokens. */
  readonly actors: readonly [Address, Address, Address, Address]
  /** The only account whose `setFeeTo` is accepted; it has no tokens. */
  readonly feeToSetter: Address

  /** Returns to how it was when opened: empty pair, full purses, the first second. */
  reset(): Promise<void>

  /** Pays both amounts in and mints shares to `to`. */
  mintLiquidity(from: Address, amount0: bigint, amount1: bigint, to?: Address): Promise<Outcome<{ shares: bigint }>>
  /** Sends shares to the pair and redeems all that it holds; the tokens go to `to`. */
  burn(from: Address, shares: bigint, to?: Address): Promise<Outcome<{ amount0: bigint; amount1: bigint }>>
  /** Pays in, then asks the pair for the output; the pair accepts when its product, less the fee of 0.3 % on what came in, did not shrink. */
  swap(from: Address, order: SwapOrder): Promise<Outcome>
  /** Sends tokens or shares from one account to another. */
  transfer(asset: Asset, from: Address, to: Address, amount: bigint): Promise<Outcome>
  /** Pays out to `to` what the pair holds beyond its reserves. */
  skim(from: Address, to?: Address): Promise<Outcome>
  /** Sets the reserves to what the pair holds. */
  sync(from: Address): Promise<Outcome>
  /** Names who receives the protocol's sixth of the fee, `zeroAddress` for nobody. */
  setFeeTo(receiver: Address, from?: Address): Promise<Outcome>

  /** Reads the pair. */
  state(): Promise<PairState>
  /** Reads what an account holds; the pair is an account too. */
  balancesOf(account: Address): Promise<Balances>
}

/** Settings of the exchange. */
export interface UniswapV2Options {
  /** Smallest units of each token that each actor has; default 2^128, so that the pair's limit of 2^112 - 1 is within reach. */
  readonly balance?: bigint
  /** Seconds; when the pair is created. Default 1 700 000 000. */
  readonly time?: bigint
}

const actors = [0xa11ce, 0xb0b, 0xca401, 0xda7e].map(accountOf) as unknown as UniswapV2["actors"]
const feeToSetter = accountOf(0xfee)

/**
 * Deploys the published bytecode, in about 30 ms; `reset` takes far less.
 *
 *     const v2 = await openUniswapV2()
 *     const [alice, bob] = v2.actors
 *     await v2.mintLiquidity(alice, 10n ** 18n, 4n * 10n ** 18n)
 *     await v2.swap(bob, { amount0In: 1000n, amount1Out: 3976n })
 */
export async function openUniswapV2(options: UniswapV2Options = {}): Promise<UniswapV2> {
  const { balance = 2n ** 128n, time = 1_700_000_000n } = options
  // The fork the contracts were written for; a newer one differs in gas prices only.
  const evm = await openEvm({ hardfork: Hardfork.Istanbul, time })
  const factory = await evm.deploy(bytecodeOf("UniswapV2Factory"), argumentsOf(["address"], [feeToSetter]))
  const tokens: Address[] = []
  for (let count = 0; count < 2; count += 1) tokens.push(await deployToken(evm, balance))
  const [token0, token1] = tokens.sort() as [Address, Address]
  accepted(await evm.call(feeToSetter, factory, createPair.encode(token0, token1)))
  const pair = await read(evm, factory, getPair, token0, token1)
  const fresh = await evm.snapshot()
  return { ...verbs(evm, { factory, pair, token0, token1 }, fresh), evm, factory, pair, token0, token1, actors, feeToSetter }
}

/** What the router would pay for `amountIn` (UniswapV2Library.getAmountOut in v2-periphery): the greatest output the pair accepts. Rounds down. */
export function amountOutOf(amountIn: bigint, reserveIn: bigint, reserveOut: bigint): bigint {
  const amountInWithFee = amountIn * 997n
  return (amountInWithFee * reserveOut) / (reserveIn * 1000n + amountInWithFee)
}

type Verbs = Omit<UniswapV2, "evm" | "factory" | "pair" | "token0" | "token1" | "actors" | "feeToSetter">
type Deployed = Pick<UniswapV2, "factory" | "pair" | "token0" | "token1">

function verbs(evm: Evm, { factory, pair, token0, token1 }: Deployed, fresh: Snapshot): Verbs {
  const contracts: Record<Asset, Address> = { token0, token1, shares: pair }

  const transferred = (asset: Asset, from: Address, to: Address, amount: bigint) =>
    evm.call(from, contracts[asset], transfer.encode(to, amount))

  /** Pays the pair, then calls it; a payment of 0 is left out. */
  const paidCall = (from: Address, payments: Partial<Record<Asset, bigint>>, data: Bytes) =>
    evm.atomically(async () => {
      for (const [asset, amount] of Object.entries(payments) as [Asset, bigint][]) {
        if (amount === 0n) continue
        const payment = await transferred(asset, from, pair, amount)
        if (!payment.ok) return payment
      }
      return evm.call(from, pair, data)
    })

  return {
    reset: () => evm.revert(fresh),
    mintLiquidity: async (from, amount0, amount1, to = from) => {
      const result = await paidCall(from, { token0: amount0, token1: amount1 }, mint.encode(to))
      return result.ok ? { ...result, shares: mint.decode(result.output) } : result
    },
    burn: async (from, shares, to = from) => {
      const result = await paidCall(from, { shares }, burn.encode(to))
      if (!result.ok) return result
      const [amount0, amount1] = burn.decode(result.output)
      return { ...result, amount0, amount1 }
    },
    swap: (from, { amount0In = 0n, amount1In = 0n, amount0Out = 0n, amount1Out = 0n, to = from, data = "0x" }) =>
      paidCall(from, { token0: amount0In, token1: amount1In }, swap.encode(amount0Out, amount1Out, to, data)),
    transfer: transferred,
    skim: (from, to = from) => evm.call(from, pair, skim.encode(to)),
    sync: (from) => evm.call(from, pair, sync.encode()),
    setFeeTo: (receiver, from = feeToSetter) => evm.call(from, factory, setFeeTo.encode(receiver)),
    state: async () => {
      const reserves = await evm.storageOf(pair, SLOT.reserves)
      return {
        reserve0: field(reserves, 0, 112),
        reserve1: field(reserves, 112, 112),
        blockTimestampLast: field(reserves, 224, 32),
        price0CumulativeLast: await evm.storageOf(pair, SLOT.price0CumulativeLast),
        price1CumulativeLast: await evm.storageOf(pair, SLOT.price1CumulativeLast),
        kLast: await evm.storageOf(pair, SLOT.kLast),
        totalSupply: await evm.storageOf(pair, SLOT.totalSupply),
      }
    },
    balancesOf: async (account) => {
      const slot = slotOf(BigInt(account), SLOT.balanceOf)
      return { token0: await evm.storageOf(token0, slot), token1: await evm.storageOf(token1, slot), shares: await evm.storageOf(pair, slot) }
    },
  }
}

/** The order of the pair's variables; the tokens share its beginning. */
const SLOT = { totalSupply: 0n, balanceOf: 1n, reserves: 8n, price0CumulativeLast: 9n, price1CumulativeLast: 10n, kLast: 11n }

const createPair = method("function createPair(address tokenA, address tokenB) returns (address pair)")
const getPair = method("function getPair(address tokenA, address tokenB) view returns (address pair)")
const setFeeTo = method("function setFeeTo(address feeTo)")
const mint = method("function mint(address to) returns (uint256 liquidity)")
const burn = method("function burn(address to) returns (uint256 amount0, uint256 amount1)")
const swap = method("function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)")
const skim = method("function skim(address to)")
const sync = method("function sync()")
const transfer = method("function transfer(address to, uint256 value) returns (bool)")

async function deployToken(evm: Evm, balance: bigint): Promise<Address> {
  const [first, ...others] = actors
  const token = await evm.deploy(bytecodeOf("ERC20"), argumentsOf(["uint256"], [balance * BigInt(actors.length)]), first)
  for (const actor of others) accepted(await evm.call(first, token, transfer.encode(actor, balance)))
  return token
}

async function read<Inputs extends readonly unknown[], Output>(
  evm: Evm,
  contract: Address,
  getter: Method<Inputs, Output>,
  ...inputs: Inputs
): Promise<Output> {
  return getter.decode(accepted(await evm.staticCall(contract, getter.encode(...inputs))).output)
}

function accepted(result: CallResult): Done {
  assert(result.ok, `refused: ${result.ok || result.reason}`)
  return result
}

function bytecodeOf(contract: "UniswapV2Factory" | "ERC20"): string {
  const path = createRequire(import.meta.url).resolve(`@uniswap/v2-core/build/${contract}.json`)
  return (JSON.parse(readFileSync(path, "utf8")) as { bytecode: string }).bytecode
}

function accountOf(number: number): Address {
  return `0x${number.toString(16).padStart(40, "0")}`
}
