import { Actor, Failure, min, Payment, request, type Context, type Funds } from "../../../core/index.ts"
import { Lend, NotVault, Recall, Repay, StrategyUnable, WrongAsset } from "../../vault/messages.ts"
import { MarketView, PositionOf } from "../isolated-market/messages.ts"
import { FundsAttached, HarvestUnderWay } from "./failures.ts"
import { invariants } from "./invariants.ts"
import { collectEnded, positionRead, reportEnded, supplyEnded, withdrawEnded } from "./answers.ts"
import { payable, withdrawableDown } from "./math.ts"
import {
  CollectEnded, Freed, Harvest, LegFailed, MarketStrategyView, Placed, PositionRead, Reported, ReportEnded, SupplyEnded, WithdrawEnded,
} from "./messages.ts"
import { asked, collected, inTurn, repaid, settled, supplied } from "./repayment.ts"
import { StrategyFields, StrategyParams, type StrategyState } from "./state.ts"

/** Supplies a vault's assets to a lending market; `messages.ts` says what it promises. */
export const MarketStrategy = Actor.make("market-strategy/MarketStrategy", {
  params: StrategyParams,
  state: StrategyFields,
  messages: { Lend, Recall, Harvest, Payment },
  continuations: { SupplyEnded, WithdrawEnded, CollectEnded, PositionRead, ReportEnded },
  events: [Placed, Freed, Reported, LegFailed],
  view: MarketStrategyView,
  publish: ({ vault, market, asset, owed, shares, due, gainedAt }) => ({ vault, market, asset, owed, shares, due, gainedAt }),
  create: (params) => ({
    ...params,
    owed: 0n,
    due: 0n,
    shares: 0n,
    supplying: 0n,
    withdrawing: 0n,
    withdrawn: 0n,
    received: 0n,
    collecting: false,
    harvesting: false,
    gainPending: 0n,
    lossPending: 0n,
    gainedAt: null,
  }),
  handlers: {
    Lend: (strategy, _, context) => {
      const { funds, sender } = context
      if (!funds.isEmpty && (funds.asset !== strategy.asset || funds.rest !== undefined)) return wrongAsset(strategy.asset, funds)
      if (sender !== strategy.vault) return new NotVault({ sender })
      const market = context.view(MarketView, strategy.market)
      if (market?.loanAsset !== strategy.asset) return new StrategyUnable({ problem: `${strategy.market} lends no ${strategy.asset}` })
      return inTurn({ ...strategy, owed: strategy.owed + funds.get(strategy.asset) }, (state) => atWork(state, context))
    },

    Recall: (strategy, { assets }, context) => {
      const { funds, sender } = context
      if (!funds.isEmpty) return wrongAsset("nothing", funds)
      if (sender !== strategy.vault) return new NotVault({ sender })
      const before = inTurn(strategy, (state) => settled(state, cashOf(state, context)), (state) => collected(state, context))
      const cash = cashOf(strategy, context) - (strategy.owed - before.state.owed)
      const wanted = min(assets, payable(before.state) - before.state.due)
      const fromCash = min(wanted, cash)
      const fromMarket = min(wanted - fromCash, withdrawable(before.state, context))
      const { state, sends } = inTurn(before.state, (now) => repaid(now, fromCash), (now) => asked(now, fromMarket, 1n, context))
      return { state: { ...state, due: state.due + fromMarket }, sends: [...before.sends, ...sends], reply: { coming: fromCash + fromMarket } }
    },

    Harvest: (strategy, _, context) => {
      if (!context.funds.isEmpty) return new FundsAttached({ funds: String(context.funds).slice(0, 600) })
      if (strategy.harvesting) return new HarvestUnderWay()
      const { state, sends } = inTurn(strategy, (now) => atWork(now, context), (now) => collected(now, context))
      const question = request(strategy.market, PositionOf, { account: context.self }, { then: PositionRead, saved: {} })
      return { state: { ...state, harvesting: true }, sends: [...sends, question] }
    },

    Payment: (strategy, _, context) => {
      const received = context.sender === strategy.market ? strategy.received + context.funds.get(strategy.asset) : strategy.received
      return settled({ ...strategy, received }, cashOf(strategy, context))
    },
  },
  resume: {
    SupplyEnded: supplyEnded,
    WithdrawEnded: withdrawEnded,
    CollectEnded: collectEnded,
    PositionRead: positionRead,
    ReportEnded: reportEnded,
  },
  // Only repayments name no continuation. To send it again at once could go on for as long as the vault's mailbox is full.
  bounced: (strategy, { refund, reason }) => ({
    state: { ...strategy, owed: strategy.owed + refund.get(strategy.asset) },
    events: [LegFailed.make({ leg: Repay.name, reason: reason._tag })],
  }),
  invariants,
})

const cashOf = ({ asset }: StrategyState, { balance }: Context): bigint => balance(asset)

const wrongAsset = (expected: string, funds: Funds): WrongAsset => new WrongAsset({ expected, given: String(funds).slice(0, 600) })

/** Pays what is due, and supplies the cash that is left. */
const atWork = (state: StrategyState, context: Context) => {
  const { state: after, sends } = settled(state, cashOf(state, context))
  const cash = cashOf(state, context) - (state.owed - after.owed)
  const { state: next, sends: more } = supplied(after, cash, context)
  return { state: next, sends: [...sends, ...more] }
}

/** By the market's view; nothing where it publishes none, or one that does not fit any more. */
const withdrawable = (state: StrategyState, { view, time }: Context): bigint => {
  const market = view(MarketView, state.market)
  if (market === undefined) return 0n
  try {
    return withdrawableDown(state, market, time)
  } catch (problem) {
    if (problem instanceof Failure) return 0n
    throw problem
  }
}

