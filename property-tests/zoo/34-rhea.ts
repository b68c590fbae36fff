import { Actor, actor, Address, Amount, AssetId, Continuation, failure, Integer, List, Message, payOne, Payment, request, Struct, Table, TableOf, Text } from "../../core/index.ts"
import { action, amounts, Campaign, lists, zooEntry } from "../../sim/index.ts"

/**
 * Rhea (2026-04-16): opening a margin position swaps borrowed money along a route. The least that must come out is compared with the sum of
 * the least amounts of all hops, whatever the units, so a route through one's own pools satisfies it while dust comes out in the end.
 * Repaired: only the last hop counts, whose limit the exchange keeps.
 */

class NoRoute extends failure("zoo34/NoRoute", { asset: Text(200) }, ({ asset }) => `no way on for ${asset === "" ? "nothing" : asset}`) {}
class TooLittleOut extends failure("zoo34/TooLittleOut", { out: Amount, least: Amount }, ({ out, least }) => `${out} out, ${least} declared`) {}
class WrongMargin extends failure("zoo34/WrongMargin", { given: Amount, available: Amount }, ({ given, available }) => `margin of ${given}, ${available} to lend`) {}
class LimitTooLow extends failure("zoo34/LimitTooLow", { limit: Amount, least: Amount }, ({ limit, least }) => `limits add up to ${limit}, ${least} must come out`) {}

const Hop = Struct({ pool: Integer(0, 2), outMin: Amount })
const Swap = Message.make("zoo34/Swap", { payload: { route: List(Hop), wanted: AssetId }, reply: { out: Amount }, failures: [NoRoute, TooLittleOut] })
const Open = Message.make("zoo34/Open", { payload: { leverage: Integer(1, 3), route: List(Hop) }, failures: [WrongMargin, LimitTooLow] })

const Pool = Struct({ assetX: AssetId, assetY: AssetId, x: Amount, y: Amount })

/** Constant-product pools of anybody, of which a route takes some one after the other; it keeps the limit of each hop. */
const Exchange = Actor.make("zoo34/Exchange", {
  params: { pools: List(Pool) },
  state: { pools: List(Pool) },
  messages: { Swap },
  create: (params) => params,
  handlers: {
    Swap: (exchange, { route, wanted }, { funds, sender }) => {
      let { asset, amount } = funds
      const pools = [...exchange.pools]
      for (const { pool: at, outMin } of route) {
        const pool = pools[at]
        if (pool === undefined || (asset !== pool.assetX && asset !== pool.assetY)) return new NoRoute({ asset })
        const [own, other] = asset === pool.assetX ? [pool.x, pool.y] : [pool.y, pool.x]
        const out = (other * amount * 997n) / (own * 1000n + amount * 997n)
        if (out < outMin) return new TooLittleOut({ out, least: outMin })
        pools[at] = asset === pool.assetX ? { ...pool, x: own + amount, y: other - out } : { ...pool, x: other - out, y: own + amount }
        asset = asset === pool.assetX ? pool.assetY : pool.assetX
        amount = out
      }
      if (asset !== wanted || funds.rest !== undefined) return new NoRoute({ asset })
      return { state: { pools }, sends: [payOne(sender, asset, amount)], reply: { out: amount } }
    },
  },
})

const POSITION = Struct({ debt: Amount, held: Amount })

const marginOf = (variant: "buggy" | "fixed") => {
  const Swapped = Continuation.make(`zoo34/Swapped-${variant}`, { of: Swap, saved: { owner: Address, margin: Amount, debt: Amount } })
  return Actor.make(`zoo34/Margin-${variant}`, {
    params: { exchange: Address, lendable: Amount },
    state: { exchange: Address, lendable: Amount, positions: TableOf(Address, POSITION) },
    messages: { Open, Payment },
    continuations: { Swapped },
    create: ({ exchange, lendable }) => ({ exchange, lendable, positions: Table.empty() }),
    handlers: {
      Payment: (state) => ({ state }),
      Open: (margin, { leverage, route }, { funds, sender }) => {
        const given = funds.get("usd")
        const debt = given * BigInt(leverage)
        if (funds.rest !== undefined || debt > margin.lendable || debt === 0n) return new WrongMargin({ given, available: margin.lendable })
        // At one dollar each, less five percent.
        const least = ((given + debt) * 95n) / 100n
        const limit = variant === "buggy" ? route.reduce((sum, { outMin }) => sum + outMin, 0n) : (route.at(-1)?.outMin ?? 0n)
        if (limit < least) return new LimitTooLow({ limit, least })
        const saved = { owner: sender, margin: given, debt }
        const swap = request(margin.exchange, Swap, { route, wanted: "near" }, { funds: { usd: given + debt }, then: Swapped, saved })
        return { state: { ...margin, lendable: margin.lendable - debt }, sends: [swap] }
      },
    },
    resume: {
      Swapped: (margin, outcome, { owner, margin: given, debt }) => {
        if (outcome._tag === "Failed") return { state: { ...margin, lendable: margin.lendable + debt }, sends: [payOne(owner, "usd", given)] }
        const add = ({ debt: owed, held } = { debt: 0n, held: 0n }) => ({ debt: owed + debt, held: held + outcome.reply.out })
        return { state: { ...margin, positions: margin.positions.update(owner, add) } }
      },
    },
    health: ({ state }) => [...state.positions.entries()].map(([owner, { debt, held }]) => [owner, held >= debt] as const),
    claims: ({ state }) => ({ usd: state.lendable, near: [...state.positions.values()].reduce((sum, { held }) => sum + held, 0n) }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/34-${variant}`,
    world: {
      accounts: { alice: { usd: 10n ** 5n, junk: 10n ** 5n }, bob: { usd: 10n ** 5n, near: 10n ** 5n } },
      actors: [
        actor("margin", marginOf(variant), { exchange: "exchange", lendable: 10n ** 6n }, { usd: 10n ** 6n }),
        actor(
          "exchange",
          Exchange,
          {
            pools: [
              { assetX: "usd", assetY: "near", x: 10n ** 8n, y: 10n ** 8n },
              { assetX: "usd", assetY: "junk", x: 100n, y: 10n ** 9n },
              { assetX: "junk", assetY: "near", x: 10n ** 9n, y: 100n },
            ],
          },
          { usd: 10n ** 8n + 100n, near: 10n ** 8n + 100n, junk: 2n * 10n ** 9n },
        ),
      ],
    },
    actions: [
      action(Open, "margin", { payload: { route: lists((at) => ({ pool: at.draw.below(3), outMin: amounts(10n ** 9n)(at) as bigint }), 3) }, funds: ["usd"], weight: 3 }),
      action(Swap, "exchange", { payload: { route: lists((at) => ({ pool: at.draw.below(3), outMin: 0n }), 2), wanted: ["usd", "near", "junk"] }, funds: ["usd"] }),
    ],
  })

export default zooEntry({
  number: 34,
  name: "Rhea slippage sum over hops",
  kind: "margin / router",
  async: false,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
