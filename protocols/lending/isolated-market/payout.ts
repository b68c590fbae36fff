import { pay, type Bounce, type Context, type Funds, type Handler, type Send } from "../../../core/index.ts"
import { NothingUnpaid, WrongAsset } from "./failures.ts"
import { unauthorized } from "./position.ts"
import { Returned, type Collect } from "./messages.ts"
import type { MarketState, Unpaid } from "./state.ts"

/** What leaves a market, and what comes back because nobody could take it. */

/** A payment, where there is something to pay. */
export const payout = (market: MarketState, to: string, loan: bigint, collateral: bigint): readonly Send[] =>
  loan === 0n && collateral === 0n ? [] : [pay(to, { [market.loanAsset]: loan, [market.collateralAsset]: collateral })]

/** The amount attached of the one asset that a message takes. */
export const attachedOf = (asset: string, { funds }: Pick<Context, "funds">): bigint | WrongAsset => {
  if (funds.isEmpty) return 0n
  return funds.rest === undefined && funds.asset === asset ? funds.amount : wrongAsset(asset, funds)
}

/** The refusal where something is attached to a message that takes nothing. */
export const attachesAnything = ({ funds }: Pick<Context, "funds">): WrongAsset | undefined => (funds.isEmpty ? undefined : wrongAsset("nothing", funds))

const wrongAsset = (expected: string, funds: Funds): WrongAsset => new WrongAsset({ expected, given: String(funds).slice(0, 600) })

/** A payment came back: it is kept for whom it was meant. */
export const keepUnpaid = (market: MarketState, { by, refund }: Bounce) => {
  if (refund.isEmpty) return { state: market }
  const { loan, collateral } = unpaidOf(market, by)
  const [loanBack, collateralBack] = [refund.get(market.loanAsset), refund.get(market.collateralAsset)]
  const unpaid: Unpaid = { loan: loan + loanBack, collateral: collateral + collateralBack }
  return {
    state: { ...market, unpaid: market.unpaid.set(by, unpaid) },
    events: [Returned.make({ account: by, loan: loanBack, collateral: collateralBack })],
  }
}

const unpaidOf = ({ unpaid }: MarketState, account: string): Unpaid => unpaid.get(account) ?? { loan: 0n, collateral: 0n }

export const collect: Handler<MarketState, typeof Collect, typeof Returned> = (market, { account, receiver }, context) => {
  const refusal = attachesAnything(context) ?? unauthorized(market, context.sender, account)
  if (refusal !== undefined) return refusal
  const owed = market.unpaid.get(account)
  if (owed === undefined) return new NothingUnpaid({ account })
  return {
    state: { ...market, unpaid: market.unpaid.delete(account) },
    reply: owed,
    sends: payout(market, receiver, owed.loan, owed.collateral),
  }
}
