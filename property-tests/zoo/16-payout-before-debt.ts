import { Actor, actor, Address, Amount, AssetId, Continuation, failure, Message, pay, Payment, request, send, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Rari's Fuse pools (2022-04-30): the market pays a loan out before it writes the debt down, and while the money is on its way the borrower
 * takes the collateral out of the comptroller, another contract, which sees no debt. Here the market asks the comptroller for leave, pays, and
 * then has the debt recorded. Repaired: the comptroller records the debt with the leave, and strikes it off when the loan could not be paid.
 */

class NotMarket extends failure("zoo16/NotMarket", { market: Address }, ({ market }) => `only ${market} may`) {}
class Short extends failure("zoo16/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class Unhealthy extends failure("zoo16/Unhealthy", { collateral: Amount, debt: Amount }, ({ collateral, debt }) => `${collateral} does not cover a debt of ${debt}`) {}
class WrongAsset extends failure("zoo16/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Supply = Message.make("zoo16/Supply", { failures: [WrongAsset] })
const Exit = Message.make("zoo16/Exit", { payload: { amount: Amount }, failures: [Short, Unhealthy] })
const Borrow = Message.make("zoo16/Borrow", { payload: { amount: Amount } })
const Allow = Message.make("zoo16/Allow", { payload: { borrower: Address, amount: Amount }, failures: [NotMarket, Unhealthy] })
const Record = Message.make("zoo16/Record", { payload: { borrower: Address, amount: Amount }, failures: [NotMarket] })
const StrikeOff = Message.make("zoo16/StrikeOff", { payload: { borrower: Address, amount: Amount }, failures: [NotMarket] })

/** Collateral and loans are of one worth; three quarters of the collateral may be borrowed. */
const covers = (collateral: bigint, debt: bigint): boolean => collateral * 3n >= debt * 4n

const comptrollerOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo16/Comptroller-${variant}`, {
    params: { asset: AssetId, market: Address },
    state: { asset: AssetId, market: Address, collateral: TableOf(Address, Amount), debts: TableOf(Address, Amount) },
    messages: { Supply, Exit, Allow, Record, StrikeOff },
    create: (params) => ({ ...params, collateral: Table.empty(), debts: Table.empty() }),
    handlers: {
      Supply: (comptroller, _, { funds, sender }) => {
        const amount = funds.get(comptroller.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: comptroller.asset })
        return { state: { ...comptroller, collateral: comptroller.collateral.update(sender, (held = 0n) => held + amount) } }
      },
      Exit: (comptroller, { amount }, { sender }) => {
        const [held, debt] = [comptroller.collateral.get(sender) ?? 0n, comptroller.debts.get(sender) ?? 0n]
        if (held < amount) return new Short({ balance: held, needed: amount })
        if (!covers(held - amount, debt)) return new Unhealthy({ collateral: held - amount, debt })
        return { state: { ...comptroller, collateral: comptroller.collateral.set(sender, held - amount) }, sends: [pay(sender, { [comptroller.asset]: amount })] }
      },
      Allow: (comptroller, { borrower, amount }, { sender }) => {
        const [collateral, debt] = [comptroller.collateral.get(borrower) ?? 0n, (comptroller.debts.get(borrower) ?? 0n) + amount]
        if (sender !== comptroller.market) return new NotMarket({ market: comptroller.market })
        if (!covers(collateral, debt)) return new Unhealthy({ collateral, debt })
        return { state: variant === "buggy" ? comptroller : { ...comptroller, debts: comptroller.debts.set(borrower, debt) } }
      },
      Record: (comptroller, { borrower, amount }, { sender }) => {
        if (sender !== comptroller.market) return new NotMarket({ market: comptroller.market })
        return { state: { ...comptroller, debts: comptroller.debts.update(borrower, (debt = 0n) => debt + amount) } }
      },
      StrikeOff: (comptroller, { borrower, amount }, { sender }) => {
        if (sender !== comptroller.market) return new NotMarket({ market: comptroller.market })
        return { state: { ...comptroller, debts: comptroller.debts.update(borrower, (debt = 0n) => debt - amount) } }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.collateral.values()].reduce((sum, amount) => sum + amount, 0n) }),
    health: ({ state: { collateral, debts } }) => [...debts].map(([account, debt]) => [account, covers(collateral.get(account) ?? 0n, debt)] as const),
  })

const marketOf = (variant: "buggy" | "fixed") => {
  const Allowed = Continuation.make(`zoo16/Allowed-${variant}`, { of: Allow, saved: { borrower: Address, amount: Amount } })
  const Paid = Continuation.make(`zoo16/Paid-${variant}`, { of: Payment, saved: { borrower: Address, amount: Amount } })
  return Actor.make(`zoo16/Market-${variant}`, {
    params: { asset: AssetId, comptroller: Address },
    state: { asset: AssetId, comptroller: Address },
    messages: { Borrow },
    continuations: { Allowed, Paid },
    create: (params) => params,
    handlers: {
      Borrow: (market, { amount }, { sender: borrower }) => {
        const loan = { borrower, amount }
        return { state: market, sends: [request(market.comptroller, Allow, loan, { then: Allowed, saved: loan })] }
      },
    },
    resume: {
      Allowed: (market, { _tag }, loan, { balance }) => {
        if (_tag === "Failed") return { state: market }
        if (balance(market.asset) < loan.amount) return { state: market, sends: variant === "buggy" ? [] : [send(market.comptroller, StrikeOff, loan)] }
        return { state: market, sends: [request(loan.borrower, Payment, {}, { funds: { [market.asset]: loan.amount }, then: Paid, saved: loan })] }
      },
      Paid: (market, { _tag }, loan) => {
        if (variant === "buggy") return { state: market, sends: _tag === "Success" ? [send(market.comptroller, Record, loan)] : [] }
        return { state: market, sends: _tag === "Success" ? [] : [send(market.comptroller, StrikeOff, loan)] }
      },
    },
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/16-${variant}`,
    world: {
      accounts: { alice: { usd: 1000n }, bob: { usd: 1000n } },
      actors: [
        actor("comptroller", comptrollerOf(variant), { asset: "usd", market: "market" }),
        actor("market", marketOf(variant), { asset: "eth", comptroller: "comptroller" }, { eth: 5000n }),
      ],
    },
    actions: [
      action(Supply, "comptroller", { funds: ["usd"] }),
      action(Exit, "comptroller", { payload: { amount: amounts(1000n) } }),
      action(Borrow, "market", { payload: { amount: amounts(5000n) } }),
    ],
    faults: true,
  })

export default zooEntry({
  number: 16,
  name: "Asset leaves before debt is recorded",
  kind: "lending",
  async: true,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
