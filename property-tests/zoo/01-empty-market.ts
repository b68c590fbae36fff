import { Actor, actor, Address, Amount, AssetId, failure, Message, mulDivDown, mulDivUp, pay, Payment, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Hundred (2023-04-15), Onyx (2023-11-01), Sonne (2024-05-14), forks of Compound v2: with a few shares in existence and underlying given to the
 * market, a share is worth so much that `redeemUnderlying`, which rounds the shares that it burns down, pays out nearly one share's worth
 * without burning it. Repaired: burned shares are rounded up, and the market starts with shares that nobody can redeem.
 */

class Nothing extends failure("zoo01/Nothing", {}, () => "nothing would change hands") {}
class Short extends failure("zoo01/Short", { shares: Amount, needed: Amount }, ({ shares, needed }) => `${needed} shares needed, ${shares} there`) {}
class WrongAsset extends failure("zoo01/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Mint = Message.make("zoo01/Mint", { failures: [WrongAsset] })
const Redeem = Message.make("zoo01/Redeem", { payload: { shares: Amount }, failures: [Short, Nothing] })
const RedeemUnderlying = Message.make("zoo01/RedeemUnderlying", { payload: { amount: Amount }, failures: [Short, Nothing] })

const marketOf = (variant: "buggy" | "fixed") => {
  const burnedFor = variant === "buggy" ? mulDivDown : mulDivUp
  return Actor.make(`zoo01/Market-${variant}`, {
    params: { asset: AssetId, locked: Amount },
    state: { asset: AssetId, supply: Amount, shares: TableOf(Address, Amount) },
    messages: { Mint, Redeem, RedeemUnderlying, Payment },
    create: ({ asset, locked }) => ({ asset, supply: locked, shares: Table.empty() }),
    handlers: {
      Mint: (market, _, { funds, sender, balance }) => {
        const { asset, supply, shares } = market
        const amount = funds.get(asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: asset })
        const minted = supply === 0n ? amount : mulDivDown(amount, supply, balance(asset) - amount)
        return { state: { ...market, supply: supply + minted, shares: shares.update(sender, (held = 0n) => held + minted) } }
      },
      Redeem: (market, { shares: burned }, { sender, balance }) => {
        const { asset, supply, shares } = market
        const held = shares.get(sender) ?? 0n
        if (held < burned) return new Short({ shares: held, needed: burned })
        if (burned === 0n) return new Nothing()
        const state = { ...market, supply: supply - burned, shares: shares.set(sender, held - burned) }
        return { state, sends: [pay(sender, { [asset]: mulDivDown(burned, balance(asset), supply) })] }
      },
      RedeemUnderlying: (market, { amount }, { sender, balance }) => {
        const { asset, supply, shares } = market
        const held = shares.get(sender) ?? 0n
        if (amount === 0n) return new Nothing()
        const burned = burnedFor(amount, supply, balance(asset))
        if (held < burned) return new Short({ shares: held, needed: burned })
        return { state: { ...market, supply: supply - burned, shares: shares.set(sender, held - burned) }, sends: [pay(sender, { [asset]: amount })] }
      },
      // A plain payment buys no shares: whoever holds some becomes richer.
      Payment: (market) => ({ state: market }),
    },
    prices: ({ state, balance }) => ({ share: { numerator: balance(state.asset), denominator: state.supply } }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") => {
  const locked = variant === "buggy" ? 0n : 1000n
  return Campaign.make({
    name: `zoo/01-${variant}`,
    world: {
      accounts: { alice: { usd: 10n ** 9n }, bob: { usd: 10n ** 9n } },
      actors: [actor("market", marketOf(variant), { asset: "usd", locked }, locked === 0n ? {} : { usd: locked })],
    },
    actions: [
      action(Mint, "market", { funds: ["usd"] }),
      action(Redeem, "market", { payload: { shares: amounts(10n ** 9n) } }),
      action(RedeemUnderlying, "market", { payload: { amount: amounts(10n ** 9n) } }),
    ],
  })
}

export default zooEntry({
  number: 1,
  name: "Compound v2 empty market",
  kind: "lending",
  async: false,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
