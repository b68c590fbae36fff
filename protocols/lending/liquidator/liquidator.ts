import { Actor, Payment, payOne, request, Table, type Context } from "../../../core/index.ts"
import { Collect, Liquidate } from "../isolated-market/messages.ts"
import { FundsAttached, InsufficientHoldings, NotOwner, NotSelf, TooManyRoutes } from "./failures.ts"
import { invariants } from "./invariants.ts"
import { AttemptFailed, Continue, LiquidatorView, Recover, RouteEnded, RouteRefused, RouteStarted, StartRoute, WithdrawFunds } from "./messages.ts"
import {
  attempt,
  CollectionEnded,
  collectionEnded,
  LiquidationEnded,
  liquidationEnded,
  RecoveryEnded,
  SaleEnded,
  saleEnded,
} from "./route.ts"
import { LiquidatorFields, LiquidatorParams, ROUTES_MAX, type LiquidatorState } from "./state.ts"

/** Liquidates in a lending market and sells on a pool; `messages.ts` says what it holds at every moment. */
export const Liquidator = Actor.make("liquidator/Liquidator", {
  params: LiquidatorParams,
  state: LiquidatorFields,
  messages: { StartRoute, WithdrawFunds, Recover, Continue, Payment },
  continuations: { LiquidationEnded, CollectionEnded, SaleEnded, RecoveryEnded },
  events: [RouteStarted, RouteRefused, AttemptFailed, RouteEnded],
  view: LiquidatorView,
  publish: ({ owner, market, pool, routes, started }) => ({ owner, market, pool, underWay: routes.size, started }),
  create: (params) => {
    if (params.loanAsset === params.collateralAsset) throw new TypeError(`loan asset and collateral are both ${params.loanAsset}`)
    return { ...params, routes: Table.empty(), started: 0 }
  },
  handlers: {
    StartRoute: (liquidator, { borrower, seizedAssets, repaidShares, repaidAssetsMax, minimumOut }, context) => {
      const { market, loanAsset, started: route } = liquidator
      const refusal = attached(context) ?? notOwner(liquidator, context)
      if (refusal !== undefined) return refusal
      if (liquidator.routes.size >= ROUTES_MAX) return new TooManyRoutes({ routesMax: ROUTES_MAX })
      const held = context.balance(loanAsset)
      if (held < repaidAssetsMax) return new InsufficientHoldings({ asset: loanAsset, held, needed: repaidAssetsMax })
      const started = { borrower, minimumOut, stage: "liquidating", repaidAssets: 0n, seizedAssets: 0n, collected: false, attempts: 0 } as const
      const deadline = context.height + liquidator.deadlineBlocks
      const funds = { [loanAsset]: repaidAssetsMax }
      return {
        state: { ...liquidator, routes: liquidator.routes.set(route, started), started: route + 1 },
        reply: { route },
        sends: [request(market, Liquidate, { borrower, seizedAssets, repaidShares }, { funds, deadline, then: LiquidationEnded, saved: { route } })],
        events: [RouteStarted.make({ route, borrower, repaidAssetsMax })],
      }
    },

    WithdrawFunds: (liquidator, { asset, amount }, context) => {
      const refusal = attached(context) ?? notOwner(liquidator, context)
      if (refusal !== undefined) return refusal
      const held = context.balance(asset)
      if (held < amount) return new InsufficientHoldings({ asset, held, needed: amount })
      return { state: liquidator, sends: amount === 0n ? [] : [payOne(liquidator.owner, asset, amount)] }
    },

    Recover: (liquidator, _, context) => {
      const { self, height } = context
      const refusal = attached(context)
      if (refusal !== undefined) return refusal
      const deadline = height + liquidator.deadlineBlocks
      const collection = request(liquidator.market, Collect, { account: self, receiver: self }, { deadline, then: RecoveryEnded, saved: {} })
      return { state: liquidator, sends: [collection] }
    },

    Continue: (liquidator, { route }, context) =>
      context.sender === context.self ? attempt(liquidator, route, context) : new NotSelf({ sender: context.sender }),

    Payment: (liquidator) => ({ state: liquidator }),
  },
  resume: {
    LiquidationEnded: liquidationEnded,
    CollectionEnded: collectionEnded,
    SaleEnded: saleEnded,
    RecoveryEnded: (liquidator) => ({ state: liquidator }),
  },
  invariants,
})

const attached = ({ funds }: Context): FundsAttached | undefined =>
  funds.isEmpty ? undefined : new FundsAttached({ funds: String(funds).slice(0, 600) })

const notOwner = ({ owner }: LiquidatorState, { sender }: Context): NotOwner | undefined => (sender === owner ? undefined : new NotOwner({ sender }))
