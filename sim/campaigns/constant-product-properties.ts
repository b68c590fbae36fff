import { Payment, type World } from "../../core/index.ts"
import {
  AddLiquidity,
  ConstantProductPool,
  quoteIn,
  quoteOut,
  RemoveLiquidity,
  sharesOf,
  Swap,
  SwapForExact,
  Swapped,
  Sync,
  type PoolState,
} from "../../protocols/amm/constant-product/index.ts"
import { Oracle, type Moment } from "../campaign/oracle.ts"
import { smaller, tried } from "./probe.ts"

/** What is said of Uniswap v2 pools, in our words, of a pool at `pool` and a trader `alice`. */

const stateOf = (world: World): PoolState => world.state(ConstantProductPool, "pool")
const SHARES = sharesOf("pool")

/** A block of trades alone never lowers x * y. (Shares as before say nothing: one burned may be one minted as the protocol's fee.) */
export const tradesKeepK = Oracle.make("trades keep x * y", (genesis) => {
  let before = stateOf(genesis)
  return {
    block: ({ world, block }: Moment) => {
      const was = before
      const is = (before = stateOf(world))
      if (is === was || was.shares === 0n) return undefined
      if (block.raw.ended.some(({ message, outcome }) => message === RemoveLiquidity && outcome === 1)) return undefined
      return is.reserveX * is.reserveY >= was.reserveX * was.reserveY ? undefined : { before: was.reserveX * was.reserveY, after: is.reserveX * is.reserveY }
    },
  }
})

const PIPS = 1_000_000n

/** A trade that a block has to itself keeps x * y even when the fee on what came in is left out, and pays at least what its sender asked for. */
export const tradesKeepTheirTerms = Oracle.make("trades pay the fee and keep their limit", (genesis) => {
  let before = stateOf(genesis)
  return {
    block: ({ world, block }: Moment) => {
      const { reserveX, reserveY, feePips } = before
      before = stateOf(world)
      const handled = block.raw.ended.filter(({ to, message, outcome }) => to === "pool" && message !== Payment && outcome === 1)
      const event = handled.length === 1 ? handled[0]?.events?.find((one) => one.event === Swapped) : undefined
      if (event === undefined) return undefined
      const traded = event.fields as unknown as Traded
      const withoutFee = (reserve: bigint, amountIn: bigint, amountOut: bigint) => (reserve + amountIn - amountOut) * PIPS - amountIn * BigInt(feePips)
      const x = withoutFee(reserveX, traded.amountXIn, traded.amountXOut)
      const y = withoutFee(reserveY, traded.amountYIn, traded.amountYOut)
      if (x * y < reserveX * reserveY * PIPS * PIPS) return { reserveX, reserveY, ...traded }
      const least: bigint = handled[0]?.message === Swap ? handled[0].payload.minimumOut : 0n
      return traded.amountXOut + traded.amountYOut >= least ? undefined : { least, ...traded }
    },
  }
})

type Traded = { readonly [Name in "amountXIn" | "amountYIn" | "amountXOut" | "amountYOut"]: bigint }

/** Reserves and shares are positive together. */
export const emptyTogether = Oracle.always("reserves and shares are positive together", ({ world }) => {
  const { reserveX, reserveY, shares } = stateOf(world)
  return shares === 0n || (reserveX > 0n && reserveY > 0n) ? undefined : { reserveX, reserveY, shares }
})

/** At the end of each run, in both directions: a sale pays what was quoted, a purchase costs what was quoted. */
export const quotesAreExecuted = Oracle.whenSettled("quotes are executed", ({ apart }) =>
  apart((fork) => {
    for (const [given, wanted] of [["eth", "usd"], ["usd", "eth"]] as const) {
      const held = fork.balance("alice", given)
      const amountIn = smaller(held, (given === "eth" ? stateOf(fork).reserveX : stateOf(fork).reserveY) / 7n + 1n)
      const sale = quoteOut(stateOf(fork), given, amountIn)
      const paid = tried(fork, "alice", "pool", Swap, { minimumOut: 0n }, { [given]: amountIn })(wanted)
      if (typeof sale === "bigint" ? paid !== sale : paid !== 0n) return { quoted: sale, paid }
      const amountOut = (given === "eth" ? stateOf(fork).reserveY : stateOf(fork).reserveX) / 9n + 1n
      const price = quoteIn(stateOf(fork), given, amountOut)
      const rest = fork.balance("alice", given)
      if (typeof price !== "bigint" || price > rest) continue
      const cost = -tried(fork, "alice", "pool", SwapForExact, { amountOut }, { [given]: rest })(given)
      if (cost !== price) return { quoted: price, cost }
    }
    return undefined
  }),
)

/** At the end of each run, donations taken in first: selling and at once selling back what it brought is no gain. */
export const thereAndBackIsNoGain = Oracle.whenSettled("there and back is no gain", ({ apart }) =>
  apart((fork) => {
    tried(fork, "alice", "pool", Sync, {})
    const amount = smaller(fork.balance("alice", "eth"), stateOf(fork).reserveX / 3n + 1n)
    const bought = tried(fork, "alice", "pool", Swap, { minimumOut: 0n }, { eth: amount })("usd")
    if (bought === 0n) return undefined
    const back = tried(fork, "alice", "pool", Swap, { minimumOut: 0n }, { usd: bought })("eth")
    return back <= amount ? undefined : { sold: amount, back }
  }),
)

/** At the end of each run, donations taken in first: adding liquidity and at once removing it gains nothing of either asset. */
export const addAndRemoveIsNoGain = Oracle.whenSettled("add and remove is no gain", ({ apart }) =>
  apart((fork) => {
    // Whoever is paid the protocol's fee gains by it.
    if (stateOf(fork).feeTo === "alice") return undefined
    tried(fork, "alice", "pool", Sync, {})
    const { reserveX, reserveY } = stateOf(fork)
    const given = { eth: smaller(fork.balance("alice", "eth"), reserveX / 5n + 2n), usd: smaller(fork.balance("alice", "usd"), reserveY / 5n + 3n) }
    const added = tried(fork, "alice", "pool", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, given)
    const shares = added(SHARES)
    if (shares === 0n) return undefined
    const removed = tried(fork, "alice", "pool", RemoveLiquidity, { minimumX: 0n, minimumY: 0n }, { [SHARES]: shares })
    const [x, y] = [added("eth") + removed("eth"), added("usd") + removed("usd")]
    return x <= 0n && y <= 0n ? undefined : { gainedX: x, gainedY: y }
  }),
)

/** The same after a gift of one asset, which counts as part of the deposit: it pays for no more shares than the other asset does. */
export const giftBuysNoShares = Oracle.whenSettled("a gift buys no shares", ({ apart }) =>
  apart((fork) => {
    if (stateOf(fork).feeTo === "alice") return undefined
    tried(fork, "alice", "pool", Sync, {})
    const { reserveX, reserveY } = stateOf(fork)
    const eth = fork.balance("alice", "eth")
    const gift = tried(fork, "alice", "pool", Payment, {}, { eth: smaller(eth / 2n, reserveX) })
    const given = { eth: smaller(eth / 3n, reserveX / 5n + 2n), usd: smaller(fork.balance("alice", "usd"), reserveY / 5n + 3n) }
    const added = tried(fork, "alice", "pool", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, given)
    const shares = added(SHARES)
    if (shares === 0n) return undefined
    const removed = tried(fork, "alice", "pool", RemoveLiquidity, { minimumX: 0n, minimumY: 0n }, { [SHARES]: shares })
    const [x, y] = [gift("eth") + added("eth") + removed("eth"), added("usd") + removed("usd")]
    return x <= 0n && y <= 0n ? undefined : { gainedX: x, gainedY: y }
  }),
)

/** At the end of each run: the shares of one holder are worth no more than their part of both balances. */
export const sharesAreFair = Oracle.whenSettled("shares are worth their part", ({ apart }) =>
  apart((fork) => {
    const own = fork.balance("alice", SHARES)
    const [x, y, all] = [fork.balance("pool", "eth"), fork.balance("pool", "usd"), fork.supply(SHARES)]
    if (own === 0n) return undefined
    const paid = tried(fork, "alice", "pool", RemoveLiquidity, { minimumX: 0n, minimumY: 0n }, { [SHARES]: own })
    // The protocol's fee may be minted first: then it is less.
    return paid("eth") * all <= own * x && paid("usd") * all <= own * y ? undefined : { shares: own, all, x, y, paidX: paid("eth"), paidY: paid("usd") }
  }),
)

export const poolProperties: readonly Oracle[] = [
  tradesKeepK,
  tradesKeepTheirTerms,
  emptyTogether,
  quotesAreExecuted,
  thereAndBackIsNoGain,
  addAndRemoveIsNoGain,
  giftBuysNoShares,
  sharesAreFair,
]
