import { Actor, actor, Address, Amount, AssetId, failure, List, Message, mulDivDown, mulDivUp, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Bunni v2 (2025-09-02): a withdrawal takes a share, rounded down, off the idle part, so that what stays idle is rounded up and the active
 * part, the rest of the total, is rounded down. Liquidity is priced by the active part, which tiny withdrawals wear away while hardly a share
 * is burned. Repaired: round up what leaves the idle part.
 */

class Short extends failure("zoo24/Short", { has: Amount, needed: Amount }, ({ has, needed }) => `${needed} shares needed, ${has} there`) {}
class TooLittle extends failure("zoo24/TooLittle", { shares: Amount }, ({ shares }) => `worth ${shares} shares`) {}

const Deposit = Message.make("zoo24/Deposit", { failures: [TooLittle] })
const Withdraw = Message.make("zoo24/Withdraw", { payload: { shares: Amount }, failures: [Short, TooLittle] })

const hookOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo24/Hook-${variant}`, {
    params: { asset: AssetId, total: Amount, idle: Amount, holders: List(Struct({ holder: Address, shares: Amount })) },
    state: { asset: AssetId, total: Amount, idle: Amount, supply: Amount, shares: TableOf(Address, Amount) },
    messages: { Deposit, Withdraw },
    create: ({ asset, total, idle, holders }) => ({
      asset,
      total,
      idle,
      supply: holders.reduce((sum, { shares }) => sum + shares, 0n),
      shares: Table.from(holders.map(({ holder, shares }) => [holder, shares] as const)),
    }),
    handlers: {
      Deposit: (hook, _, { funds, sender }) => {
        const amount = funds.get(hook.asset)
        const shares = hook.supply === 0n || hook.total === 0n ? 0n : mulDivDown(amount, hook.supply, hook.total)
        if (shares === 0n || funds.rest !== undefined) return new TooLittle({ shares })
        const idle = hook.idle + mulDivDown(hook.idle, shares, hook.supply)
        const held = (hook.shares.get(sender) ?? 0n) + shares
        return { state: { ...hook, total: hook.total + amount, idle, supply: hook.supply + shares, shares: hook.shares.set(sender, held) } }
      },
      Withdraw: (hook, { shares }, { sender }) => {
        const has = hook.shares.get(sender) ?? 0n
        if (has < shares) return new Short({ has, needed: shares })
        if (shares === 0n) return new TooLittle({ shares })
        const paid = mulDivDown(hook.total, shares, hook.supply)
        const leavesIdle = variant === "buggy" ? mulDivDown : mulDivUp
        const idle = hook.idle - leavesIdle(hook.idle, shares, hook.supply)
        const state = { ...hook, total: hook.total - paid, idle, supply: hook.supply - shares, shares: hook.shares.set(sender, has - shares) }
        return { state, sends: [payOne(sender, hook.asset, paid)] }
      },
    },
    prices: ({ state }) => ({ liquidity: { numerator: state.total - state.idle, denominator: state.supply } }),
    claims: ({ state }) => ({ [state.asset]: state.total }),
    aggregates: ({ state }) => ({ shares: { stored: state.supply, recomputed: [...state.shares.values()].reduce((sum, amount) => sum + amount, 0n) } }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/24-${variant}`,
    world: {
      accounts: { alice: { usdc: 10n ** 6n }, bob: { usdc: 10n ** 6n } },
      actors: [
        actor(
          "hook",
          hookOf(variant),
          { asset: "usdc", total: 10n ** 6n, idle: 7n * 10n ** 5n, holders: [{ holder: "alice", shares: 4n * 10n ** 5n }, { holder: "bob", shares: 6n * 10n ** 5n }] },
          { usdc: 10n ** 6n },
        ),
      ],
    },
    actions: [action(Deposit, "hook", { funds: ["usdc"] }), action(Withdraw, "hook", { payload: { shares: amounts(10n ** 6n) } })],
  })

export default zooEntry({
  number: 24,
  name: "Bunni v2 idle balance rounding",
  kind: "AMM (hook)",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
