import { actor } from "../../core/index.ts"
import { attachedFor, BatchAuction, Claim, Order } from "../../protocols/exchange/batch-auction/index.ts"
import { action, type Action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle } from "../campaign/oracle.ts"
import { anybody, amounts } from "../campaign/values.ts"

/** What a batch auction promises, in our words: see also the invariants beside it, which are watched anyway. */

const RICH = 10n ** 9n
const LOT = 10n
const USERS = ["alice", "bob", "carol"] as const

/** All orders of a block have one price, and nobody's is beyond their limit. */
const onePriceWithinLimits = Oracle.make("one price, within every limit", () => ({
  block: ({ block }) => {
    let one: bigint | undefined
    for (const { to, message, result, payload, funds, from } of block.raw.ended) {
      if (to !== "auction" || message !== Order || result === undefined || result.lots === 0n) continue
      const { lots, price } = result as { readonly lots: bigint; readonly price: bigint }
      one ??= price
      const { limit, lots: wanted } = payload as { readonly limit: bigint; readonly lots: bigint }
      const beyond = funds.asset === "usd" ? price > limit : price < limit
      if (price !== one || beyond || lots > wanted) return { from, price, one, limit, lots, wanted }
    }
    return undefined
  },
}))

/** All users together never have more of an asset than they began with. */
const neverMore = (asset: string): Oracle =>
  Oracle.always(`nobody gains ${asset} but from others`, ({ world, genesis }) => {
    const [before, after] = [genesis, world].map((of) => USERS.reduce((sum, name) => sum + of.balance(name, asset), 0n)) as [bigint, bigint]
    return after <= before ? undefined : { before, after }
  })

/** Orders whose funds are exact, as the auction wants them. */
const orders: readonly Action[] = [1n, 3n, 10n].flatMap((lots) =>
  [98n, 100n, 101n].flatMap((limit) =>
    ([true, false] as const).map((buys) =>
      action(Order, "auction", {
        name: `${buys ? "buy" : "sell"} ${lots} at ${limit}`,
        weight: 2,
        from: USERS,
        funds: { [buys ? "usd" : "eth"]: [attachedFor({ buys, lots, limit }, LOT)] },
        payload: { lots: [lots], limit: [limit] },
      }),
    ),
  ),
)

export const batchAuction = Campaign.make({
  name: "batch-auction",
  world: {
    accounts: Object.fromEntries(USERS.map((name) => [name, { eth: RICH, usd: RICH }])),
    // A surplus of its birth, which nobody may ever have.
    actors: [actor("auction", BatchAuction, { base: "eth", quote: "usd", lot: LOT }, { eth: 1_000n, usd: 1_000n })],
  },
  actions: [
    ...orders,
    action(Order, "auction", { name: "anyOrder", weight: 4, from: USERS, funds: ["usd"], payload: { lots: amounts(100n), limit: amounts(200n) } }),
    action(Claim, "auction", { weight: 3, from: USERS, payload: { to: anybody } }),
  ],
  // By each asset alone: none may come out of the surplus.
  oracles: [neverMore("eth"), neverMore("usd"), onePriceWithinLimits],
  faults: true,
})
