import { Failure, request, type Context, type Emitted, type Outcome, type Step } from "../../../core/index.ts"
import { Report } from "../../vault/messages.ts"
import { Collect, InsufficientLiquidity, MarketView, PositionOf, Supply, Withdraw } from "../isolated-market/messages.ts"
import { worthDown, zeroFloorSub } from "./math.ts"
import { Freed, LegFailed, Placed, Reported, ReportEnded } from "./messages.ts"
import { asked, collected, fallenShort, inTurn, settled } from "./repayment.ts"
import type { StrategyState } from "./state.ts"

/** How the strategy goes on when market and vault have answered. `messages.ts` says what it promises. */

type Told = typeof Placed | typeof Freed | typeof Reported | typeof LegFailed
type Next = Step<StrategyState, Told>

const failedLeg = (leg: string, reason: Failure): readonly Emitted<typeof LegFailed>[] => [LegFailed.make({ leg, reason: reason._tag })]

export const supplyEnded = (
  strategy: StrategyState,
  outcome: Outcome<typeof Supply>,
  { assets }: { readonly assets: bigint },
  { balance }: Context,
): Next => {
  const state = { ...strategy, supplying: strategy.supplying - assets }
  if (outcome._tag === "Failed") return { ...settled(state, balance(state.asset)), events: failedLeg(Supply.name, outcome.reason) }
  const { shares } = outcome.reply
  return { state: { ...state, shares: state.shares + shares }, events: [Placed.make({ assets, shares })] }
}

/** Withdrawals of one recall: the first, and another for what the market said that there is. */
const ATTEMPTS_MAX = 2n

export const withdrawEnded = (
  strategy: StrategyState,
  outcome: Outcome<typeof Withdraw>,
  { assets, attempt }: { readonly assets: bigint; readonly attempt: bigint },
  context: Context,
): Next => {
  const state = { ...strategy, withdrawing: strategy.withdrawing - assets }
  if (outcome._tag === "Failed") {
    const { reason } = outcome
    const again = attempt < ATTEMPTS_MAX && reason instanceof InsufficientLiquidity ? zeroFloorSub(assets, reason.borrowed - reason.supplied) : 0n
    const moves = inTurn(state, (now) => fallenShort(now, assets - again), (now) => asked(now, again, attempt + 1n, context))
    return { ...moves, events: failedLeg(Withdraw.name, reason) }
  }
  // The payment left before this answer: it has arrived, or the market keeps it.
  const { shares } = outcome.reply
  const paid = { ...state, shares: zeroFloorSub(state.shares, shares), withdrawn: state.withdrawn + outcome.reply.assets }
  return { ...collected(paid, context), events: [Freed.make({ assets: outcome.reply.assets, shares })] }
}

export const collectEnded = (strategy: StrategyState, outcome: Outcome<typeof Collect>): Next => {
  const state = { ...strategy, collecting: false }
  return outcome._tag === "Failed" ? { state, events: failedLeg(Collect.name, outcome.reason) } : { state }
}

export const positionRead = (strategy: StrategyState, outcome: Outcome<typeof PositionOf>, _: object, context: Context): Next => {
  const ended = { ...strategy, harvesting: false }
  if (outcome._tag === "Failed") return { state: ended, events: failedLeg(PositionOf.name, outcome.reason) }
  // Answers of a pair stay in order: all that the market did for the strategy before this is in the book, so what differs came from others.
  const state = { ...ended, shares: outcome.reply.supplyShares }
  const worth = worthNow(state, context)
  if (worth instanceof Failure) return { state, events: failedLeg(PositionOf.name, worth) }
  if (worth === undefined || worth === state.owed) return { state }
  const gain = zeroFloorSub(worth, state.owed)
  const loss = zeroFloorSub(state.owed, worth)
  const report = request(state.vault, Report, { gain, loss }, { then: ReportEnded, saved: {} })
  // The report leaves before what it makes short.
  const { state: next, sends } = settled({ ...state, harvesting: true, gainPending: gain, lossPending: loss }, context.balance(state.asset))
  return { state: next, sends: [report, ...sends] }
}

const worthNow = (state: StrategyState, { balance, view, time }: Context): bigint | undefined | Failure => {
  const market = view(MarketView, state.market)
  if (market === undefined) return undefined
  try {
    return worthDown(state, balance(state.asset), market, time)
  } catch (problem) {
    if (problem instanceof Failure) return problem
    throw problem
  }
}

export const reportEnded = (strategy: StrategyState, outcome: Outcome<typeof Report>, _: object, { balance, time }: Context): Next => {
  const state = { ...strategy, harvesting: false, gainPending: 0n, lossPending: 0n }
  if (outcome._tag === "Failed") return { ...settled(state, balance(state.asset)), events: failedLeg(Report.name, outcome.reason) }
  const { gain, loss } = outcome.reply
  const booked = { ...state, owed: zeroFloorSub(state.owed + gain, loss), gainedAt: gain > 0n ? time : state.gainedAt }
  return { ...settled(booked, balance(state.asset)), events: [Reported.make({ gain, loss })] }
}
