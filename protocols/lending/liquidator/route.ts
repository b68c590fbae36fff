import {
  after,
  Continuation,
  Count,
  Amount,
  min,
  payOne,
  request,
  type Context,
  type Failure,
  type Outcome,
  type Step,
} from "../../../core/index.ts"
import { Swap } from "../../amm/constant-product/messages.ts"
import { Collect, Liquidate } from "../isolated-market/messages.ts"
import { minimumOutUp, profitOf } from "./math.ts"
import { AttemptFailed, Continue, RouteEnded, RouteRefused } from "./messages.ts"
import type { LiquidatorState, Route } from "./state.ts"

/** A route from the market's answer to its end. `messages.ts` says what is held at each step. */

export const LiquidationEnded = Continuation.make("liquidator/LiquidationEnded", { of: Liquidate, saved: { route: Count } })
export const CollectionEnded = Continuation.make("liquidator/CollectionEnded", { of: Collect, saved: { route: Count } })
export const SaleEnded = Continuation.make("liquidator/SaleEnded", { of: Swap, saved: { route: Count, amount: Amount } })
/** A collection that belongs to no route. */
export const RecoveryEnded = Continuation.make("liquidator/RecoveryEnded", { of: Collect })

type Told = typeof AttemptFailed | typeof RouteEnded | typeof RouteRefused
type Next = Step<LiquidatorState, Told>

export const liquidationEnded = (state: LiquidatorState, outcome: Outcome<typeof Liquidate>, { route }: { readonly route: number }): Next => {
  const found = state.routes.get(route)
  if (found === undefined) return { state }
  if (outcome._tag === "Failed") {
    const refused = RouteRefused.make({ route, borrower: found.borrower, reason: outcome.reason._tag })
    return { state: { ...state, routes: state.routes.delete(route) }, events: [refused] }
  }
  const { repaidAssets, seizedAssets } = outcome.reply
  const liquidated: Route = { ...found, stage: "selling", repaidAssets, seizedAssets }
  if (seizedAssets === 0n) return ended(state, route, liquidated, 0n, 0n, 0n)
  return { state: withRoute(state, route, liquidated), timers: [after(1, Continue, { route })] }
}

/** The next attempt: to collect what the market could not deliver, or to sell. */
export const attempt = (state: LiquidatorState, route: number, { self, height, balance }: Context): Next => {
  const found = state.routes.get(route)
  if (found === undefined || found.stage !== "selling") return { state }
  const { seizedAssets } = found
  const deadline = height + state.deadlineBlocks
  const inHand = balance(state.collateralAsset)
  if (inHand < seizedAssets && !found.collected) {
    const collection = request(state.market, Collect, { account: self, receiver: self }, { deadline, then: CollectionEnded, saved: { route } })
    return { state, sends: [collection] }
  }
  const amount = min(inHand, seizedAssets)
  if (amount === 0n) return ended(state, route, found, 0n, 0n, 0n)
  const minimumOut = minimumOutUp(found.minimumOut, amount, seizedAssets)
  const funds = { [state.collateralAsset]: amount }
  return { state, sends: [request(state.pool, Swap, { minimumOut }, { funds, deadline, then: SaleEnded, saved: { route, amount } })] }
}

export const collectionEnded = (state: LiquidatorState, outcome: Outcome<typeof Collect>, { route }: { readonly route: number }): Next => {
  const found = state.routes.get(route)
  if (found === undefined) return { state }
  if (outcome._tag === "Failed" && outcome.reason._tag !== "lending/NothingUnpaid") return failed(state, route, found, outcome.reason, true)
  // What was collected arrives before this answer; once more, and it is all there, or nothing is left to collect.
  const collected = outcome._tag === "Failed"
  return { state: withRoute(state, route, { ...found, collected }), timers: [after(1, Continue, { route })] }
}

export const saleEnded = (
  state: LiquidatorState,
  outcome: Outcome<typeof Swap>,
  { route, amount }: { readonly route: number; readonly amount: bigint },
  { balance }: Context,
): Next => {
  const found = state.routes.get(route)
  if (found === undefined) return { state }
  if (outcome._tag === "Failed") return failed(state, route, found, outcome.reason, false)
  const { amountOut } = outcome.reply
  // What the pool has to pay a second time is not in hand yet; it stays as capital.
  const profit = min(profitOf(amountOut, found.repaidAssets), balance(state.loanAsset))
  return ended(state, route, found, amount, amountOut, profit)
}

const failed = (state: LiquidatorState, route: number, found: Route, reason: Failure, collecting: boolean): Next => {
  const attempts = found.attempts + 1
  const told = AttemptFailed.make({ route, attempts, reason: reason._tag })
  const used = attempts >= state.attemptsMax
  if (used && !collecting) {
    const last = ended(state, route, found, 0n, 0n, 0n)
    return { ...last, events: [told, ...(last.events ?? [])] }
  }
  // Collecting too often in vain, the route still tries to sell what there is.
  const next: Route = { ...found, attempts, collected: found.collected || (used && collecting) }
  return { state: withRoute(state, route, next), events: [told], timers: [after(state.retryBlocks, Continue, { route })] }
}

const ended = (state: LiquidatorState, route: number, found: Route, soldAssets: bigint, amountOut: bigint, profit: bigint): Next => {
  const { borrower, repaidAssets, seizedAssets } = found
  return {
    state: { ...state, routes: state.routes.delete(route) },
    sends: profit === 0n ? [] : [payOne(state.owner, state.loanAsset, profit)],
    events: [RouteEnded.make({ route, borrower, repaidAssets, seizedAssets, soldAssets, amountOut, profit })],
  }
}

const withRoute = (state: LiquidatorState, route: number, value: Route): LiquidatorState => ({ ...state, routes: state.routes.set(route, value) })
