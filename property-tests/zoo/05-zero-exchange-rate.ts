import { Actor, actor, Address, Amount, AssetId, assetOf, failure, Message, mulDivDown, pay, Payment, Table, TableOf, View, type World } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Resupply (2025-06-26), on top of the inflation of a vault's first shares: the pair keeps the price of its collateral as a reciprocal,
 * 10^36 / price. A gift to the empty vault and a share of 1 wei lift the price above 10^36, the reciprocal rounds down to 0, every debt counts
 * as nothing, and 1 wei of collateral borrows all there is. Repaired: debt and collateral are compared by cross-multiplication of the price.
 */

class BelowMinimum extends failure("zoo05/BelowMinimum", { minimum: Amount }, ({ minimum }) => `at least ${minimum} is borrowed`) {}
class Illiquid extends failure("zoo05/Illiquid", { limit: Amount }, ({ limit }) => `the limit of ${limit} is reached`) {}
class Insolvent extends failure("zoo05/Insolvent", { collateral: Amount, debt: Amount }, ({ collateral, debt }) => `${collateral} shares do not cover ${debt}`) {}
class WrongAsset extends failure("zoo05/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

/** The vault's shares count as if there were so many more, which are worth 1 wei together: as in Curve's lending vaults. */
const DEAD_SHARES = 1000n
const WAD = 10n ** 18n
/** 1 / (a price with 18 decimals), with 18 decimals. */
const RECIPROCAL = 10n ** 36n
const LTV = { precision: 100_000n, maximum: 95_000n } as const
const BORROW_MINIMUM = 1000n * WAD
const BORROW_LIMIT = 10_000_000n * WAD

const VaultView = View.make("zoo05/Vault", { assets: Amount, shares: Amount })
const Deposit = Message.make("zoo05/Deposit", { failures: [WrongAsset] })
const Redeem = Message.make("zoo05/Redeem", { failures: [WrongAsset] })
const AddCollateral = Message.make("zoo05/AddCollateral", { failures: [WrongAsset] })
const Borrow = Message.make("zoo05/Borrow", { payload: { amount: Amount }, failures: [BelowMinimum, Illiquid, Insolvent] })

const Vault = Actor.make("zoo05/Vault", {
  params: { asset: AssetId },
  state: { asset: AssetId, assets: Amount, shares: Amount },
  messages: { Deposit, Redeem, Payment },
  view: VaultView,
  publish: ({ assets, shares }) => ({ assets, shares }),
  create: ({ asset }) => ({ asset, assets: 0n, shares: 0n }),
  handlers: {
    Deposit: (vault, _, { funds, sender, self }) => {
      const amount = funds.get(vault.asset)
      if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: vault.asset })
      const minted = { [assetOf(self, "shares")]: mulDivDown(amount, vault.shares + DEAD_SHARES, vault.assets + 1n) }
      return { state: { ...vault, assets: vault.assets + amount, shares: vault.shares + (Object.values(minted)[0] as bigint) }, mints: minted, sends: [pay(sender, minted)] }
    },
    Redeem: (vault, _, { funds, sender, self }) => {
      const burned = funds.get(assetOf(self, "shares"))
      if (burned === 0n || funds.rest !== undefined) return new WrongAsset({ expected: assetOf(self, "shares") })
      const amount = mulDivDown(burned, vault.assets + 1n, vault.shares + DEAD_SHARES)
      const state = { ...vault, assets: vault.assets - amount, shares: vault.shares - burned }
      return { state, burns: { [assetOf(self, "shares")]: burned }, sends: [pay(sender, { [vault.asset]: amount })] }
    },
    Payment: (vault, _, { funds }) => ({ state: { ...vault, assets: vault.assets + funds.get(vault.asset) } }),
  },
  claims: ({ state }) => ({ [state.asset]: state.assets }),
})

/** Whether a debt is within the largest share of its collateral's value, by the vault's own numbers. */
const covers = (collateral: bigint, debt: bigint, { assets, shares }: { readonly assets: bigint; readonly shares: bigint }): boolean =>
  debt * (shares + DEAD_SHARES) * LTV.precision <= collateral * (assets + 1n) * LTV.maximum

/** The same through a stored reciprocal of the price. */
const coversByRate = (collateral: bigint, debt: bigint, { assets, shares }: { readonly assets: bigint; readonly shares: bigint }): boolean => {
  const price = mulDivDown(WAD, assets + 1n, shares + DEAD_SHARES)
  const rate = RECIPROCAL / price
  return (debt * rate * LTV.precision) / WAD <= collateral * LTV.maximum
}

const pairOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo05/Pair-${variant}`, {
    params: { vault: Address },
    state: { vault: Address, lent: Amount, collateral: TableOf(Address, Amount), debts: TableOf(Address, Amount) },
    messages: { AddCollateral, Borrow },
    create: ({ vault }) => ({ vault, lent: 0n, collateral: Table.empty(), debts: Table.empty() }),
    handlers: {
      AddCollateral: (pair, _, { funds, sender }) => {
        const expected = assetOf(pair.vault, "shares")
        const amount = funds.get(expected)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected })
        return { state: { ...pair, collateral: pair.collateral.update(sender, (held = 0n) => held + amount) } }
      },
      Borrow: (pair, { amount }, { sender, self, view }) => {
        const vault = view(VaultView, pair.vault)
        const [collateral, debt] = [pair.collateral.get(sender) ?? 0n, (pair.debts.get(sender) ?? 0n) + amount]
        if (amount < BORROW_MINIMUM) return new BelowMinimum({ minimum: BORROW_MINIMUM })
        if (pair.lent + amount > BORROW_LIMIT) return new Illiquid({ limit: BORROW_LIMIT })
        const solvent = variant === "buggy" ? coversByRate : covers
        if (vault === undefined || collateral === 0n || !solvent(collateral, debt, vault)) return new Insolvent({ collateral, debt })
        const lent = { [assetOf(self, "reusd")]: amount }
        return { state: { ...pair, lent: pair.lent + amount, debts: pair.debts.set(sender, debt) }, mints: lent, sends: [pay(sender, lent)] }
      },
    },
    health: ({ state }, view) => {
      const vault = view(VaultView, state.vault) ?? { assets: 0n, shares: 0n }
      return [...state.debts].map(([account, debt]) => [account, covers(state.collateral.get(account) ?? 0n, debt, vault)] as const)
    },
  })

const holdsShares = (world: World, from: Address): boolean => world.balance(from, "vault:shares") > 0n

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/05-${variant}`,
    world: {
      accounts: { alice: { crvusd: 10_000n * WAD }, bob: { crvusd: 10_000n * WAD } },
      actors: [actor("pair", pairOf(variant), { vault: "vault" }), actor("vault", Vault, { asset: "crvusd" })],
    },
    actions: [
      action(Deposit, "vault", { funds: ["crvusd"] }),
      action(Redeem, "vault", { funds: ["vault:shares"], when: holdsShares }),
      action(AddCollateral, "pair", { funds: ["vault:shares"], when: holdsShares }),
      action(Borrow, "pair", { payload: { amount: amounts(BORROW_LIMIT) } }),
    ],
  })

export default zooEntry({
  number: 5,
  name: "Resupply zero exchange rate",
  kind: "CDP / vault",
  async: false,
  documentedSteps: 4,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
