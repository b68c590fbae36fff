import { Actor, actor, Address, Amount, AssetId, assetOf, Bool, Continuation, failure, Message, mulDivDown, pay, Payment, request, Table, TableOf, View } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * dForce (2023-02-10), Sentiment (2023-04-05), Conic (2023-07-21): a pool that is left burns the shares first and pays its assets out one by one,
 * and while they are on their way what it publishes, assets per share, is far too high. The pool is locked meanwhile, but its view is not: a lender
 * that reads it lends too much. Repaired: the pool takes assets off its books as their payment leaves.
 */

class Nothing extends failure("zoo17/Nothing", {}, () => "nothing would change hands") {}
class Illiquid extends failure("zoo17/Illiquid", { available: Amount }, ({ available }) => `${available} are there to lend`) {}
class Locked extends failure("zoo17/Locked", {}, () => "liquidity is being removed") {}
class Undercollateralised extends failure("zoo17/Undercollateralised", { collateral: Amount, debt: Amount }, ({ collateral, debt }) => `${collateral} shares do not cover a debt of ${debt}`) {}
class WrongAsset extends failure("zoo17/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const PoolView = View.make("zoo17/Pool", { assets: Amount, shares: Amount })
const AddLiquidity = Message.make("zoo17/AddLiquidity", { failures: [Locked, Nothing] })
const RemoveLiquidity = Message.make("zoo17/RemoveLiquidity", { failures: [Locked, WrongAsset] })
const Lend = Message.make("zoo17/Lend", { payload: { amount: Amount }, failures: [Undercollateralised, Illiquid] })

/** A pool of two assets of one worth. */
const poolOf = (variant: "buggy" | "fixed") => {
  const Leaving = { owner: Address, x: Amount, y: Amount }
  const PaidX = Continuation.make(`zoo17/PaidX-${variant}`, { of: Payment, saved: Leaving })
  const PaidY = Continuation.make(`zoo17/PaidY-${variant}`, { of: Payment, saved: Leaving })
  return Actor.make(`zoo17/Pool-${variant}`, {
    params: { assetX: AssetId, assetY: AssetId },
    state: { assetX: AssetId, assetY: AssetId, x: Amount, y: Amount, shares: Amount, locked: Bool },
    messages: { AddLiquidity, RemoveLiquidity },
    continuations: { PaidX, PaidY },
    view: PoolView,
    publish: ({ x, y, shares }) => ({ assets: x + y, shares }),
    create: (params) => ({ ...params, x: 0n, y: 0n, shares: 0n, locked: false }),
    handlers: {
      AddLiquidity: (pool, _, { funds, sender, self }) => {
        if (pool.locked) return new Locked()
        const [addedX, addedY] = [funds.get(pool.assetX), funds.get(pool.assetY)]
        const added = addedX + addedY
        const shares = pool.shares === 0n ? added : mulDivDown(added, pool.shares, pool.x + pool.y)
        if (shares === 0n) return new Nothing()
        const minted = { [assetOf(self, "lp")]: shares }
        return { state: { ...pool, x: pool.x + addedX, y: pool.y + addedY, shares: pool.shares + shares }, mints: minted, sends: [pay(sender, minted)] }
      },
      RemoveLiquidity: (pool, _, { funds, sender, self }) => {
        if (pool.locked) return new Locked()
        const lp = assetOf(self, "lp")
        const burned = funds.get(lp)
        if (burned === 0n || funds.rest !== undefined) return new WrongAsset({ expected: lp })
        const leaving = { owner: sender, x: mulDivDown(burned, pool.x, pool.shares), y: mulDivDown(burned, pool.y, pool.shares) }
        const left = { ...pool, shares: pool.shares - burned, locked: true }
        return {
          state: variant === "buggy" ? left : { ...left, x: pool.x - leaving.x, y: pool.y - leaving.y },
          burns: { [lp]: burned },
          sends: [request(sender, Payment, {}, { funds: { [pool.assetX]: leaving.x }, then: PaidX, saved: leaving })],
        }
      },
    },
    resume: {
      PaidX: (pool, { _tag }, leaving) => {
        const gone = _tag === "Success" ? leaving.x : 0n
        const x = variant === "buggy" ? pool.x - gone : pool.x + leaving.x - gone
        return { state: { ...pool, x }, sends: [request(leaving.owner, Payment, {}, { funds: { [pool.assetY]: leaving.y }, then: PaidY, saved: leaving })] }
      },
      PaidY: (pool, { _tag }, leaving) => {
        const gone = _tag === "Success" ? leaving.y : 0n
        return { state: { ...pool, y: variant === "buggy" ? pool.y - gone : pool.y + leaving.y - gone, locked: false } }
      },
    },
    claims: ({ state }) => ({ [state.assetX]: state.x, [state.assetY]: state.y }),
    pending: ({ state }) => (state.locked ? ["removal of liquidity"] : []),
  })
}

/** Four fifths of the collateral's value may be borrowed. */
const covers = (collateral: bigint, debt: bigint, { assets, shares }: { readonly assets: bigint; readonly shares: bigint }): boolean =>
  debt === 0n || (shares > 0n && debt * shares * 5n <= collateral * assets * 4n)

const Lender = Actor.make("zoo17/Lender", {
  params: { asset: AssetId, pool: Address },
  state: { asset: AssetId, pool: Address, collateral: TableOf(Address, Amount), debts: TableOf(Address, Amount) },
  messages: { Lend },
  create: (params) => ({ ...params, collateral: Table.empty(), debts: Table.empty() }),
  handlers: {
    // The attached shares become collateral.
    Lend: (lender, { amount }, { funds, sender, balance, view }) => {
      const pool = view(PoolView, lender.pool) ?? { assets: 0n, shares: 0n }
      const collateral = (lender.collateral.get(sender) ?? 0n) + funds.get(assetOf(lender.pool, "lp"))
      const debt = (lender.debts.get(sender) ?? 0n) + amount
      if (!covers(collateral, debt, pool)) return new Undercollateralised({ collateral, debt })
      if (balance(lender.asset) < amount) return new Illiquid({ available: balance(lender.asset) })
      return {
        state: { ...lender, collateral: lender.collateral.set(sender, collateral), debts: lender.debts.set(sender, debt) },
        sends: [pay(sender, { [lender.asset]: amount })],
      }
    },
  },
  health: ({ state }, view) => {
    const pool = view(PoolView, state.pool) ?? { assets: 0n, shares: 0n }
    return [...state.debts].map(([account, debt]) => [account, covers(state.collateral.get(account) ?? 0n, debt, pool)] as const)
  },
})

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/17-${variant}`,
    world: {
      accounts: { alice: { eth: 1000n, steth: 1000n }, bob: { eth: 1000n, steth: 1000n } },
      actors: [
        actor("lender", Lender, { asset: "usd", pool: "pool" }, { usd: 5000n }),
        actor("pool", poolOf(variant), { assetX: "eth", assetY: "steth" }),
      ],
    },
    actions: [
      action(AddLiquidity, "pool", { funds: ["eth", "steth"] }),
      action(RemoveLiquidity, "pool", { funds: ["pool:lp"], when: (world, from) => world.balance(from, "pool:lp") > 0n }),
      action(Lend, "lender", { payload: { amount: amounts(5000n) }, funds: ["pool:lp"], weight: 2 }),
    ],
    faults: ["delay"],
    secondsMax: 0,
  })

export default zooEntry({
  number: 17,
  name: "Read-only re-entrancy: a stale view",
  kind: "AMM + lending oracle",
  async: true,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
