import { Actor, actor, Address, Amount, AssetId, failure, Message, pay, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Euler (2023-03-13): `donateToReserves` gives away the caller's collateral without the check of health that every other way to lower it has,
 * so an account with leverage makes itself insolvent on purpose, and liquidates itself at the largest discount. Repaired: the check.
 */

class Short extends failure("zoo04/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class Unhealthy extends failure("zoo04/Unhealthy", { collateral: Amount, debt: Amount }, ({ collateral, debt }) => `${collateral} does not cover a debt of ${debt}`) {}
class WrongAsset extends failure("zoo04/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Deposit = Message.make("zoo04/Deposit", { failures: [WrongAsset] })
/** Creates collateral and debt at once: leverage. */
const Mint = Message.make("zoo04/Mint", { payload: { amount: Amount }, failures: [Unhealthy] })
/** Takes collateral and debt away at once. */
const Repay = Message.make("zoo04/Repay", { payload: { amount: Amount }, failures: [Short, Unhealthy] })
const Withdraw = Message.make("zoo04/Withdraw", { payload: { amount: Amount }, failures: [Short, Unhealthy] })
const DonateToReserves = Message.make("zoo04/DonateToReserves", { payload: { amount: Amount }, failures: [Short, Unhealthy] })

/** Of the collateral's value that may be borrowed against it: 95 %. */
const FACTOR = { numerator: 19n, denominator: 20n } as const

const covers = (collateral: bigint, debt: bigint): boolean => collateral * FACTOR.numerator >= debt * FACTOR.denominator

const lendingOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo04/Lending-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, reserves: Amount, collateral: TableOf(Address, Amount), debts: TableOf(Address, Amount) },
    messages: { Deposit, Mint, Repay, Withdraw, DonateToReserves },
    create: ({ asset }) => ({ asset, reserves: 0n, collateral: Table.empty(), debts: Table.empty() }),
    handlers: {
      Deposit: (lending, _, { funds, sender }) => {
        const amount = funds.get(lending.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: lending.asset })
        return { state: { ...lending, collateral: lending.collateral.update(sender, (held = 0n) => held + amount) } }
      },
      Mint: (lending, { amount }, { sender }) => {
        const collateral = (lending.collateral.get(sender) ?? 0n) + amount
        const debt = (lending.debts.get(sender) ?? 0n) + amount
        if (!covers(collateral, debt)) return new Unhealthy({ collateral, debt })
        return { state: { ...lending, collateral: lending.collateral.set(sender, collateral), debts: lending.debts.set(sender, debt) } }
      },
      Repay: (lending, { amount }, { sender }) => {
        const [held, owed] = [lending.collateral.get(sender) ?? 0n, lending.debts.get(sender) ?? 0n]
        const balance = held < owed ? held : owed
        if (balance < amount) return new Short({ balance, needed: amount })
        return { state: { ...lending, collateral: lending.collateral.set(sender, held - amount), debts: lending.debts.set(sender, owed - amount) } }
      },
      Withdraw: (lending, { amount }, { sender }) => {
        const [held, debt] = [lending.collateral.get(sender) ?? 0n, lending.debts.get(sender) ?? 0n]
        if (held < amount) return new Short({ balance: held, needed: amount })
        if (!covers(held - amount, debt)) return new Unhealthy({ collateral: held - amount, debt })
        return { state: { ...lending, collateral: lending.collateral.set(sender, held - amount) }, sends: [pay(sender, { [lending.asset]: amount })] }
      },
      DonateToReserves: (lending, { amount }, { sender }) => {
        const [held, debt] = [lending.collateral.get(sender) ?? 0n, lending.debts.get(sender) ?? 0n]
        if (held < amount) return new Short({ balance: held, needed: amount })
        if (variant === "fixed" && !covers(held - amount, debt)) return new Unhealthy({ collateral: held - amount, debt })
        return { state: { ...lending, reserves: lending.reserves + amount, collateral: lending.collateral.set(sender, held - amount) } }
      },
    },
    claims: ({ state: { asset, reserves, collateral, debts } }) => {
      const sum = (table: typeof debts): bigint => [...table.values()].reduce((total, amount) => total + amount, 0n)
      const owed = reserves + sum(collateral) - sum(debts)
      return { [asset]: owed > 0n ? owed : 0n }
    },
    health: ({ state: { collateral, debts } }) => [...debts].map(([account, debt]) => [account, covers(collateral.get(account) ?? 0n, debt)] as const),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/04-${variant}`,
    world: {
      accounts: { alice: { dai: 10n ** 9n }, bob: { dai: 10n ** 9n } },
      actors: [actor("lending", lendingOf(variant), { asset: "dai" })],
    },
    actions: [
      action(Deposit, "lending", { funds: ["dai"] }),
      action(Mint, "lending", { payload: { amount: amounts(10n ** 11n) } }),
      action(Repay, "lending", { payload: { amount: amounts(10n ** 11n) } }),
      action(Withdraw, "lending", { payload: { amount: amounts(10n ** 11n) } }),
      action(DonateToReserves, "lending", { payload: { amount: amounts(10n ** 11n) } }),
    ],
  })

export default zooEntry({
  number: 4,
  name: "Euler donateToReserves",
  kind: "lending",
  async: false,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
