import { Failure, MailboxFull, pay, type AnyMessage, type Bounce, type Context, type Handler } from "../../../core/index.ts"
import { NotFeeSetter, WrongAsset } from "./failures.ts"
import type { SetFeeTo, Skim, Sync } from "./messages.ts"
import { afterPaying } from "./reserves.ts"
import type { PoolState } from "./state.ts"

/** The verbs that bring balances and reserves together, and the setting. `messages.ts` says what they promise. */
type Upkeep<M extends AnyMessage> = Handler<PoolState, M, never>

export const skim: Upkeep<typeof Skim> = (pool, _, context) => {
  if (!context.funds.isEmpty) return nothingExpected(context)
  const amountX = context.balance(pool.assetX) - pool.reserveX
  const amountY = context.balance(pool.assetY) - pool.reserveY
  return { state: pool, reply: { amountX, amountY }, sends: [pay(context.sender, { [pool.assetX]: amountX, [pool.assetY]: amountY })] }
}

export const sync: Upkeep<typeof Sync> = (pool, _, context) => {
  if (!context.funds.isEmpty) return nothingExpected(context)
  const state = afterPaying(pool, context, 0n, 0n)
  return state instanceof Failure ? state : { state }
}

export const setFeeTo: Upkeep<typeof SetFeeTo> = (pool, { feeTo }, context) => {
  if (!context.funds.isEmpty) return nothingExpected(context)
  if (context.sender !== pool.feeSetter) return new NotFeeSetter({ sender: context.sender })
  return { state: { ...pool, feeTo } }
}

/** A full mailbox may be empty in the next block: what it sent back is paid again, in the same step, so that nobody finds it in the balance. */
export const payAgain = (pool: PoolState, { by, reason, refund }: Bounce) => ({ state: pool, sends: reason instanceof MailboxFull ? [pay(by, refund)] : [] })

const nothingExpected = ({ funds }: Context): WrongAsset => new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
