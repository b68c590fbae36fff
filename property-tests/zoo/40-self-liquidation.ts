import { Actor, actor, Address, Amount, failure, List, Message, min, mulDivDown, mulDivUp, payOne, Seconds, Struct, Table, TableOf } from "../../core/index.ts"
import { action, amounts, anybody, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * AlkemiEarn (2026-03-10): a liquidation reads the supply of the borrower and of the liquidator, then writes both. Who liquidates themselves
 * keeps the second write, their supply plus what was seized from them. Repaired: nobody liquidates themselves.
 */

class WrongFunds extends failure("zoo40/WrongFunds", {}, () => "nothing but eth must be attached") {}
class Short extends failure("zoo40/Short", { has: Amount, needed: Amount }, ({ has, needed }) => `${needed} needed, ${has} there`) {}
class Undercollateralised extends failure("zoo40/Undercollateralised", { supplied: Amount, owed: Amount }, ({ supplied, owed }) => `${supplied} for a debt of ${owed}`) {}
class Healthy extends failure("zoo40/Healthy", { owner: Address }, ({ owner }) => `${owner} is healthy`) {}
class Oneself extends failure("zoo40/Oneself", {}, () => "nobody liquidates themselves") {}

const Supply = Message.make("zoo40/Supply", { failures: [WrongFunds] })
const Withdraw = Message.make("zoo40/Withdraw", { payload: { amount: Amount }, failures: [Short, Undercollateralised] })
const Borrow = Message.make("zoo40/Borrow", { payload: { amount: Amount }, failures: [Short, Undercollateralised] })
const Liquidate = Message.make("zoo40/Liquidate", { payload: { borrower: Address }, failures: [WrongFunds, Healthy, Oneself] })

const YEAR_SECONDS = 31_536_000n
const INDEX = 10n ** 18n

const isHealthy = (supplied: bigint, owed: bigint): boolean => supplied * 100n >= owed * 125n

const marketOf = (variant: "buggy" | "fixed") => {
  const State = { index: Amount, accruedAt: Seconds, totalSupply: Amount, supplies: TableOf(Address, Amount), debts: TableOf(Address, Amount) }
  /** A debt is kept at index 1, rounded up; borrowers pay 20 percent a year. */
  const owedBy = ({ index, debts }: { readonly index: bigint; readonly debts: Table<string, bigint> }, owner: string): bigint => mulDivUp(debts.get(owner) ?? 0n, index, INDEX)
  const accrued = <S extends { readonly index: bigint; readonly accruedAt: number }>(market: S, time: number): S => ({
    ...market,
    index: market.index + (market.index * BigInt(time - market.accruedAt)) / (5n * YEAR_SECONDS),
    accruedAt: time,
  })
  return Actor.make(`zoo40/Market-${variant}`, {
    params: { suppliers: List(Struct({ supplier: Address, amount: Amount })) },
    state: State,
    messages: { Supply, Withdraw, Borrow, Liquidate },
    create: ({ suppliers }) => ({
      index: INDEX,
      accruedAt: 0,
      totalSupply: suppliers.reduce((sum, { amount }) => sum + amount, 0n),
      supplies: Table.from(suppliers.map(({ supplier, amount }) => [supplier, amount] as const)),
      debts: Table.empty<string, bigint>(),
    }),
    handlers: {
      Supply: (market, _, { funds, sender }) => {
        const amount = funds.get("eth")
        if (amount === 0n || funds.rest !== undefined) return new WrongFunds()
        return { state: { ...market, totalSupply: market.totalSupply + amount, supplies: market.supplies.update(sender, (held = 0n) => held + amount) } }
      },
      Withdraw: (before, { amount }, { sender, time, balance }) => {
        const market = accrued(before, time)
        const has = min(market.supplies.get(sender) ?? 0n, balance("eth"))
        if (has < amount) return new Short({ has, needed: amount })
        const [supplied, owed] = [(market.supplies.get(sender) ?? 0n) - amount, owedBy(market, sender)]
        if (!isHealthy(supplied, owed)) return new Undercollateralised({ supplied, owed })
        const state = { ...market, totalSupply: market.totalSupply - amount, supplies: market.supplies.set(sender, supplied) }
        return { state, sends: [payOne(sender, "eth", amount)] }
      },
      Borrow: (before, { amount }, { sender, time, balance }) => {
        const market = accrued(before, time)
        if (balance("eth") < amount) return new Short({ has: balance("eth"), needed: amount })
        const debts = market.debts.update(sender, (debt = 0n) => debt + mulDivUp(amount, INDEX, market.index))
        const [supplied, owed] = [market.supplies.get(sender) ?? 0n, owedBy({ ...market, debts }, sender)]
        if (!isHealthy(supplied, owed)) return new Undercollateralised({ supplied, owed })
        return { state: { ...market, debts }, sends: [payOne(sender, "eth", amount)] }
      },
      Liquidate: (before, { borrower }, { sender, funds, time }) => {
        const market = accrued(before, time)
        if (variant === "fixed" && borrower === sender) return new Oneself()
        if (funds.rest !== undefined || funds.get("eth") === 0n) return new WrongFunds()
        const [supplied, own, owed] = [market.supplies.get(borrower) ?? 0n, market.supplies.get(sender) ?? 0n, owedBy(market, borrower)]
        if (isHealthy(supplied, owed)) return new Healthy({ owner: borrower })
        // The liquidator pays part of the debt, and gets a tenth more of the supply.
        const paid = min(funds.get("eth"), min(owed, (supplied * 10n) / 11n))
        const seized = (paid * 11n) / 10n
        const debts = market.debts.update(borrower, (debt = 0n) => debt - min(debt, mulDivDown(paid, INDEX, market.index)))
        const supplies = market.supplies.set(borrower, supplied - seized).set(sender, own + seized)
        return { state: { ...market, debts, supplies }, sends: [payOne(sender, "eth", funds.get("eth") - paid)] }
      },
    },
    aggregates: ({ state }) => ({ supply: { stored: state.totalSupply, recomputed: [...state.supplies.values()].reduce((sum, amount) => sum + amount, 0n) } }),
    health: ({ state }, _, time) => [...state.debts.keys()].map((owner) => [owner, isHealthy(state.supplies.get(owner) ?? 0n, owedBy(accrued(state, time), owner))] as const),
    claims: ({ state }) => {
      let claimed = 0n
      for (const amount of state.supplies.values()) claimed += amount
      for (const owner of state.debts.keys()) claimed -= owedBy(state, owner)
      return { eth: claimed < 0n ? 0n : claimed }
    },
  })
}

const SUPPLIERS = ["alice", "bob", "carol"].map((supplier) => ({ supplier, amount: 10n ** 9n }))

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/40-${variant}`,
    world: {
      accounts: { alice: { eth: 10n ** 9n }, bob: { eth: 10n ** 9n } },
      actors: [actor("market", marketOf(variant), { suppliers: SUPPLIERS }, { eth: 3n * 10n ** 9n })],
    },
    actions: [
      action(Supply, "market", { funds: ["eth"] }),
      action(Withdraw, "market", { payload: { amount: amounts(10n ** 9n) } }),
      action(Borrow, "market", { payload: { amount: amounts(10n ** 9n) }, weight: 2 }),
      action(Liquidate, "market", { payload: { borrower: anybody }, funds: ["eth"], weight: 2 }),
    ],
  })

export default zooEntry({
  number: 40,
  name: "Self-liquidation with cached balances",
  kind: "lending",
  async: false,
  documentedSteps: 4,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
