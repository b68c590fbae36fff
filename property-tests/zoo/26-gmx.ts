import { Actor, actor, Address, Amount, Bool, Continuation, failure, Message, Payment, request, send, Struct, Table, TableOf, View } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * GMX v1 (2025-07-09): positions are opened through an order book that also tells the tracker of shorts what they were sold for. While it
 * executes an order the vault is open to everybody, the order book's refund calls the trader, and the trader goes to the vault directly: the
 * tracker never hears of it. Repaired: nobody but the order book changes positions.
 */

class Closed extends failure("zoo26/Closed", {}, () => "the vault is open to orders only") {}
class NotAllowed extends failure("zoo26/NotAllowed", { sender: Address }, ({ sender }) => `${sender} may not`) {}
class Short extends failure("zoo26/Short", { size: Amount, needed: Amount }, ({ size, needed }) => `the position has ${size} of ${needed}`) {}
class Busy extends failure("zoo26/Busy", {}, () => "an order is being executed") {}
class BadPrice extends failure("zoo26/BadPrice", {}, () => "the price must be positive") {}

const Delta = { more: Bool, size: Amount, cost: Amount }
const SetPrice = Message.make("zoo26/SetPrice", { payload: { price: Amount }, failures: [BadPrice] })
const Leverage = Message.make("zoo26/Leverage", { payload: { enabled: Bool }, failures: [NotAllowed] })
const Change = Message.make("zoo26/Change", { payload: { owner: Address, more: Bool, size: Amount }, reply: { cost: Amount }, failures: [Closed, NotAllowed, Short] })
const Track = Message.make("zoo26/Track", { payload: Delta, failures: [NotAllowed] })
const Execute = Message.make("zoo26/Execute", { payload: { more: Bool, size: Amount }, failures: [Busy] })

/** What all shorts together were sold for: size, and the sum of size times price. The average price is the quotient. */
const Shorts = View.make("zoo26/Shorts", { size: Amount, cost: Amount })
const Orders = View.make("zoo26/Orders", { executing: Bool })
const Position = Struct({ size: Amount, cost: Amount })

const Tracker = Actor.make("zoo26/Tracker", {
  params: {},
  state: { size: Amount, cost: Amount },
  messages: { Track },
  view: Shorts,
  publish: (state) => state,
  create: () => ({ size: 0n, cost: 0n }),
  handlers: {
    Track: (tracker, { more, size, cost }, { sender }) => {
      if (sender !== "orders") return new NotAllowed({ sender })
      return { state: more ? { size: tracker.size + size, cost: tracker.cost + cost } : { size: tracker.size - size, cost: tracker.cost - cost } }
    },
  },
})

const vaultOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo26/Vault-${variant}`, {
    params: { price: Amount },
    state: { price: Amount, enabled: Bool, positions: TableOf(Address, Position) },
    messages: { SetPrice, Leverage, Change },
    create: ({ price }) => ({ price, enabled: false, positions: Table.empty() }),
    handlers: {
      SetPrice: (vault, { price }) => (price === 0n ? new BadPrice() : { state: { ...vault, price } }),
      Leverage: (vault, { enabled }, { sender }) => (sender === "orders" ? { state: { ...vault, enabled } } : new NotAllowed({ sender })),
      Change: (vault, { owner, more, size }, { sender }) => {
        if (!vault.enabled) return new Closed()
        if (sender !== "orders" && (variant === "fixed" || sender !== owner)) return new NotAllowed({ sender })
        const has = vault.positions.get(owner) ?? { size: 0n, cost: 0n }
        if (!more && (has.size < size || size === 0n)) return new Short({ size: has.size, needed: size })
        const cost = more ? size * vault.price : (has.cost * size) / has.size
        const after = more ? { size: has.size + size, cost: has.cost + cost } : { size: has.size - size, cost: has.cost - cost }
        return { state: { ...vault, positions: vault.positions.set(owner, after) }, reply: { cost } }
      },
    },
    // What liquidity is worth hangs on the tracker: between two orders it must say what the positions say.
    health: ({ state }, view) => {
      if (view(Orders, "orders")?.executing === true) return []
      const shorts = view(Shorts, "tracker")
      let [size, cost] = [0n, 0n]
      for (const position of state.positions.values()) [size, cost] = [size + position.size, cost + position.cost]
      return [["liquidity", shorts?.size === size && shorts.cost === cost]]
    },
  })

const FEE = 10n

const SAVED = { owner: Address, more: Bool, size: Amount }
const Changed = Continuation.make("zoo26/Changed", { of: Change, saved: SAVED })
const Tracked = Continuation.make("zoo26/Tracked", { of: Track, saved: { owner: Address } })
const Refunded = Continuation.make("zoo26/Refunded", { of: Payment })
const Shut = Continuation.make("zoo26/Shut", { of: Leverage })

const refund = (owner: string, eth: bigint) => request(owner, Payment, {}, { funds: { eth: eth < FEE ? eth : FEE }, then: Refunded, saved: {} })

/** Executes one order after the other: opens the vault, changes the position, tells the tracker, pays back a fee, shuts the vault. */
const OrderBook = Actor.make("zoo26/OrderBook", {
  params: {},
  state: { executing: Bool },
  messages: { Execute },
  continuations: { Changed, Tracked, Refunded, Shut },
  view: Orders,
  publish: (state) => state,
  create: () => ({ executing: false }),
  handlers: {
    Execute: ({ executing }, { more, size }, { sender }) => {
      if (executing) return new Busy()
      const order = { owner: sender, more, size }
      return { state: { executing: true }, sends: [send("vault", Leverage, { enabled: true }), request("vault", Change, order, { then: Changed, saved: order })] }
    },
  },
  resume: {
    Changed: (state, outcome, { owner, more, size }, { balance }) => {
      if (outcome._tag === "Failed") return { state, sends: [refund(owner, balance("eth"))] }
      return { state, sends: [request("tracker", Track, { more, size, cost: outcome.reply.cost }, { then: Tracked, saved: { owner } })] }
    },
    Tracked: (state, _, { owner }, { balance }) => ({ state, sends: [refund(owner, balance("eth"))] }),
    Refunded: (state) => ({ state, sends: [request("vault", Leverage, { enabled: false }, { then: Shut, saved: {} })] }),
    Shut: () => ({ state: { executing: false } }),
  },
})

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/26-${variant}`,
    world: {
      accounts: { alice: {}, bob: {} },
      actors: [
        actor("vault", vaultOf(variant), { price: 100_000n }),
        actor("tracker", Tracker, {}),
        actor("orders", OrderBook, {}, { eth: 10_000n }),
      ],
    },
    actions: [
      action(Execute, "orders", { payload: { size: amounts(10n ** 9n) } }),
      action(Change, "vault", { payload: { owner: ({ from }) => from, size: amounts(10n ** 9n) } }),
      action(SetPrice, "vault", { payload: { price: amounts(10n ** 6n) } }),
    ],
  })

export default zooEntry({
  number: 26,
  name: "GMX v1 short tracker bypass",
  kind: "perps",
  async: false,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
