import {
  Actor,
  Address,
  Amount,
  AssetId,
  Bool,
  Failure,
  Funds,
  Payment,
  payOne,
  request,
  send,
  Table,
  TableOf,
  type Context,
  type Values,
} from "../../core/index.ts"
import { attachedNothing, attachedOnly } from "./attached.ts"
import { InsufficientCash, MoreThanInvested, NotKeeper, NotVault, ReportUnderWay } from "./failures.ts"
import { Lend, Recall, Repay, Report } from "./messages.ts"
import { Harvest, Invest, Invested, ReportEnded, ReserveView, Returned, WriteDown, WrittenDown } from "./strategy-messages.ts"

const ReserveFields = {
  vault: Address,
  asset: AssetId,
  keeper: Address,
  /** To the vault, as both sides have booked it. */
  owed: Amount,
  /** Sum of what borrowers have. */
  invested: Amount,
  borrowers: TableOf(Address, Amount),
  /** Whether a report has not been answered yet. */
  reporting: Bool,
}

/** A reserve strategy between two messages. Its cash is its balance. */
export type ReserveState = Values<typeof ReserveFields>

/** A strategy that keeps cash and invests some of it; `strategy-messages.ts` says what it promises. */
export const ReserveStrategy = Actor.make("vault/ReserveStrategy", {
  params: { vault: Address, asset: AssetId, keeper: Address },
  state: ReserveFields,
  messages: { Lend, Recall, Invest, WriteDown, Harvest, Payment },
  continuations: { ReportEnded },
  events: [Invested, Returned, WrittenDown],
  view: ReserveView,
  publish: ({ vault, asset, owed, invested }) => ({ vault, asset, owed, invested }),
  create: (params) => ({ ...params, owed: 0n, invested: 0n, borrowers: Table.empty(), reporting: false }),
  handlers: {
    Lend: (strategy, _, { funds, sender }) => {
      const assets = attachedOnly(funds, strategy.asset)
      if (assets instanceof Failure) return assets
      if (sender !== strategy.vault) return new NotVault({ sender })
      return { state: { ...strategy, owed: strategy.owed + assets } }
    },

    Recall: (strategy, { assets }, context) => {
      const wrong = attachedNothing(context.funds)
      if (wrong !== undefined) return wrong
      if (context.sender !== strategy.vault) return new NotVault({ sender: context.sender })
      const coming = [assets, strategy.owed, context.balance(strategy.asset)].reduce((least, amount) => (amount < least ? amount : least))
      if (coming === 0n) return { state: strategy, reply: { coming } }
      return {
        state: { ...strategy, owed: strategy.owed - coming },
        reply: { coming },
        sends: [send(strategy.vault, Repay, { short: 0n }, { funds: Funds.of(strategy.asset, coming) })],
      }
    },

    Invest: (strategy, { borrower, assets }, context) => {
      const wrong = attachedNothing(context.funds)
      if (wrong !== undefined) return wrong
      if (context.sender !== strategy.keeper) return new NotKeeper({ sender: context.sender })
      const cash = context.balance(strategy.asset)
      if (assets > cash) return new InsufficientCash({ cash, needed: assets })
      return {
        state: withInvested(strategy, borrower, assets),
        sends: [payOne(borrower, strategy.asset, assets)],
        events: [Invested.make({ borrower, assets })],
      }
    },

    WriteDown: (strategy, { borrower, assets }, { funds, sender }) => {
      const wrong = attachedNothing(funds)
      if (wrong !== undefined) return wrong
      if (sender !== strategy.keeper) return new NotKeeper({ sender })
      const invested = strategy.borrowers.get(borrower) ?? 0n
      if (assets > invested) return new MoreThanInvested({ assets, invested })
      return { state: withInvested(strategy, borrower, -assets), events: [WrittenDown.make({ borrower, assets })] }
    },

    Harvest: (strategy, _, context) => {
      const wrong = attachedNothing(context.funds)
      if (wrong !== undefined) return wrong
      if (strategy.reporting) return new ReportUnderWay()
      const { gain, loss } = unreported(strategy, context)
      if (gain === 0n && loss === 0n) return { state: strategy, reply: { gain, loss } }
      return {
        state: { ...strategy, reporting: true },
        reply: { gain, loss },
        sends: [request(strategy.vault, Report, { gain, loss }, { then: ReportEnded, saved: { gain, loss } })],
      }
    },

    Payment: (strategy, _, { sender, funds }) => paidBack(strategy, sender, funds.get(strategy.asset)),
  },
  resume: {
    ReportEnded: (strategy, outcome, { gain, loss }) => {
      const state = { ...strategy, reporting: false }
      return { state: outcome._tag === "Success" ? { ...state, owed: state.owed + gain - loss } : state }
    },
  },
  bounced: (strategy, { message, refund, by }) => {
    const assets = refund.get(strategy.asset)
    return message === Repay ? { state: { ...strategy, owed: strategy.owed + assets } } : paidBack(strategy, by, assets)
  },
  aggregates: ({ state }) => {
    let recomputed = 0n
    for (const assets of state.borrowers.values()) recomputed += assets
    return { invested: { stored: state.invested, recomputed } }
  },
})

/** By how much cash and investments differ from what is owed. */
const unreported = (strategy: ReserveState, context: Context): { readonly gain: bigint; readonly loss: bigint } => {
  const surplus = context.balance(strategy.asset) + strategy.invested - strategy.owed
  return surplus < 0n ? { gain: 0n, loss: -surplus } : { gain: surplus, loss: 0n }
}

const withInvested = (strategy: ReserveState, borrower: string, change: bigint): ReserveState => {
  const assets = (strategy.borrowers.get(borrower) ?? 0n) + change
  const borrowers = assets === 0n ? strategy.borrowers.delete(borrower) : strategy.borrowers.set(borrower, assets)
  return { ...strategy, borrowers, invested: strategy.invested + change }
}

/** A borrower's payment lowers what it owes; the rest, and what others pay, is yield. */
const paidBack = (strategy: ReserveState, borrower: string, assets: bigint) => {
  const invested = strategy.borrowers.get(borrower) ?? 0n
  const returned = assets < invested ? assets : invested
  if (returned === 0n) return { state: strategy }
  return { state: withInvested(strategy, borrower, -returned), events: [Returned.make({ borrower, assets: returned })] }
}
