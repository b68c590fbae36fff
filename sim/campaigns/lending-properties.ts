import type { World } from "../../core/index.ts"
import * as lending from "../../protocols/lending/isolated-market/index.ts"
import { Report } from "../../protocols/oracle/index.ts"
import { Oracle } from "../campaign/oracle.ts"
import { smaller, tried } from "./probe.ts"

/** What is said of Morpho Blue markets, in our words, of one at `market` that lends `usd` against `eth`, and an account `alice`. */

const marketOf = (world: World): lending.MarketState => world.state(lending.IsolatedMarket, "market")

/** Nothing is lent that nobody supplied. */
export const borrowedWithinSupplied = Oracle.always("borrowed is at most what is supplied", ({ world }) => {
  const { totalBorrowAssets, totalSupplyAssets } = marketOf(world)
  return totalBorrowAssets <= totalSupplyAssets ? undefined : { totalBorrowAssets, totalSupplyAssets }
})

/** Who owes something has collateral: a debt without any is written off in the handling that took the last of it. */
export const debtHasCollateral = Oracle.always("a debt has collateral", ({ world }) => {
  for (const [account, { borrowShares, collateral }] of marketOf(world).positions.entries()) if (borrowShares > 0n && collateral === 0n) return { account, borrowShares }
  return undefined
})

/** At the end of each run: supplying, and at once withdrawing exactly the shares that it brought, or the amount, is no gain. */
export const supplyIsNoGain = Oracle.whenSettled("supply and withdraw is no gain", ({ apart }) => {
  const sharesOf = (fork: World): bigint => marketOf(fork).positions.get("alice")?.supplyShares ?? 0n
  for (const bySharesGiven of [false, true]) {
    const broken = apart((fork) => {
      const assets = fork.balance("alice", "usd") / 2n
      const had = sharesOf(fork)
      const wanted = bySharesGiven ? { assets: 0n, shares: (assets * 1_000n) / 3n } : { assets, shares: 0n }
      const out = tried(fork, "alice", "market", lending.Supply, { ...wanted, onBehalf: "alice" }, { usd: fork.balance("alice", "usd") })("usd")
      if (sharesOf(fork) <= had) return undefined
      const back = tried(fork, "alice", "market", lending.Withdraw, { assets: 0n, shares: sharesOf(fork) - had, onBehalf: "alice", receiver: "alice" })("usd")
      return out + back <= 0n ? undefined : { paid: -out, back }
    })
    if (broken !== undefined) return broken
  }
  return undefined
})

/** At the end of each run: borrowing what collateral and liquidity allow, and at once repaying the debt that it made, is no gain. */
export const borrowIsNoGain = Oracle.whenSettled("borrow and repay is no gain", ({ apart }) =>
  apart((fork) => {
    const sharesOf = (): bigint => marketOf(fork).positions.get("alice")?.borrowShares ?? 0n
    const had = sharesOf()
    tried(fork, "alice", "market", lending.SupplyCollateral, { onBehalf: "alice" }, { eth: fork.balance("alice", "eth") / 2n })
    const { totalSupplyAssets, totalBorrowAssets } = marketOf(fork)
    const assets = smaller((totalSupplyAssets - totalBorrowAssets) / 2n, fork.balance("alice", "usd") / 2n)
    const lent = tried(fork, "alice", "market", lending.Borrow, { assets, shares: 0n, onBehalf: "alice", receiver: "alice" })("usd")
    if (sharesOf() <= had) return lent === 0n ? undefined : { lent, debt: sharesOf() - had }
    const repaid = -tried(fork, "alice", "market", lending.Repay, { assets: 0n, shares: sharesOf() - had, onBehalf: "alice" }, { usd: fork.balance("alice", "usd") })("usd")
    return repaid >= lent ? undefined : { lent, repaid }
  }),
)

/** At the end of each run: bringing the interest up to now again adds nothing. */
export const accrualIsIdempotent = Oracle.whenSettled("accruing twice is accruing once", ({ apart, world }) => {
  if (marketOf(world).totalBorrowAssets === 0n) return undefined
  const [once, again] = [1, 2].map((times) =>
    apart((fork) => {
      for (let time = 0; time < times; time++) tried(fork, "carol", "market", lending.AccrueInterest, {})
      return marketOf(fork).totalBorrowAssets
    }),
  )
  return once === again ? undefined : { once, again }
})

/** At the end of each run, some time later: to accrue before what one does, or to leave it to the message, comes to the same. */
export const accrualCommutes = Oracle.whenSettled("accrual commutes", ({ apart }) => {
  const moves: { readonly [name: string]: (fork: World) => void } = {
    supply: (fork) => void tried(fork, "alice", "market", lending.Supply, { assets: fork.balance("alice", "usd") / 3n, shares: 0n, onBehalf: "alice" }, { usd: fork.balance("alice", "usd") }),
    borrow: (fork) => void tried(fork, "alice", "market", lending.Borrow, { assets: 7n, shares: 0n, onBehalf: "alice", receiver: "alice" }),
    repay: (fork) => void tried(fork, "alice", "market", lending.Repay, { assets: 5n, shares: 0n, onBehalf: "alice" }, { usd: fork.balance("alice", "usd") }),
    withdraw: (fork) => void tried(fork, "bob", "market", lending.Withdraw, { assets: 3n, shares: 0n, onBehalf: "bob", receiver: "bob" }),
  }
  const totals = (fork: World): string => {
    const { totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares, lastUpdate, rateAtTarget } = marketOf(fork)
    return [totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares, lastUpdate, rateAtTarget].join(" ")
  }
  for (const [name, move] of Object.entries(moves)) {
    const [alone, accruedFirst] = [false, true].map((first) =>
      apart((fork) => {
        fork.step([], { time: fork.time + 86_400 })
        if (first) tried(fork, "carol", "market", lending.AccrueInterest, {})
        move(fork)
        // A message that was refused has accrued nothing, so both are looked at after accruing.
        tried(fork, "carol", "market", lending.AccrueInterest, {})
        return totals(fork)
      }),
    )
    if (alone !== accruedFirst) return { move: name, alone, accruedFirst }
  }
  return undefined
})

/** At the end of each run: who has borrowed cannot take all collateral away. */
export const debtKeepsCollateral = Oracle.whenSettled("a debt keeps collateral", ({ apart }) =>
  apart((fork) => {
    tried(fork, "alice", "market", lending.SupplyCollateral, { onBehalf: "alice" }, { eth: fork.balance("alice", "eth") / 2n })
    tried(fork, "alice", "market", lending.Borrow, { assets: 2n, shares: 0n, onBehalf: "alice", receiver: "alice" })
    const position = marketOf(fork).positions.get("alice")
    if (position === undefined || position.borrowShares === 0n) return undefined
    const taken = tried(fork, "alice", "market", lending.WithdrawCollateral, { assets: position.collateral, onBehalf: "alice", receiver: "alice" })("eth")
    return taken === 0n ? undefined : { ...position, taken }
  }),
)

/** At the end of each run: were collateral worth next to nothing and all of it seized, the market would hold what is supplied and not lent. */
export const lossesAreShared = Oracle.whenSettled("losses leave both totals", ({ apart }) =>
  apart((fork) => {
    tried(fork, "feed", "oracle", Report, { price: 1n })
    for (const [borrower, { borrowShares, collateral }] of marketOf(fork).positions.entries()) {
      if (borrowShares === 0n || collateral === 0n) continue
      tried(fork, "carol", "market", lending.Liquidate, { borrower, seizedAssets: collateral, repaidShares: 0n }, { usd: fork.balance("carol", "usd") })
    }
    const { totalSupplyAssets, totalBorrowAssets } = marketOf(fork)
    const held = fork.balance("market", "usd")
    return held >= totalSupplyAssets - totalBorrowAssets ? undefined : { held, totalSupplyAssets, totalBorrowAssets }
  }),
)

/** Some that no conversion comes out even with, once interest has accrued. */
const ASSETS = 7n
const SHARES = 1_234_567n

/**
 * At the end of each run: no conversion between an amount and shares favours who asks for it, by whichever of the two it is asked, compared with the
 * totals before it by whole numbers. Who supplies or repays gets no more for an amount than it is worth; who withdraws or borrows, no less.
 */
export const conversionsFavourTheMarket = Oracle.whenSettled("conversions favour the market", ({ apart }) =>
  apart((fork) => {
    tried(fork, "carol", "market", lending.AccrueInterest, {})
    for (const [move, side, takes, play] of CONVERSIONS) {
      for (const given of [{ assets: ASSETS, shares: 0n }, { assets: 0n, shares: SHARES }]) {
        const before = totalsOf(fork, side)
        const assets = size(play(fork, given))
        const shares = size(totalsOf(fork, side).shares - before.shares)
        const worth = shares * (before.assets + lending.VIRTUAL_ASSETS)
        const asked = assets * (before.shares + lending.VIRTUAL_SHARES)
        if (takes ? worth < asked : worth > asked) return { move, ...before, movedAssets: assets, movedShares: shares }
      }
    }
    return undefined
  }),
)

interface Given {
  readonly assets: bigint
  readonly shares: bigint
}

/** Each gives by how much the balance of who asked for it grew. */
const CONVERSIONS: readonly (readonly [name: string, side: "Supply" | "Borrow", takes: boolean, play: (fork: World, given: Given) => bigint])[] = [
  ["supply", "Supply", false, (fork, given) => tried(fork, "bob", "market", lending.Supply, { ...given, onBehalf: "bob" }, someUsdOf(fork, "bob"))("usd")],
  ["withdraw", "Supply", true, (fork, given) => tried(fork, "bob", "market", lending.Withdraw, { ...given, onBehalf: "bob", receiver: "bob" })("usd")],
  ["borrow", "Borrow", true, (fork, given) => tried(fork, "alice", "market", lending.Borrow, { ...given, onBehalf: "alice", receiver: "alice" })("usd")],
  ["repay", "Borrow", false, (fork, given) => tried(fork, "alice", "market", lending.Repay, { ...given, onBehalf: "alice" }, someUsdOf(fork, "alice"))("usd")],
]

const someUsdOf = (fork: World, account: string) => ({ usd: smaller(1_000_000n, fork.balance(account, "usd")) })

const size = (value: bigint): bigint => (value < 0n ? -value : value)

const totalsOf = (fork: World, side: "Supply" | "Borrow"): { readonly assets: bigint; readonly shares: bigint } => {
  const market = marketOf(fork)
  return { assets: market[`total${side}Assets`], shares: market[`total${side}Shares`] }
}

export const marketProperties: readonly Oracle[] = [
  borrowedWithinSupplied,
  debtHasCollateral,
  supplyIsNoGain,
  borrowIsNoGain,
  accrualIsIdempotent,
  accrualCommutes,
  debtKeepsCollateral,
  lossesAreShared,
  conversionsFavourTheMarket,
]
