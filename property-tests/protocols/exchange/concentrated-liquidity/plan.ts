/** What an operation means at a given state: our message, and what is asked of the original pool. */
import { type AnyMessage } from "../../../../core/index.ts"
import {
  Burn,
  Collect,
  CollectProtocol,
  Exchange,
  IncreaseObservationCardinality,
  Initialize,
  liquidityPerTickMax,
  highestTick,
  lowestTick,
  MAX_SQRT_PRICE_X96,
  MAX_TICK,
  MIN_SQRT_PRICE_X96,
  MIN_TICK,
  Mint,
  Observe,
  SetFeeProtocol,
  sqrtPriceX96AtTick,
  type PoolState,
} from "../../../../protocols/exchange/concentrated-liquidity/index.ts"
import type { Outcome, UniswapV3Pool } from "../../../evm/uniswap-v3.ts"
import type { Kind, LimitChoice, Of, Operation, Part, PositionChoice, TickChoice } from "./operations.ts"
import { OWNER, TRADERS } from "./ours.ts"

/** One operation, as both implementations are asked for it. */
export interface Plan {
  readonly kind: Kind
  readonly from: string
  readonly message: AnyMessage
  readonly payload: { readonly [field: string]: unknown }
  readonly funds: { readonly [asset: string]: bigint }
  readonly ask: (pool: UniswapV3Pool) => Promise<Outcome<unknown>>
  /** Our failures that may stand for the contract's reason. */
  readonly tags: { readonly [reason: string]: readonly string[] }
}

/** Enough for everything that is not refused. */
const PLENTY = 2n ** 245n
const UINT128_MAX = 2n ** 128n - 1n

/** Fixes prices, ticks and amounts of an operation at a state. */
export const planOf = (operation: Operation, pool: PoolState): Plan => {
  switch (operation.kind) {
    case "Initialize":
      return initialize(operation)
    case "Mint":
      return mint(operation, pool)
    case "Burn":
      return burn(operation, pool)
    case "Collect":
      return collect(operation, pool)
    case "Exchange":
      return exchange(operation, pool)
    case "SetFeeProtocol":
      return setFeeProtocol(operation)
    case "CollectProtocol":
      return collectProtocol(operation, pool)
    case "IncreaseObservationCardinality":
      return increase(operation)
    case "Observe":
      return observe(operation)
  }
}

const LOCKED = { LOK: ["clmm/NotInitialized"], I: ["clmm/NotInitialized"] }
const nameOf = (trader: number): string => TRADERS[trader] as string

const tickOf = (choice: TickChoice, { tick, tickSpacing }: PoolState): number => {
  if (choice === "lowest") return lowestTick(tickSpacing)
  if (choice === "highest") return highestTick(tickSpacing)
  const wanted = (Math.floor(tick / tickSpacing) + choice.spacings) * tickSpacing + choice.off
  return Math.min(Math.max(wanted, MIN_TICK), MAX_TICK)
}

const partOf = (whole: bigint, { part, plus }: Part): bigint => {
  const amount = (whole * part) / 1_000n + plus
  return amount < 0n ? 0n : amount > UINT128_MAX ? UINT128_MAX : amount
}

const initialize = ({ kind, tick, beyond }: Of<"Initialize">): Plan => {
  const sqrtPriceX96 = sqrtPriceX96AtTick(tick) + beyond
  return {
    kind,
    from: nameOf(0),
    message: Initialize,
    payload: { sqrtPriceX96 },
    funds: {},
    ask: (pool) => pool.initialize(sqrtPriceX96),
    tags: { AI: ["clmm/AlreadyInitialized"], R: ["clmm/PriceOutOfRange"] },
  }
}

const WRONG_POSITION = ["clmm/TicksInvalid"]

const mint = ({ kind, by, lower, upper, liquidity: wanted, short }: Of<"Mint">, pool: PoolState): Plan => {
  const [tickLower, tickUpper] = [tickOf(lower, pool), tickOf(upper, pool)]
  const liquidity = typeof wanted === "bigint" ? wanted : partOf(liquidityPerTickMax(pool.tickSpacing), wanted)
  const most = short ? 1n : PLENTY
  return {
    kind,
    from: nameOf(by),
    message: Mint,
    payload: { tickLower, tickUpper, liquidity, amount0Min: 0n, amount1Min: 0n },
    funds: { x: most, y: most },
    ask: (original) => original.mint(by, tickLower, tickUpper, liquidity, short ? { max0: most, max1: most } : {}),
    tags: {
      ...LOCKED,
      TLU: WRONG_POSITION,
      LO: ["clmm/LiquidityTooLarge", ...WRONG_POSITION],
      M0: ["clmm/MaximumExceeded"],
      M1: ["clmm/MaximumExceeded"],
      // Of a liquidity of nothing, beyond 127 bits, or of ticks beside the spacing.
      "no reason": liquidity === 0n ? ["clmm/NothingAsked"] : [...(liquidity >> 127n > 0n ? ["clmm/LiquidityTooLarge"] : []), ...WRONG_POSITION],
    },
  }
}

interface Chosen {
  readonly by: number
  readonly tickLower: number
  readonly tickUpper: number
}

const chosen = (choice: PositionChoice, pool: PoolState): Chosen => {
  if ("by" in choice) return { by: choice.by, tickLower: tickOf(choice.lower, pool), tickUpper: tickOf(choice.upper, pool) }
  const all = [...pool.positions.values()]
  const position = all[choice.number % Math.max(all.length, 1)]
  if (position === undefined) return { by: 0, tickLower: 0, tickUpper: pool.tickSpacing }
  return { by: TRADERS.indexOf(position.owner as (typeof TRADERS)[number]), tickLower: position.tickLower, tickUpper: position.tickUpper }
}

const positionOf = (pool: PoolState, { by, tickLower, tickUpper }: Chosen) => pool.positions.get(`${nameOf(by)} ${tickLower} ${tickUpper}`)

const burn = ({ kind, position, liquidity: part }: Of<"Burn">, pool: PoolState): Plan => {
  const place = chosen(position, pool)
  const { by, tickLower, tickUpper } = place
  const liquidity = partOf(positionOf(pool, place)?.liquidity ?? 0n, part)
  const none = ["clmm/InsufficientPosition", ...WRONG_POSITION]
  return {
    kind,
    from: nameOf(by),
    message: Burn,
    payload: { tickLower, tickUpper, liquidity, amount0Min: 0n, amount1Min: 0n },
    funds: {},
    ask: (original) => original.burn(by, tickLower, tickUpper, liquidity),
    tags: { ...LOCKED, TLU: WRONG_POSITION, LS: none, NP: none, "no reason": liquidity >> 127n > 0n ? none : [] },
  }
}

const collect = ({ kind, position, amount0, amount1 }: Of<"Collect">, pool: PoolState): Plan => {
  const place = chosen(position, pool)
  const { by, tickLower, tickUpper } = place
  const known = positionOf(pool, place)
  const amount0Max = amount0.plus === 1n ? UINT128_MAX : partOf(known?.tokensOwed0 ?? 0n, amount0)
  const amount1Max = amount1.plus === 1n ? UINT128_MAX : partOf(known?.tokensOwed1 ?? 0n, amount1)
  return {
    kind,
    from: nameOf(by),
    message: Collect,
    payload: { tickLower, tickUpper, amount0Max, amount1Max },
    funds: {},
    ask: (original) => original.collect(by, tickLower, tickUpper, amount0Max, amount1Max),
    tags: LOCKED,
  }
}

/** The contract walks word by word, which costs it more gas than there is, and us more time: where words are small, no limit means this many. */
const WORDS_MAX = 40

const noLimit = (zeroForOne: boolean, { tick, tickSpacing }: PoolState): bigint => {
  const far = tick + (zeroForOne ? -1 : 1) * WORDS_MAX * 256 * tickSpacing
  if (far <= MIN_TICK) return MIN_SQRT_PRICE_X96 + 1n
  return far >= MAX_TICK ? MAX_SQRT_PRICE_X96 - 1n : sqrtPriceX96AtTick(far)
}

const limitOf = (limit: LimitChoice, zeroForOne: boolean, pool: PoolState): bigint => {
  const extreme = zeroForOne ? MIN_SQRT_PRICE_X96 : MAX_SQRT_PRICE_X96
  if (limit === "none") return noLimit(zeroForOne, pool)
  if (limit === "extreme") return extreme
  if (limit === "here") return pool.sqrtPriceX96
  const wanted = sqrtPriceX96AtTick(tickOf(limit.tick, pool)) + limit.beyond
  const [least, most] = [noLimit(true, pool), noLimit(false, pool)]
  return wanted < least ? least : wanted > most ? most : wanted
}

const exchange = ({ kind, by, zeroForOne, exactIn, amount, limit, short }: Of<"Exchange">, pool: PoolState): Plan => {
  const amountSpecified = exactIn ? amount : -amount
  const sqrtPriceLimitX96 = limitOf(limit, zeroForOne, pool)
  const most = short ? 1n : PLENTY
  return {
    kind,
    from: nameOf(by),
    message: Exchange,
    payload: { zeroForOne, amountSpecified, sqrtPriceLimitX96 },
    funds: { [zeroForOne ? "x" : "y"]: most },
    ask: (original) => original.swap(by, zeroForOne, amountSpecified, sqrtPriceLimitX96, short ? { max0: most, max1: most } : {}),
    tags: { ...LOCKED, AS: ["clmm/NothingAsked"], SPL: ["clmm/PriceLimitInvalid"], IIA: ["clmm/MaximumExceeded"] },
  }
}

const setFeeProtocol = ({ kind, part0, part1, byOwner }: Of<"SetFeeProtocol">): Plan => ({
  kind,
  from: byOwner ? OWNER : nameOf(1),
  message: SetFeeProtocol,
  payload: { feeProtocol0: part0, feeProtocol1: part1 },
  funds: {},
  ask: (original) => original.setFeeProtocol(part0, part1, byOwner ? undefined : 1),
  tags: { ...LOCKED, "no reason": [byOwner ? "clmm/FeeProtocolInvalid" : "clmm/NotOwner"] },
})

const collectProtocol = ({ kind, amount0, amount1, byOwner }: Of<"CollectProtocol">, pool: PoolState): Plan => {
  const amount0Max = partOf(pool.protocolFees0, amount0)
  const amount1Max = partOf(pool.protocolFees1, amount1)
  return {
    kind,
    from: byOwner ? OWNER : nameOf(1),
    message: CollectProtocol,
    payload: { amount0Max, amount1Max },
    funds: {},
    ask: (original) => original.collectProtocol(amount0Max, amount1Max, byOwner ? undefined : 1),
    tags: { ...LOCKED, "no reason": byOwner ? [] : ["clmm/NotOwner"] },
  }
}

const increase = ({ kind, cardinalityNext }: Of<"IncreaseObservationCardinality">): Plan => ({
  kind,
  from: nameOf(2),
  message: IncreaseObservationCardinality,
  payload: { cardinalityNext },
  funds: {},
  ask: (original) => original.increaseObservationCardinalityNext(cardinalityNext),
  tags: LOCKED,
})

const observe = ({ kind, secondsAgos }: Of<"Observe">): Plan => ({
  kind,
  from: nameOf(3),
  message: Observe,
  payload: { secondsAgos },
  funds: {},
  ask: async (original) => {
    const answer = await original.observe(secondsAgos)
    return "reason" in answer ? answer : { ok: true, output: "0x", logs: [], gasUsed: 0n, ...answer }
  },
  tags: { ...LOCKED, OLD: ["clmm/ObservationTooOld"] },
})
