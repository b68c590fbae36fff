import { Actor, actor, Address, Amount, AssetId, failure, Message, min, mulDivDown, mulDivUp, payOne, Seconds, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Alpha Homora v2 (2021-02-13): debt is kept in shares of a total, and a borrower gets shares rounded down. Where few shares stand for much
 * debt, borrowing one less than the total makes no share at all, and the others owe the loan. Repaired: rounded up.
 */

class WrongAsset extends failure("zoo35/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}
class TooMuch extends failure("zoo35/TooMuch", { owed: Amount, limit: Amount }, ({ owed, limit }) => `${owed} would be owed, the limit is ${limit}`) {}
class NothingOwed extends failure("zoo35/NothingOwed", { owner: Address }, ({ owner }) => `${owner} owes nothing`) {}

const Pledge = Message.make("zoo35/Pledge", { failures: [WrongAsset] })
const Borrow = Message.make("zoo35/Borrow", { payload: { amount: Amount }, failures: [TooMuch] })
const Repay = Message.make("zoo35/Repay", { failures: [WrongAsset, NothingOwed] })
const ResolveReserve = Message.make("zoo35/ResolveReserve", {})

const YEAR_SECONDS = 31_536_000n

const bankOf = (variant: "buggy" | "fixed") => {
  const State = {
    cash: Amount,
    totalDebt: Amount,
    totalShares: Amount,
    /** All that was ever added to the debt of others. */
    accrued: Amount,
    accruedAt: Seconds,
    pledged: TableOf(Address, Amount),
    shares: TableOf(Address, Amount),
  }
  return Actor.make(`zoo35/Bank-${variant}`, {
    params: { cash: Amount },
    state: State,
    messages: { Pledge, Borrow, Repay, ResolveReserve },
    create: ({ cash }) => ({ cash, totalDebt: 0n, totalShares: 0n, accrued: 0n, accruedAt: 0, pledged: Table.empty(), shares: Table.empty() }),
    handlers: {
      Pledge: (bank, _, { funds, sender }) => {
        const amount = funds.get("eth")
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: "eth" })
        return { state: { ...bank, pledged: bank.pledged.update(sender, (held = 0n) => held + amount) } }
      },
      Borrow: (bank, { amount }, { sender }) => {
        const { totalDebt, totalShares } = bank
        const toShares = variant === "buggy" ? mulDivDown : mulDivUp
        const made = totalShares === 0n ? amount : toShares(amount, totalShares, totalDebt)
        const after = { totalDebt: totalDebt + amount, totalShares: totalShares + made }
        const own = (bank.shares.get(sender) ?? 0n) + made
        const owed = after.totalShares === 0n ? 0n : mulDivUp(own, after.totalDebt, after.totalShares)
        const limit = min(((bank.pledged.get(sender) ?? 0n) * 3n) / 4n, bank.cash)
        if (owed > limit || amount > bank.cash) return new TooMuch({ owed, limit })
        return { state: { ...bank, ...after, cash: bank.cash - amount, shares: bank.shares.set(sender, own) }, sends: [payOne(sender, "usd", amount)] }
      },
      Repay: (bank, _, { funds, sender }) => {
        if (funds.rest !== undefined || funds.get("usd") === 0n) return new WrongAsset({ expected: "usd" })
        const own = bank.shares.get(sender) ?? 0n
        if (own === 0n) return new NothingOwed({ owner: sender })
        const owed = mulDivUp(own, bank.totalDebt, bank.totalShares)
        const paid = min(funds.get("usd"), owed)
        const burned = paid === owed ? own : mulDivDown(paid, bank.totalShares, bank.totalDebt)
        // Nobody owes what rounding up the last debt took too much.
        const totalDebt = bank.totalShares === burned ? 0n : bank.totalDebt - min(paid, bank.totalDebt)
        const state = { ...bank, cash: bank.cash + paid, totalDebt, totalShares: bank.totalShares - burned, shares: bank.shares.set(sender, own - burned) }
        return { state, sends: [payOne(sender, "usd", funds.get("usd") - paid)] }
      },
      /** Ten percent a year, added to the debt without shares. */
      ResolveReserve: (bank, _, { time }) => {
        const interest = (bank.totalDebt * BigInt(time - bank.accruedAt)) / (10n * YEAR_SECONDS)
        return { state: { ...bank, totalDebt: bank.totalDebt + interest, accrued: bank.accrued + interest, accruedAt: time } }
      },
    },
    // A share's debt grows by interest only.
    prices: ({ state }) => ({ shares: { numerator: state.totalShares, denominator: state.totalDebt, losses: state.accrued } }),
    aggregates: ({ state }) => ({ shares: { stored: state.totalShares, recomputed: [...state.shares.values()].reduce((sum, amount) => sum + amount, 0n) } }),
    claims: ({ state }) => ({ usd: state.cash, eth: [...state.pledged.values()].reduce((sum, amount) => sum + amount, 0n) }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/35-${variant}`,
    world: {
      accounts: { alice: { eth: 10n ** 9n, usd: 10n ** 9n }, bob: { eth: 10n ** 9n, usd: 10n ** 9n } },
      actors: [actor("bank", bankOf(variant), { cash: 10n ** 9n }, { usd: 10n ** 9n })],
    },
    actions: [
      action(Pledge, "bank", { funds: ["eth"] }),
      action(Borrow, "bank", { payload: { amount: amounts(10n ** 9n) }, weight: 2 }),
      action(Repay, "bank", { funds: ["usd"] }),
      action(ResolveReserve, "bank"),
    ],
  })

export default zooEntry({
  number: 35,
  name: "Debt shares round to zero",
  kind: "lending",
  async: false,
  documentedSteps: 4,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
