import { Actor, actor, Address, Amount, AssetId, failure, Message, mulDivDown, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, amounts, anybody, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Popsicle (2021-08-03), Equilibria ePendle (2025-08): an account's reward is its shares times what a share earned since the account was last
 * settled, and a transfer of shares settles neither end. A receiver who was never settled, or long ago, is paid for the past of shares that
 * were paid for it already. Repaired: both ends are settled before shares move.
 */

class NoShares extends failure("zoo14/NoShares", {}, () => "nobody holds shares") {}
class Short extends failure("zoo14/Short", { shares: Amount, needed: Amount }, ({ shares, needed }) => `${needed} needed, ${shares} there`) {}
class WrongAsset extends failure("zoo14/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Deposit = Message.make("zoo14/Deposit", { failures: [WrongAsset] })
const Withdraw = Message.make("zoo14/Withdraw", { payload: { shares: Amount }, failures: [Short] })
const Reward = Message.make("zoo14/Reward", { failures: [WrongAsset, NoShares] })
const Transfer = Message.make("zoo14/Transfer", { payload: { to: Address, shares: Amount }, failures: [Short] })
const Claim = Message.make("zoo14/Claim", {})

const SCALE = 10n ** 18n

/** `settledAt`: what one share had earned when the account was settled last, scaled by 10^18. `earned`: up to then, and not yet claimed. */
const Holding = Struct({ shares: Amount, settledAt: Amount, earned: Amount })
type Holding = { readonly shares: bigint; readonly settledAt: bigint; readonly earned: bigint }

const NEVER: Holding = { shares: 0n, settledAt: 0n, earned: 0n }

const claimable = ({ shares, settledAt, earned }: Holding, perShare: bigint): bigint => earned + mulDivDown(shares, perShare - settledAt, SCALE)
const settled = (holding: Holding, perShare: bigint): Holding => ({ ...holding, settledAt: perShare, earned: claimable(holding, perShare) })

const vaultOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo14/Vault-${variant}`, {
    params: { asset: AssetId, reward: AssetId },
    state: { asset: AssetId, reward: AssetId, supply: Amount, perShare: Amount, holdings: TableOf(Address, Holding) },
    messages: { Deposit, Withdraw, Reward, Transfer, Claim },
    create: (params) => ({ ...params, supply: 0n, perShare: 0n, holdings: Table.empty() }),
    handlers: {
      Deposit: (vault, _, { funds, sender }) => {
        const shares = funds.get(vault.asset)
        if (shares === 0n || funds.rest !== undefined) return new WrongAsset({ expected: vault.asset })
        const holding = settled(vault.holdings.get(sender) ?? NEVER, vault.perShare)
        return { state: { ...vault, supply: vault.supply + shares, holdings: vault.holdings.set(sender, { ...holding, shares: holding.shares + shares }) } }
      },
      Withdraw: (vault, { shares }, { sender }) => {
        const holding = settled(vault.holdings.get(sender) ?? NEVER, vault.perShare)
        if (holding.shares < shares) return new Short({ shares: holding.shares, needed: shares })
        const holdings = vault.holdings.set(sender, { ...holding, shares: holding.shares - shares })
        return { state: { ...vault, supply: vault.supply - shares, holdings }, sends: [payOne(sender, vault.asset, shares)] }
      },
      Reward: (vault, _, { funds }) => {
        const amount = funds.get(vault.reward)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: vault.reward })
        if (vault.supply === 0n) return new NoShares()
        return { state: { ...vault, perShare: vault.perShare + mulDivDown(amount, SCALE, vault.supply) } }
      },
      Transfer: (vault, { to, shares }, { sender }) => {
        const before = variant === "buggy" ? (one: Holding): Holding => one : (one: Holding): Holding => settled(one, vault.perShare)
        const source = before(vault.holdings.get(sender) ?? NEVER)
        if (source.shares < shares) return new Short({ shares: source.shares, needed: shares })
        const without = vault.holdings.set(sender, { ...source, shares: source.shares - shares })
        const target = before(without.get(to) ?? NEVER)
        return { state: { ...vault, holdings: without.set(to, { ...target, shares: target.shares + shares }) } }
      },
      Claim: (vault, _, { sender }) => {
        const holding = settled(vault.holdings.get(sender) ?? NEVER, vault.perShare)
        return { state: { ...vault, holdings: vault.holdings.set(sender, { ...holding, earned: 0n }) }, sends: [payOne(sender, vault.reward, holding.earned)] }
      },
    },
    claims: ({ state: { asset, reward, supply, perShare, holdings } }) => ({
      [asset]: supply,
      [reward]: [...holdings.values()].reduce((sum, holding) => sum + claimable(holding, perShare), 0n),
    }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/14-${variant}`,
    world: {
      accounts: { alice: { lp: 10n ** 6n, ice: 10n ** 6n }, bob: { lp: 10n ** 6n, ice: 10n ** 6n }, carol: { lp: 10n ** 6n } },
      actors: [actor("vault", vaultOf(variant), { asset: "lp", reward: "ice" })],
    },
    actions: [
      action(Deposit, "vault", { funds: ["lp"] }),
      action(Withdraw, "vault", { payload: { shares: amounts(10n ** 6n) } }),
      action(Reward, "vault", { funds: ["ice"] }),
      action(Transfer, "vault", { payload: { to: anybody, shares: amounts(10n ** 6n) } }),
      action(Claim, "vault"),
    ],
  })

export default zooEntry({
  number: 14,
  name: "Reward debt not moved with shares",
  kind: "staking rewards",
  async: false,
  documentedSteps: 4,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
