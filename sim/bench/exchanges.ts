import { createRequire } from "node:module"
import { actor, World, type Transaction } from "../../core/index.ts"
import {
  ConcentratedLiquidityPool,
  Exchange,
  Initialize,
  Mint,
  quoteOut,
  sqrtPriceX96AtTick,
  type PoolState,
  type Quote,
} from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { bareExchange, barePoolOf } from "./bare-exchange.ts"
import { median } from "./measure.ts"

/**
 * Swaps on one pool of concentrated liquidity that cross no tick, one, or twenty, end to end (admission, execution, reconciliation, header),
 * beside the bare loop, the quote alone, and, where `./peers` has it installed, @uniswap/v3-sdk: `node sim/bench/exchanges.ts [--quick] [--json]`.
 */

/** Swaps go down to one price and back up to the other, so many ticks in use between them. */
export interface Course {
  readonly name: string
  readonly crossings: number
  readonly lowX96: bigint
  readonly highX96: bigint
}

const SPACING = 60
const FEE_PIPS = 3_000
/** In the middle of a word of the contract's bitmap, so that only ticks in use end a step. */
const CENTRE = 126 * SPACING
const UNIT = 10n ** 18n
const LIQUIDITY = 1_000n * UNIT
const ACCOUNTS = 1_000

const course = (name: string, crossings: number): Course => ({
  name,
  crossings,
  lowX96: sqrtPriceX96AtTick(CENTRE + 20),
  highX96: sqrtPriceX96AtTick(CENTRE + 40 + crossings * SPACING),
})

export const COURSES: readonly Course[] = [course("no crossing", 0), course("1 crossing", 1), course("20 crossings", 20)]

/** A pool with liquidity everywhere, and a position more between each tick of the course and the next. */
const poolWorld = ({ lowX96 }: Course): World => {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => [nameOf(index), { zero: 10n ** 30n, one: 10n ** 30n }] as const)
  const params = { asset0: "zero", asset1: "one", feePips: FEE_PIPS, tickSpacing: SPACING, owner: null }
  const world = World.make({ accounts, actors: [actor("pool", ConcentratedLiquidityPool, params)] })
  const funds = { zero: 10n ** 27n, one: 10n ** 27n }
  const mint = (tickLower: number, tickUpper: number) =>
    world.send(nameOf(0), "pool", Mint, { tickLower, tickUpper, liquidity: LIQUIDITY, amount0Min: 0n, amount1Min: 0n }, { funds })
  world.send(nameOf(0), "pool", Initialize, { sqrtPriceX96: lowX96 })
  mint(-887_220, 887_220)
  for (let tick = CENTRE; tick < CENTRE + 22 * SPACING; tick += SPACING) mint(tick, tick + SPACING)
  world.settle()
  return world
}

const nameOf = (index: number): string => `account-${index}`
const EVERYTHING = 10n ** 26n

const transactionsOf = ({ lowX96, highX96 }: Course, count: number, nonce0: number): readonly Transaction[] =>
  Array.from({ length: count }, (_, index) => {
    const up = index % 2 === 0
    return {
      from: nameOf(index % ACCOUNTS),
      nonce: Math.floor(index / ACCOUNTS) + (index % ACCOUNTS === 0 ? nonce0 : 0),
      to: "pool",
      message: Exchange,
      payload: { zeroForOne: !up, amountSpecified: EVERYTHING, sqrtPriceLimitX96: up ? highX96 : lowX96 },
      funds: { [up ? "one" : "zero"]: EVERYTHING },
    }
  })

const microseconds = (call: () => void, count: number): number => {
  const before = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** CPU microseconds a swap, medians over runs in turn. */
export interface ExchangeRow {
  readonly workload: string
  readonly engine: number
  readonly quote: number
  readonly bare: number
  readonly sdk: number | undefined
  readonly engineToBare: number
  /** How many times as long the SDK takes for its answer as the engine for the whole swap, and as our quote. */
  readonly sdkToEngine: number | undefined
  readonly sdkToQuote: number | undefined
}

export const measureExchange = async (one: Course, swaps: number, runs: number): Promise<ExchangeRow> => {
  const figures = { engine: [] as number[], quote: [] as number[], bare: [] as number[], sdk: [] as number[] }
  for (let run = 0; run <= runs; run++) {
    const world = poolWorld(one)
    const pool = world.state(ConcentratedLiquidityPool, "pool")
    const transactions = transactionsOf(one, swaps, world.nonce(nameOf(0)))
    const sdk = await sdkSwaps(one, pool, Math.min(swaps, 400))
    const bare = barePoolOf(pool)
    figures.bare.push(microseconds(() => {
      for (let index = 0; index < swaps; index++) bareExchange(bare, index % 2 === 1, EVERYTHING, index % 2 === 0 ? one.highX96 : one.lowX96)
    }, swaps))
    figures.engine.push(microseconds(() => {
      for (let start = 0; start < swaps; start += ACCOUNTS) world.step(transactions.slice(start, start + ACCOUNTS))
    }, swaps))
    world.settle()
    const after = world.state(ConcentratedLiquidityPool, "pool")
    const agree = after.sqrtPriceX96 === bare.sqrtPriceX96 && after.feeGrowthGlobal0X128 === bare.feeGrowth0X128
    if (!agree) throw new Error("the engine and the bare loop disagree")
    figures.quote.push(microseconds(() => {
      let quoted = 0n
      for (let index = 0; index < swaps; index++) quoted += (quoteOut(pool, "one", EVERYTHING, one.highX96) as Quote).amountIn
      if (quoted === 0n) throw new Error("nothing was quoted")
    }, swaps))
    if (sdk !== undefined) figures.sdk.push(sdk)
  }
  // The first run is for the compiler.
  const middle = (list: readonly number[]): number => Math.round(median(list.slice(1)) * 100) / 100
  const [engine, quote, bare] = [middle(figures.engine), middle(figures.quote), middle(figures.bare)]
  const sdk = figures.sdk.length === 0 ? undefined : middle(figures.sdk)
  const ratio = (left: number, right: number): number => Math.round((left / right) * 10) / 10
  const besideSdk = sdk === undefined ? { sdkToEngine: undefined, sdkToQuote: undefined } : { sdkToEngine: ratio(sdk, engine), sdkToQuote: ratio(sdk, quote) }
  return { workload: `v3 swaps, ${one.name}`, engine, quote, bare, sdk, engineToBare: ratio(engine, bare), ...besideSdk }
}

/** What is used of the SDK; its packages are installed with the other peers, or not at all. */
interface Sdk {
  readonly Pool: new (...fields: readonly unknown[]) => SdkPool
  readonly TickListDataProvider: new (ticks: readonly object[], tickSpacing: number) => object
  readonly Token: new (chain: number, address: string, decimals: number) => object
  readonly CurrencyAmount: { readonly fromRawAmount: (token: object, amount: string) => object }
  readonly JSBI: { readonly BigInt: (value: string) => object }
}
interface SdkPool {
  readonly sqrtRatioX96: { toString(): string }
  getOutputAmount(amount: object, limit: object): Promise<readonly [object, SdkPool]>
}

const loadSdk = (): Sdk | undefined => {
  const require = createRequire(new URL("./peers/package.json", import.meta.url))
  try {
    const [sdk, core, jsbi] = ["@uniswap/v3-sdk", "@uniswap/sdk-core", "jsbi"].map((name) => require(name) as object)
    return { ...sdk, ...core, JSBI: jsbi } as unknown as Sdk
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined
    throw error
  }
}

/** CPU microseconds a swap of the SDK, each on the pool that the one before left; undefined where it is not installed. */
const sdkSwaps = async ({ lowX96, highX96 }: Course, pool: PoolState, swaps: number): Promise<number | undefined> => {
  const sdk = loadSdk()
  if (sdk === undefined) return undefined
  const tokens = [1, 2].map((digit) => new sdk.Token(1, `0x${String(digit).repeat(40)}`, 18)) as [object, object]
  const tickOf = (index: number, gross: bigint, net: bigint) => ({ index, liquidityGross: String(gross), liquidityNet: String(net) })
  const ticks = [...pool.ticks].map(([index, { liquidityGross, liquidityNet }]) => tickOf(index, liquidityGross, liquidityNet))
  const provider = new sdk.TickListDataProvider(ticks, SPACING)
  let current = new sdk.Pool(...tokens, FEE_PIPS, String(pool.sqrtPriceX96), String(pool.liquidity), pool.tick, provider)
  const [low, high] = [sdk.JSBI.BigInt(String(lowX96)), sdk.JSBI.BigInt(String(highX96))]
  const before = process.cpuUsage()
  for (let index = 0; index < swaps; index++) {
    const up = index % 2 === 0
    const amount = sdk.CurrencyAmount.fromRawAmount(tokens[up ? 1 : 0], String(EVERYTHING))
    current = (await current.getOutputAmount(amount, up ? high : low))[1]
  }
  const { user, system } = process.cpuUsage(before)
  if (current.sqrtRatioX96.toString() !== String(lowX96)) throw new Error("the SDK ended at another price")
  return (user + system) / swaps
}

if (import.meta.filename === process.argv[1]) {
  const quick = process.argv.includes("--quick")
  const rows: ExchangeRow[] = []
  for (const one of COURSES) rows.push(await measureExchange(one, quick ? 4_000 : 20_000, quick ? 2 : 5))
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ node: process.version, rows })}\n`)
  else for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
}
