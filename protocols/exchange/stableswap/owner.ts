import { addChecked, pay, type AnyMessage, type Context, type Handler } from "../../../core/index.ts"
import { fundsOf, ownersRefusal } from "./coins.ts"
import { AmplificationOutOfRange, ChangeNotDue, ChangePending, FeeTooHigh, NoChangePending, RampTooShort, RampTooSoon } from "./failures.ts"
import { A_CHANGE_MAX, A_LIMIT, ADMIN_FEE_MAX_E10, FEE_DELAY_SECONDS, FEE_MAX_E10, RAMP_SECONDS_MIN } from "./math.ts"
import {
  FeeApplied,
  FeeCommitted,
  Ramped,
  type ApplyFee,
  type CommitFee,
  type DonateAdminFees,
  type RampA,
  type RevertFee,
  type StopRampA,
  type WithdrawAdminFees,
} from "./messages.ts"
import { amplificationAt, type PoolState } from "./state.ts"

/** The verbs for the owner. `messages.ts` says what they promise. */
type Setting<M extends AnyMessage> = Handler<PoolState, M, typeof Ramped | typeof FeeCommitted | typeof FeeApplied>

export const rampA: Setting<typeof RampA> = (pool, { futureA, futureTime }, context) => {
  const refusal = ownersRefusal(pool, context)
  if (refusal !== undefined) return refusal
  const { time } = context
  if (time < pool.initialATime + RAMP_SECONDS_MIN) return new RampTooSoon({ earliest: pool.initialATime + RAMP_SECONDS_MIN })
  const earliestEnd = time + RAMP_SECONDS_MIN
  if (futureTime < earliestEnd) return new RampTooShort({ earliestEnd, futureTime })
  const initialA = amplificationAt(pool, time)
  const minimum = (initialA + A_CHANGE_MAX - 1n) / A_CHANGE_MAX
  const maximum = initialA * A_CHANGE_MAX < A_LIMIT ? initialA * A_CHANGE_MAX : A_LIMIT - 1n
  if (futureA < minimum || futureA > maximum) return new AmplificationOutOfRange({ futureA, minimum, maximum })
  return {
    state: { ...pool, initialA, futureA, initialATime: time, futureATime: futureTime },
    events: [Ramped.make({ initialA, futureA, initialTime: time, futureTime })],
  }
}

export const stopRampA: Setting<typeof StopRampA> = (pool, _, context) => {
  const refusal = ownersRefusal(pool, context)
  if (refusal !== undefined) return refusal
  const { time } = context
  const now = amplificationAt(pool, time)
  return {
    state: { ...pool, initialA: now, futureA: now, initialATime: time, futureATime: time },
    events: [Ramped.make({ initialA: now, futureA: now, initialTime: time, futureTime: time })],
  }
}

export const commitFee: Setting<typeof CommitFee> = (pool, { feeE10, adminFeeE10 }, context) => {
  const refusal = ownersRefusal(pool, context)
  if (refusal !== undefined) return refusal
  if (pool.adminActionsDeadline !== 0) return new ChangePending({ deadline: pool.adminActionsDeadline })
  if (feeE10 > FEE_MAX_E10) return new FeeTooHigh({ feeE10, maximumE10: FEE_MAX_E10 })
  if (adminFeeE10 > ADMIN_FEE_MAX_E10) return new FeeTooHigh({ feeE10: adminFeeE10, maximumE10: ADMIN_FEE_MAX_E10 })
  const deadline = context.time + FEE_DELAY_SECONDS
  return {
    state: { ...pool, futureFeeE10: feeE10, futureAdminFeeE10: adminFeeE10, adminActionsDeadline: deadline },
    events: [FeeCommitted.make({ deadline, feeE10, adminFeeE10 })],
  }
}

export const applyFee: Setting<typeof ApplyFee> = (pool, _, context) => {
  const refusal = ownersRefusal(pool, context)
  if (refusal !== undefined) return refusal
  const { adminActionsDeadline: deadline, futureFeeE10: feeE10, futureAdminFeeE10: adminFeeE10 } = pool
  if (deadline === 0) return new NoChangePending()
  if (context.time < deadline) return new ChangeNotDue({ deadline })
  return { state: { ...pool, feeE10, adminFeeE10, adminActionsDeadline: 0 }, events: [FeeApplied.make({ feeE10, adminFeeE10 })] }
}

export const revertFee: Setting<typeof RevertFee> = (pool, _, context) =>
  ownersRefusal(pool, context) ?? { state: { ...pool, adminActionsDeadline: 0 } }

export const withdrawAdminFees: Setting<typeof WithdrawAdminFees> = (pool, _, context) => {
  const refusal = ownersRefusal(pool, context)
  if (refusal !== undefined) return refusal
  const amounts = adminBalances(pool, context)
  return { state: pool, reply: { amounts }, sends: [pay(context.sender, fundsOf(pool, amounts))] }
}

export const donateAdminFees: Setting<typeof DonateAdminFees> = (pool, _, context) => {
  const refusal = ownersRefusal(pool, context)
  if (refusal !== undefined) return refusal
  const amounts = adminBalances(pool, context)
  const balances = pool.balances.map((balance, coin) => addChecked(balance, amounts[coin] as bigint))
  return { state: { ...pool, balances }, reply: { amounts } }
}

/** What the pool holds beyond its balances: `admin_balances`. */
const adminBalances = ({ assets, balances }: PoolState, { balance }: Context): readonly bigint[] =>
  assets.map((asset, coin) => balance(asset) - (balances[coin] as bigint))
