import { Actor, actor, Address, Amount, AssetId, failure, List, Message, mulDivDown, mulDivUp, pay, Struct, Table, TableOf, Union } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * DFX (2022-11-10): a flash loan is paid back when the pool's balance is what it was, and nothing keeps the borrower from calling `deposit` with
 * the loan: the balance is back, and the borrower has shares for it. The borrower's callback is a list of calls in the message. Repaired: no
 * deposit while a loan is open.
 */

class LoanOpen extends failure("zoo13/LoanOpen", {}, () => "a loan is open") {}
class NotPaidBack extends failure("zoo13/NotPaidBack", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class Short extends failure("zoo13/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class WrongAsset extends failure("zoo13/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

/** What a borrower does while the loan is open: with the loan, and with what is attached. */
const Call = Union({ PayBack: { amount: Amount }, Deposit: { amount: Amount } })

const Deposit = Message.make("zoo13/Deposit", { failures: [WrongAsset] })
const Withdraw = Message.make("zoo13/Withdraw", { payload: { shares: Amount }, failures: [Short] })
const Flash = Message.make("zoo13/Flash", { payload: { amount: Amount, calls: List(Call, 4) }, failures: [Short, LoanOpen, NotPaidBack] })

const FEE = { numerator: 5n, denominator: 10_000n } as const

const poolOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo13/Pool-${variant}`, {
    params: { asset: AssetId, holders: List(Struct({ holder: Address, shares: Amount })) },
    state: { asset: AssetId, supply: Amount, shares: TableOf(Address, Amount) },
    messages: { Deposit, Withdraw, Flash },
    create: ({ asset, holders }) => ({
      asset,
      supply: holders.reduce((sum, { shares }) => sum + shares, 0n),
      shares: Table.from(holders.map(({ holder, shares }) => [holder, shares] as const)),
    }),
    handlers: {
      Deposit: (pool, _, { funds, sender, balance }) => {
        const amount = funds.get(pool.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: pool.asset })
        const minted = mulDivDown(amount, pool.supply, balance(pool.asset) - amount)
        return { state: { ...pool, supply: pool.supply + minted, shares: pool.shares.update(sender, (held = 0n) => held + minted) } }
      },
      Withdraw: (pool, { shares }, { sender, balance }) => {
        const held = pool.shares.get(sender) ?? 0n
        if (held < shares || pool.supply === shares) return new Short({ balance: held, needed: shares })
        const amount = mulDivDown(shares, balance(pool.asset), pool.supply)
        return { state: { ...pool, supply: pool.supply - shares, shares: pool.shares.set(sender, held - shares) }, sends: [pay(sender, { [pool.asset]: amount })] }
      },
      Flash: (pool, { amount, calls }, { funds, sender, balance }) => {
        const before = balance(pool.asset) - funds.get(pool.asset)
        if (before < amount) return new Short({ balance: before, needed: amount })
        let [cash, wallet, { supply, shares }] = [before - amount, amount + funds.get(pool.asset), pool]
        for (const call of calls) {
          if (wallet < call.amount) return new Short({ balance: wallet, needed: call.amount })
          if (call._tag === "Deposit") {
            if (variant === "fixed") return new LoanOpen()
            const minted = mulDivDown(call.amount, supply, cash)
            supply += minted
            shares = shares.update(sender, (held = 0n) => held + minted)
          }
          wallet -= call.amount
          cash += call.amount
        }
        const needed = before + mulDivUp(amount, FEE.numerator, FEE.denominator)
        if (cash < needed) return new NotPaidBack({ balance: cash, needed })
        return { state: { ...pool, supply, shares }, sends: [pay(sender, { [pool.asset]: wallet })] }
      },
    },
    prices: ({ state, balance }) => ({ share: { numerator: balance(state.asset), denominator: state.supply } }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/13-${variant}`,
    world: {
      accounts: { alice: { usdc: 10n ** 6n }, bob: { usdc: 10n ** 6n } },
      actors: [actor("pool", poolOf(variant), { asset: "usdc", holders: [{ holder: "bob", shares: 10n ** 6n }] }, { usdc: 10n ** 6n })],
    },
    actions: [
      action(Deposit, "pool", { funds: ["usdc"] }),
      action(Withdraw, "pool", { payload: { shares: amounts(10n ** 6n) } }),
      action(Flash, "pool", { payload: { amount: amounts(10n ** 6n) }, funds: ["usdc"] }),
    ],
  })

export default zooEntry({
  number: 13,
  name: "DFX flash loan repaid by deposit",
  kind: "AMM stableswap",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
