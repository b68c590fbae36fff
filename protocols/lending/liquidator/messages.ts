import { Address, Amount, AssetId, Count, Event, Message, Text, View } from "../../../core/index.ts"
import { FundsAttached, InsufficientHoldings, NotOwner, NotSelf, TooManyRoutes } from "./failures.ts"

/**
 * A liquidator with funds of its own: it repays debt in a lending market (lending/isolated-market), takes the collateral, sells it on a pool
 * (amm/constant-product) for the loan asset, and pays the gain to its owner. It is funded by plain payments; up to 64 routes run side by side.
 *
 * A route takes five blocks when nothing goes wrong. **What the liquidator holds**, for the amount `repaidAssetsMax` = M of the loan asset, with
 * which it pays r to seize s:
 *
 * | block | what happens | in its hands | under way | at the market, redeemable by `Recover` |
 * |---|---|---|---|---|
 * | 0 | StartRoute: Liquidate leaves | the rest of its capital | M to the market | |
 * | 1 | the market pays and answers, or refuses | | s and M - r back, or M back | |
 * | 2 | payment and answer arrive | s and M - r; or M, and the route has ended | | s and M - r, where its mailbox was full |
 * | 3 | Swap leaves; or Collect, where s is missing | M - r | s to the pool | |
 * | 4 | the pool pays and answers, or refuses | | the proceeds; or s back | |
 * | 5 | the gain leaves | M - r and as much of the proceeds as r | the rest of them to the owner | |
 *
 * So at every moment each unit is in its hands, attached to a message under way, kept by the market in its name, or with the pool or the owner
 * after a completed trade. Nothing is set aside: all that is in hand belongs to the owner, who may take it out at any time by `WithdrawFunds`; a
 * route whose collateral was taken out sells what there is.
 *
 * **When a leg fails.** Liquidate refused, expired (`deadlineBlocks`) or undeliverable: M is back and the route ends. The market's payment
 * undeliverable: the market keeps it, the route collects it. Swap refused (below the minimum), expired or undeliverable: the collateral is back, and
 * the sale is tried again after `retryBlocks`; likewise Collect. After `attemptsMax` failures in all the route ends; unsold collateral stays
 * in hand. The pool's payment meets a full mailbox: the pool pays it again. The gain undeliverable: it stays in hand.
 * A sale leaves by a timer, so that however deep in a chain of messages the route was started, its hops are counted anew.
 *
 * **Units** are smallest units; `minimumOut` is for the whole of what is seized, and for a part of it in proportion, rounded up. Failures are listed in
 * their order of precedence. Exactly one of `seizedAssets` and `repaidShares` is given, as in lending/Liquidate; the market decides.
 *
 * **Assumptions.** Market and pool are what they say they are and stay so: they are named once, by the owner. The world's limits allow an actor 64
 * timers and 65,536 assets. A plain payment of other assets is accepted, and is the owner's.
 */

/** For the owner: liquidates a position and sells what it brings. Replies with the number of the route, which its events carry. */
export const StartRoute = Message.make("liquidator/StartRoute", {
  payload: { borrower: Address, seizedAssets: Amount, repaidShares: Amount, repaidAssetsMax: Amount, minimumOut: Amount },
  reply: { route: Count },
  failures: [FundsAttached, NotOwner, TooManyRoutes, InsufficientHoldings],
})

/** For the owner: pays out what is in hand. */
export const WithdrawFunds = Message.make("liquidator/WithdrawFunds", {
  payload: { asset: AssetId, amount: Amount },
  failures: [FundsAttached, NotOwner, InsufficientHoldings],
})

/** From anybody: asks the market for what came back to it. Needed only where a route ended while its payment could not be delivered. */
export const Recover = Message.make("liquidator/Recover", { failures: [FundsAttached] })

/** The liquidator's timer: the next attempt of a route. Nobody else may send it. It never fails. */
export const Continue = Message.make("liquidator/Continue", { payload: { route: Count }, failures: [NotSelf] })

/** What a liquidator publishes: its routes under way, and how many there ever were. */
export const LiquidatorView = View.make("liquidator/Liquidator", { owner: Address, market: Address, pool: Address, underWay: Count, started: Count })

export const RouteStarted = Event.make("liquidator/RouteStarted", { route: Count, borrower: Address, repaidAssetsMax: Amount })
/** The market refused, or could not be reached; `reason` is the failure's tag. All is back. */
export const RouteRefused = Event.make("liquidator/RouteRefused", { route: Count, borrower: Address, reason: Text(400) })
/** A sale, or a collection, failed and will be tried again unless the attempts are used up. */
export const AttemptFailed = Event.make("liquidator/AttemptFailed", { route: Count, attempts: Count, reason: Text(400) })
/** The end of a route that liquidated. `soldAssets` of `seizedAssets` brought `amountOut`; `profit` went to the owner. */
export const RouteEnded = Event.make("liquidator/RouteEnded", {
  route: Count,
  borrower: Address,
  repaidAssets: Amount,
  seizedAssets: Amount,
  soldAssets: Amount,
  amountOut: Amount,
  profit: Amount,
})
