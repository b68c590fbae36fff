import { Actor, actor, Address, Amount, AssetId, failure, Message, mulDivDown, mulDivUp, pay, RAY, rayDivDown, rayDivHalfUp, rayDivUp, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Radiant (2024-01-02), zkLend (2025-02-12): in a market with almost nothing in it, premiums of flash loans lift the index until one scaled unit
 * is worth a fortune; a deposit is then divided by the index and rounded half up, so half a unit's worth buys a whole one, and a withdrawal of
 * nearly one and a half units burns one. Repaired: down for what is minted, up for what is burned.
 */

class NothingScaled extends failure("zoo12/NothingScaled", { amount: Amount }, ({ amount }) => `${amount} is less than one scaled unit`) {}
class PremiumTooSmall extends failure("zoo12/PremiumTooSmall", { premium: Amount, needed: Amount }, ({ premium, needed }) => `a premium of ${needed} is due, ${premium} came`) {}
class Short extends failure("zoo12/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class WrongAsset extends failure("zoo12/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Deposit = Message.make("zoo12/Deposit", { failures: [WrongAsset, NothingScaled] })
const Withdraw = Message.make("zoo12/Withdraw", { payload: { amount: Amount }, failures: [Short, NothingScaled] })
/** Borrows and pays back within the message, so that only the premium stays: the attached funds. More than is due is kept, too. */
const FlashLoan = Message.make("zoo12/FlashLoan", { payload: { amount: Amount }, failures: [Short, PremiumTooSmall] })

const PREMIUM = { numerator: 9n, denominator: 10_000n } as const

const marketOf = (variant: "buggy" | "fixed") => {
  const scaledMinted = variant === "buggy" ? rayDivHalfUp : rayDivDown
  const scaledBurned = variant === "buggy" ? rayDivHalfUp : rayDivUp
  return Actor.make(`zoo12/Market-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, index: Amount, scaledSupply: Amount, scaled: TableOf(Address, Amount) },
    messages: { Deposit, Withdraw, FlashLoan },
    create: ({ asset }) => ({ asset, index: RAY, scaledSupply: 0n, scaled: Table.empty() }),
    handlers: {
      Deposit: (market, _, { funds, sender }) => {
        const { asset, index, scaledSupply, scaled } = market
        const amount = funds.get(asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: asset })
        const minted = scaledMinted(amount, index)
        if (minted === 0n) return new NothingScaled({ amount })
        return { state: { ...market, scaledSupply: scaledSupply + minted, scaled: scaled.update(sender, (held = 0n) => held + minted) } }
      },
      Withdraw: (market, { amount }, { sender }) => {
        const { asset, index, scaledSupply, scaled } = market
        const held = scaled.get(sender) ?? 0n
        const burned = scaledBurned(amount, index)
        if (held < burned) return new Short({ balance: held, needed: burned })
        if (burned === 0n) return new NothingScaled({ amount })
        return { state: { ...market, scaledSupply: scaledSupply - burned, scaled: scaled.set(sender, held - burned) }, sends: [pay(sender, { [asset]: amount })] }
      },
      FlashLoan: (market, { amount }, { funds, balance }) => {
        const { asset, index, scaledSupply } = market
        const premium = funds.get(asset)
        const available = balance(asset) - premium
        if (available < amount) return new Short({ balance: available, needed: amount })
        const needed = mulDivUp(amount, PREMIUM.numerator, PREMIUM.denominator)
        if (premium < needed) return new PremiumTooSmall({ premium, needed })
        return { state: scaledSupply === 0n ? market : { ...market, index: index + mulDivDown(premium, RAY, scaledSupply) } }
      },
    },
    claims: ({ state: { asset, index, scaledSupply } }) => ({ [asset]: mulDivUp(scaledSupply, index, RAY) }),
    aggregates: ({ state }) => ({ scaled: { stored: state.scaledSupply, recomputed: [...state.scaled.values()].reduce((sum, amount) => sum + amount, 0n) } }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/12-${variant}`,
    world: {
      accounts: { alice: { usdc: 10n ** 12n }, bob: { usdc: 10n ** 12n } },
      actors: [actor("market", marketOf(variant), { asset: "usdc" })],
    },
    actions: [
      action(Deposit, "market", { funds: ["usdc"] }),
      action(Withdraw, "market", { payload: { amount: amounts(10n ** 12n) } }),
      action(FlashLoan, "market", { payload: { amount: amounts(10n ** 12n) }, funds: ["usdc"] }),
    ],
  })

export default zooEntry({
  number: 12,
  name: "Index inflation, half-up scaled shares",
  kind: "lending",
  async: false,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
