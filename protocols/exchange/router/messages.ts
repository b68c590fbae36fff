import {
  Address,
  Amount,
  AssetId,
  Count,
  Event,
  Failure,
  Funds,
  Height,
  List,
  MailboxFull,
  Message,
  pay,
  Payment,
  payOne,
  Struct,
  Text,
  type Bounce,
  type Emitted,
  type Payload,
  type Send,
  type Step,
} from "../../../core/index.ts"
import { AmountsDiffer, EmptyPart, EndsDiffer, LegRefused, MinimumNotCovered, WrongAsset } from "./failures.ts"
import { LEGS_MAX, PARTS_MAX } from "./math.ts"

/**
 * Routes over venues of any kind. The value travels with the route: each venue trades what is attached and sends the proceeds, with the rest of the
 * route, straight on to the next; the last one pays the trader. So a route of n legs takes n + 1 messages and n + 1 blocks, nobody holds anything
 * between two legs, and no actor is common to all routes. A trader may send a `Hop` to the first venue itself; a `Router` is needed to split.
 *
 * What the trader holds in the end, whatever fails, is delayed or is refused in between, for each part of a route on its own:
 *
 * - every leg was done: at least the last leg's `minimumOut` of the last asset. The last venue compares the amount that it pays in the same step, so
 *   the limit is held by the effect itself, never by a sum over legs or by what somebody said.
 * - leg k (from 1) was not done: what was attached to it, whole. That is the asset in which leg k - 1 paid (k = 1: what the trader sent), in the
 *   amount that leg k - 1 paid. Legs before it stay done: in a world of messages nothing that another actor did can be taken back. A route can
 *   so stop half-way with the trader holding an asset in the middle of it; `minimumOut` of the legs before bounds how much of it.
 * - a venue that takes less than all that is attached (an order book; a pool whose liquidity ends) pays what is left to the trader at once.
 *
 * A leg is not done when its venue refuses it (LegRefused, with its own reason: too little out, or nothing, an asset it does not trade, ...), does not know
 * `Hop`, does not live, has a full mailbox, when the route is too many hops from its transaction, or when the `deadline` (a block) has passed.
 * The sender of that leg, a venue or the router, gets the funds back by the engine's bounce and pays them to the trader in the same block.
 *
 * Assumptions: the trader names the venues and trusts them with what it sends through them: a hostile venue can keep what is attached to its own
 * leg, and no more. `to` accepts payments; while its mailbox is full it is paid again in the next block, as long as hops last (some fifty blocks; what
 * cannot be delivered at all stays with the last sender, like any refused payment). A route begins with room for its hops: a transaction has it.
 */

/** One trade of a route: sell what arrives at `venue` for at least `minimumOut` of `assetOut`. */
export const Leg = Struct({ venue: Address, assetOut: AssetId, minimumOut: Amount })

/**
 * Does the first leg of a route at the receiver, with all attached funds, and sends the proceeds on: to the venue of the first of `rest`, or, when
 * there is none, to `to`. Every kind of exchange here handles it, but the batch auction.
 */
export const Hop = Message.make("router/Hop", {
  payload: { assetOut: AssetId, minimumOut: Amount, to: Address, rest: List(Leg, LEGS_MAX - 1), deadline: Height },
  failures: [LegRefused],
})

/**
 * Splits the attached asset into parts, each with a route of its own to the same last asset, and sends them off; the sender is whom all of them pay.
 * `minimumOut` bounds what is received when all parts are completed: it must be covered by the minima of their last legs, which is checked here.
 */
export const Route = Message.make("router/Route", {
  payload: { parts: List(Struct({ amountIn: Amount, legs: List(Leg, LEGS_MAX) }), PARTS_MAX), minimumOut: Amount, deadline: Height },
  reply: { parts: Count },
  failures: [WrongAsset, EmptyPart, EndsDiffer, AmountsDiffer, MinimumNotCovered],
})

/** A route, or a part of one, came to its end and paid the trader. */
export const RouteCompleted = Event.make("router/RouteCompleted", { to: Address, assetOut: AssetId, amountOut: Amount })
/** A leg was not done, for this reason (a failure's tag); what was attached to it went to the trader. */
export const RouteStopped = Event.make("router/RouteStopped", { to: Address, venue: Address, reason: Text(100) })

/** For venues. The step of a trade whose only payment is its proceeds, with them sent on; or the refusal of the leg. */
export const passOn = <S, E extends Emitted>(
  hop: Payload<typeof Hop>,
  traded: (Omit<Step<S>, "events"> & { readonly reply: { readonly amountOut: bigint }; readonly events?: readonly E[] | undefined }) | Failure,
): (Omit<Step<S>, "events"> & { readonly reply?: never; readonly events: readonly (E | Emitted<typeof RouteCompleted>)[] }) | LegRefused => {
  if (traded instanceof Failure) return legRefused(traded)
  if (traded.reply.amountOut === 0n) return new LegRefused({ reason: "router/LegRefused", explanation: `the amount is too small to pay for with ${hop.assetOut}` })
  const { amountOut } = traded.reply
  return { state: traded.state, sends: [forward(hop, amountOut)], events: [...(traded.events ?? []), ...completion(hop, amountOut)] }
}

const NO_LEGS: Payload<typeof Hop>["rest"] = []
const NO_EVENTS: readonly Emitted<typeof RouteCompleted>[] = []

/** For venues. Where the proceeds of a leg go. `assetOut` is the venue's own name of the leg's. */
export const forward = ({ assetOut: named, to, rest, deadline }: Payload<typeof Hop>, amountOut: bigint, assetOut = named): Send => {
  const next = rest[0]
  if (next === undefined) return payOne(to, assetOut, amountOut)
  const hop = { assetOut: next.assetOut, minimumOut: next.minimumOut, to, rest: legsAfterFirst(rest), deadline }
  return { to: next.venue, message: Hop, payload: hop, funds: Funds.of(assetOut, amountOut), deadline, then: undefined, saved: undefined }
}

/** Most routes are short, and a list that is written out is made in half the time. */
const legsAfterFirst = (rest: Payload<typeof Hop>["rest"]): Payload<typeof Hop>["rest"] => {
  const second = rest[1]
  return second === undefined ? NO_LEGS : rest.length === 2 ? [second] : rest.slice(1)
}

/** For venues. After the last leg of a route, the event that says that it came to its end. */
export const completion = ({ assetOut: named, to, rest }: Payload<typeof Hop>, amountOut: bigint, assetOut = named): readonly Emitted<typeof RouteCompleted>[] =>
  rest.length > 0 ? NO_EVENTS : [RouteCompleted.make({ to, assetOut, amountOut })]

/** For venues. The refusal of a leg for the venue's own reason. */
export const legRefused = (reason: Failure): LegRefused => new LegRefused({ reason: reason._tag.slice(0, 100), explanation: reason.message.slice(0, 400) })

/** For venues, of a message that came back: a leg's funds go to the trader, and a payment that met a full mailbox is tried again. */
export const stopRoute = ({ message, payload, reason, refund, by }: Bounce): { readonly sends: readonly Send[]; readonly events: readonly Emitted<typeof RouteStopped>[] } => {
  if (message === Hop) {
    const { to } = payload as Payload<typeof Hop>
    const because = reason instanceof LegRefused ? reason.reason : reason._tag
    return { sends: refund.isEmpty ? [] : [pay(to, refund)], events: [RouteStopped.make({ to, venue: by, reason: because.slice(0, 100) })] }
  }
  return { sends: message === Payment && reason instanceof MailboxFull && !refund.isEmpty ? [pay(by, refund)] : [], events: [] }
}
