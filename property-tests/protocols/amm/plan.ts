/** What an operation means at a given state: our message, and what a router would ask the original pair. */
import { Payment, type AnyMessage } from "../../../core/index.ts"
import { AddLiquidity, Exchange, RemoveLiquidity, SetFeeTo, sharesOf, Skim, Swap, SwapForExact, Sync } from "../../../protocols/amm/constant-product/index.ts"
import { zeroAddress, type Outcome, type SwapOrder, type UniswapV2 } from "../../evm/uniswap-v2.ts"
import { amountOf, SETTER, TRADERS, type Kind, type Operation, type Person, type Side, type Size } from "./operations.ts"

/** Where the pool lives. */
export const POOL = "pool"
export const SHARES = sharesOf(POOL)
/** Pips of a whole. */
export const PIPS = 1_000_000n

/** A pool and its people, whichever implementation they are of. */
export interface Market {
  readonly feePips: bigint
  readonly reserve: Readonly<Record<Side, bigint>>
  readonly balance: Readonly<Record<Side, bigint>>
  /** Shares in existence. */
  readonly shares: bigint
  readonly purses: Readonly<Record<Person, Purse>>
  /** Whether nobody attaches more than the purse holds. */
  readonly withinPurse: boolean
}

/** What a person holds. */
export type Purse = Readonly<Record<Side | "shares", bigint>>

/** One operation, as both implementations are asked for it. */
export interface Plan {
  readonly kind: Kind
  readonly by: Person
  readonly message: AnyMessage
  readonly payload: { readonly [field: string]: unknown }
  readonly funds: { readonly [asset: string]: bigint }
  /** Asks the pair; or why a router would not even ask. */
  readonly ask: ((v2: UniswapV2) => Promise<Outcome>) | string
  /** Our failure for the contract's reason. */
  readonly tags: { readonly [reason: string]: string }
}

const OVERFLOW = { "UniswapV2: OVERFLOW": "amm/ReserveOverflow", "ds-math-mul-overflow": "amm/ReserveOverflow" }
/** The token's own arithmetic, when more is paid than there is. */
const PURSE = { "ds-math-sub-underflow": "core/InsufficientBalance" }

/** The account of a person on the side of the contracts. */
export const addressOf = (v2: UniswapV2, person: Person) => (person === SETTER ? v2.feeToSetter : (v2.actors[TRADERS.indexOf(person)] as (typeof v2.actors)[0]))

/** Fixes the amounts of an operation at a state. */
export const planOf = (operation: Operation, market: Market): Plan => {
  switch (operation.kind) {
    case "AddLiquidity":
      return addLiquidity(operation, market)
    case "RemoveLiquidity":
      return removeLiquidity(operation, market)
    case "Swap":
      return swap(operation, market)
    case "SwapForExact":
      return swapForExact(operation, market)
    case "Exchange":
      return exchange(operation, market)
    case "Payment":
      return payment(operation, market)
    case "SetFeeTo":
      return setFeeTo(operation)
    case "Skim":
      return { ...nothingAttached, ...operation, message: Skim, ask: (v2) => v2.skim(addressOf(v2, operation.by)) }
    case "Sync":
      return { ...nothingAttached, ...operation, message: Sync, ask: (v2) => v2.sync(addressOf(v2, operation.by)), tags: OVERFLOW }
  }
}

type Of<K extends Kind> = Extract<Operation, { readonly kind: K }>
const nothingAttached = { payload: {}, funds: {}, tags: {} }
const other = (side: Side): Side => (side === "x" ? "y" : "x")

const measured = (market: Market, by: Person, side: Side, size: Size): bigint =>
  amountOf(size, { reserve: market.reserve[side], balance: market.balance[side], purse: market.purses[by][side] })

const attached = (market: Market, by: Person, side: Side, size: Size): bigint => within(market, measured(market, by, side, size), market.purses[by][side])

const within = ({ withinPurse }: Market, amount: bigint, purse: bigint): bigint => (withinPurse && amount > purse ? purse : amount)

/** UniswapV2Router02._addLiquidity: the pair is given exactly what fits its ratio. */
const addLiquidity = ({ kind, by, ...sizes }: Of<"AddLiquidity">, market: Market): Plan => {
  const desired = { x: attached(market, by, "x", sizes.x), y: attached(market, by, "y", sizes.y) }
  const used = atRatio(desired, market)
  const uncovered = desired.x > market.purses[by].x || desired.y > market.purses[by].y
  const first = market.shares === 0n
  return {
    kind,
    by,
    message: AddLiquidity,
    payload: { minimumX: 0n, minimumY: 0n, minimumShares: 0n },
    funds: desired,
    ask: uncovered ? "router: purse" : (v2) => v2.mintLiquidity(addressOf(v2, by), used.x, used.y),
    tags: {
      "router: purse": "core/InsufficientBalance",
      "UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED": "amm/InsufficientSharesMinted",
      // The root of the first deposit, less the 1,000 locked shares.
      "ds-math-sub-underflow": "amm/InsufficientSharesMinted",
      "UniswapV2: OVERFLOW": "amm/ReserveOverflow",
      // The product of the first deposit alone leaves 256 bits before any reserve is looked at.
      "ds-math-mul-overflow": first ? "core/OutOfRange" : "amm/ReserveOverflow",
    },
  }
}

const atRatio = (desired: Readonly<Record<Side, bigint>>, { reserve }: Pick<Market, "reserve">): Record<Side, bigint> => {
  if (reserve.x === 0n || reserve.y === 0n) return desired
  const y = (desired.x * reserve.y) / reserve.x
  return y <= desired.y ? { x: desired.x, y } : { x: (desired.y * reserve.x) / reserve.y, y: desired.y }
}

const removeLiquidity = ({ kind, by, shares: size }: Of<"RemoveLiquidity">, market: Market): Plan => {
  const purse = market.purses[by].shares
  const shares = within(market, amountOf(size, { reserve: market.shares, balance: market.shares, purse }), purse)
  return {
    kind,
    by,
    message: RemoveLiquidity,
    payload: { minimumX: 0n, minimumY: 0n },
    funds: { [SHARES]: shares },
    ask: (v2) => v2.burn(addressOf(v2, by), shares),
    tags: {
      "ds-math-sub-underflow": market.shares === 0n ? "core/UnknownAsset" : "core/InsufficientBalance",
      // In ours a message without shares is one with the wrong asset; the pair divides by a supply of zero.
      "UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED": shares === 0n ? "amm/WrongAsset" : "amm/InsufficientSharesBurned",
      "invalid opcode": "amm/WrongAsset",
      ...OVERFLOW,
    },
  }
}

/** UniswapV2Router02.swapExactTokensForTokens. */
const swap = ({ kind, by, sells, amount: size, minimumBeyond }: Of<"Swap">, market: Market): Plan => {
  const amount = attached(market, by, sells, size)
  const empty = market.reserve.x === 0n || market.reserve.y === 0n
  const lessFee = amount * (PIPS - market.feePips)
  const out = empty ? 0n : (lessFee * market.reserve[other(sells)]) / (market.reserve[sells] * PIPS + lessFee)
  const minimumOut = minimumBeyond === null || out + minimumBeyond < 0n ? 0n : out + minimumBeyond
  const asked = empty && amount > 0n ? 1n : out
  return {
    kind,
    by,
    message: Swap,
    payload: { minimumOut },
    funds: { [sells]: amount },
    ask:
      out > 0n && out < minimumOut && amount <= market.purses[by][sells]
        ? "router: INSUFFICIENT_OUTPUT_AMOUNT"
        : (v2) => v2.swap(addressOf(v2, by), orderOf({ [sells]: amount }, { [other(sells)]: asked })),
    tags: {
      "router: INSUFFICIENT_OUTPUT_AMOUNT": "amm/SlippageExceeded",
      "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT": amount === 0n ? "amm/WrongAsset" : "amm/InsufficientOutput",
      "UniswapV2: INSUFFICIENT_LIQUIDITY": "amm/PoolEmpty",
      ...PURSE,
      ...OVERFLOW,
    },
  }
}

/** UniswapV2Router02.swapTokensForExactTokens; the pair is given exactly the amount in. */
const swapForExact = ({ kind, by, sells, out: size, maximumBeyond }: Of<"SwapForExact">, market: Market): Plan => {
  const buys = other(sells)
  const out = measured(market, by, buys, size)
  const empty = market.reserve.x === 0n || market.reserve.y === 0n
  const possible = !empty && out > 0n && out < market.reserve[buys]
  const cost = possible ? (market.reserve[sells] * out * PIPS) / ((market.reserve[buys] - out) * (PIPS - market.feePips)) + 1n : 1n
  const wanted = maximumBeyond === "nothing" ? 0n : cost + maximumBeyond
  const maximum = within(market, wanted, market.purses[by][sells])
  const uncovered = maximum > market.purses[by][sells]
  const tooDear = possible && cost > maximum && maximum > 0n
  return {
    kind,
    by,
    message: SwapForExact,
    payload: { amountOut: out },
    funds: { [sells]: maximum },
    ask: uncovered
      ? "router: purse"
      : maximum === 0n
        ? "router: nothing"
        : tooDear
          ? "router: EXCESSIVE_INPUT_AMOUNT"
          : (v2) => v2.swap(addressOf(v2, by), orderOf({ [sells]: possible ? cost : maximum }, { [buys]: out })),
    tags: {
      "router: purse": "core/InsufficientBalance",
      "router: nothing": "amm/WrongAsset",
      "router: EXCESSIVE_INPUT_AMOUNT": "amm/MaximumExceeded",
      "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT": "amm/InsufficientOutput",
      "UniswapV2: INSUFFICIENT_LIQUIDITY": empty ? "amm/PoolEmpty" : "amm/InsufficientLiquidity",
      ...OVERFLOW,
    },
  }
}

const exchange = ({ kind, by, in: sizesIn, out: sizesOut, edge }: Of<"Exchange">, market: Market): Plan => {
  const amountIn = { x: attached(market, by, "x", sizesIn.x), y: attached(market, by, "y", sizesIn.y) }
  const out = { x: measured(market, by, "x", sizesOut.x), y: measured(market, by, "y", sizesOut.y) }
  if (edge !== null) out[edge.side] = mostOut(market, amountIn, edge.side, out[other(edge.side)]) + edge.plus
  return {
    kind,
    by,
    message: Exchange,
    payload: { amountXOut: out.x, amountYOut: out.y },
    funds: amountIn,
    ask: (v2) => v2.swap(addressOf(v2, by), orderOf(amountIn, out)),
    tags: {
      "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT": "amm/InsufficientOutput",
      "UniswapV2: INSUFFICIENT_LIQUIDITY": "amm/InsufficientLiquidity",
      "UniswapV2: INSUFFICIENT_INPUT_AMOUNT": "amm/InsufficientInput",
      "UniswapV2: K": "amm/ProductDecreased",
      ...PURSE,
      ...OVERFLOW,
    },
  }
}

type Sides = Readonly<Record<Side, bigint>>

/** Whether the product of the balances, less the fee on everything above the reserves, is at least that of the reserves. */
const keepsProduct = (market: Market, amountIn: Sides, out: Sides): boolean => productGained(market, amountIn, out) >= 0n

const productGained = ({ reserve, balance, feePips }: Market, amountIn: Sides, out: Sides): bigint => {
  const lessFee = (side: Side) => (balance[side] + amountIn[side] - out[side]) * PIPS - (balance[side] + amountIn[side] - reserve[side]) * feePips
  return lessFee("x") * lessFee("y") - reserve.x * reserve.y * PIPS * PIPS
}

/** Whether an exchange leaves the product, less the fee, exactly as it was. */
export const leavesProduct = ({ funds, payload }: Plan, market: Market): boolean =>
  productGained(market, funds as Sides, { x: payload["amountXOut"] as bigint, y: payload["amountYOut"] as bigint }) === 0n

/** The most of `side` that keeps the product, found by halving: 0 when nothing does. */
export const mostOut = (market: Market, amountIn: Readonly<Record<Side, bigint>>, side: Side, otherOut: bigint): bigint => {
  if (otherOut > market.reserve[other(side)]) return 0n
  let [kept, refused] = [0n, market.reserve[side]]
  while (refused - kept > 1n) {
    const middle = (kept + refused) / 2n
    if (keepsProduct(market, amountIn, { [side]: middle, [other(side)]: otherOut } as Record<Side, bigint>)) kept = middle
    else refused = middle
  }
  return kept
}

const orderOf = (amountIn: Partial<Record<Side, bigint>>, out: Partial<Record<Side, bigint>>): SwapOrder => ({
  amount0In: amountIn.x ?? 0n,
  amount1In: amountIn.y ?? 0n,
  amount0Out: out.x ?? 0n,
  amount1Out: out.y ?? 0n,
})

const payment = ({ kind, by, side, amount: size }: Of<"Payment">, market: Market): Plan => {
  const amount = attached(market, by, side, size)
  return {
    kind,
    by,
    message: Payment,
    payload: {},
    funds: { [side]: amount },
    ask: (v2) => v2.transfer(side === "x" ? "token0" : "token1", addressOf(v2, by), v2.pair, amount),
    tags: PURSE,
  }
}

const setFeeTo = ({ kind, by, feeTo }: Of<"SetFeeTo">): Plan => ({
  kind,
  by,
  message: SetFeeTo,
  payload: { feeTo },
  funds: {},
  ask: (v2) => v2.setFeeTo(feeTo === null ? zeroAddress : addressOf(v2, feeTo), addressOf(v2, by)),
  tags: { "UniswapV2: FORBIDDEN": "amm/NotFeeSetter" },
})
