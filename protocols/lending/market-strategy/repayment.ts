import { Funds, min, request, send, type Context, type Send } from "../../../core/index.ts"
import { Repay } from "../../vault/messages.ts"
import { Collect, Supply, Withdraw } from "../isolated-market/messages.ts"
import { payable, zeroFloorSub } from "./math.ts"
import { CollectEnded, SupplyEnded, WithdrawEnded } from "./messages.ts"
import type { StrategyState } from "./state.ts"

/** What the strategy sends, and what it owes and has afterwards. `messages.ts` says what it promises. */

export interface Move {
  readonly state: StrategyState
  readonly sends: readonly Send[]
}

/** A repayment; nothing is sent where there is nothing to say. */
const repayment = ({ vault, asset }: StrategyState, assets: bigint, short: bigint): readonly Send[] =>
  assets === 0n && short === 0n ? [] : [send(vault, Repay, { short }, { funds: Funds.of(asset, assets) })]

/** Pays what is due out of cash; what is due beyond what is owed will not come. */
export const settled = (state: StrategyState, cash: bigint): Move => {
  const short = zeroFloorSub(state.due, payable(state))
  const due = state.due - short
  const assets = min(due, cash)
  return { state: { ...state, due: due - assets, owed: state.owed - assets }, sends: repayment(state, assets, short) }
}

/** Repays cash at once, beside what is due. */
export const repaid = (state: StrategyState, assets: bigint): Move => ({
  state: { ...state, owed: state.owed - assets },
  sends: repayment(state, assets, 0n),
})

/** Some of what is due will not come. */
export const fallenShort = (state: StrategyState, assets: bigint): Move => {
  const short = min(assets, state.due)
  return { state: { ...state, due: state.due - short }, sends: repayment(state, 0n, short) }
}

/** Supplies assets to the market. */
export const supplied = (state: StrategyState, assets: bigint, { self }: Pick<Context, "self">): Move => {
  if (assets === 0n) return { state, sends: [] }
  const funds = Funds.of(state.asset, assets)
  const supply = request(state.market, Supply, { assets, shares: 0n, onBehalf: self }, { funds, then: SupplyEnded, saved: { assets } })
  return { state: { ...state, supplying: state.supplying + assets }, sends: [supply] }
}

/** Asks the market for assets. */
export const asked = (state: StrategyState, assets: bigint, attempt: bigint, { self }: Pick<Context, "self">): Move => {
  if (assets === 0n) return { state, sends: [] }
  const payload = { assets, shares: 0n, onBehalf: self, receiver: self }
  const withdrawal = request(state.market, Withdraw, payload, { then: WithdrawEnded, saved: { assets, attempt } })
  return { state: { ...state, withdrawing: state.withdrawing + assets }, sends: [withdrawal] }
}

/** Asks the market for payments of its that came back, where some are missing. */
export const collected = (state: StrategyState, { self }: Pick<Context, "self">): Move => {
  if (state.collecting || state.withdrawn <= state.received) return { state, sends: [] }
  const collection = request(state.market, Collect, { account: self, receiver: self }, { then: CollectEnded, saved: {} })
  return { state: { ...state, collecting: true }, sends: [collection] }
}

/** One after the other. */
export const inTurn = (state: StrategyState, ...moves: readonly ((state: StrategyState) => Move)[]): Move => {
  let [now, sends]: readonly [StrategyState, readonly Send[]] = [state, []]
  for (const move of moves) {
    const next = move(now)
    now = next.state
    sends = next.sends.length === 0 ? sends : [...sends, ...next.sends]
  }
  return { state: now, sends }
}
