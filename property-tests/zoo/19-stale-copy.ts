import { Actor, actor, Address, Amount, AssetId, failure, Message, mulDivDown, mulDivUp, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Cover's Blacksmith (2020-12-28): `deposit` copies the pool to memory, then brings the pool in storage up to date, and then writes off what the
 * miner has not earned, with what a share had earned according to the copy. The longer the pool was not updated, the more of the past the
 * newcomer is paid. Repaired: the pool is read again after the update.
 */

class Short extends failure("zoo19/Short", { staked: Amount, needed: Amount }, ({ staked, needed }) => `${needed} needed, ${staked} there`) {}
class WrongAsset extends failure("zoo19/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Fund = Message.make("zoo19/Fund", { failures: [WrongAsset] })
const Deposit = Message.make("zoo19/Deposit", { failures: [WrongAsset] })
const Withdraw = Message.make("zoo19/Withdraw", { payload: { amount: Amount }, failures: [Short] })
const Claim = Message.make("zoo19/Claim", {})

const SCALE = 10n ** 12n

/** `writeoff`: what an earlier entry, or earlier claims, would have earned; rounded up. */
const Miner = Struct({ staked: Amount, writeoff: Amount })
type Miner = { readonly staked: bigint; readonly writeoff: bigint }

const NEW: Miner = { staked: 0n, writeoff: 0n }

interface Pool {
  readonly total: bigint
  /** Rewards that came and are not yet spread over the stake. */
  readonly waiting: bigint
  /** What a staked unit earned since the beginning, scaled by 10^12. */
  readonly perUnit: bigint
}

/** Spreads what waits over the stake, if there is one. */
const updated = <P extends Pool>(pool: P): P =>
  pool.total === 0n ? pool : { ...pool, waiting: 0n, perUnit: pool.perUnit + mulDivDown(pool.waiting, SCALE, pool.total) }

const earned = ({ staked, writeoff }: Miner, { perUnit }: Pool): bigint => {
  const sinceTheBeginning = mulDivDown(staked, perUnit, SCALE)
  return sinceTheBeginning > writeoff ? sinceTheBeginning - writeoff : 0n
}

/** A miner whose rewards are paid up to what the pool says. */
const paid = (staked: bigint, { perUnit }: Pool): Miner => ({ staked, writeoff: mulDivUp(staked, perUnit, SCALE) })

const blacksmithOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo19/Blacksmith-${variant}`, {
    params: { asset: AssetId, reward: AssetId },
    state: { asset: AssetId, reward: AssetId, total: Amount, waiting: Amount, perUnit: Amount, miners: TableOf(Address, Miner) },
    messages: { Fund, Deposit, Withdraw, Claim },
    create: (params) => ({ ...params, total: 0n, waiting: 0n, perUnit: 0n, miners: Table.empty() }),
    handlers: {
      Fund: (smith, _, { funds }) => {
        const amount = funds.get(smith.reward)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: smith.reward })
        return { state: { ...smith, waiting: smith.waiting + amount } }
      },
      Deposit: (smith, _, { funds, sender }) => {
        const amount = funds.get(smith.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: smith.asset })
        const now = updated(smith)
        const miner = now.miners.get(sender) ?? NEW
        const after = paid(miner.staked + amount, variant === "buggy" ? smith : now)
        return { state: { ...now, total: now.total + amount, miners: now.miners.set(sender, after) }, sends: [payOne(sender, smith.reward, earned(miner, now))] }
      },
      Withdraw: (smith, { amount }, { sender }) => {
        const now = updated(smith)
        const miner = now.miners.get(sender) ?? NEW
        if (miner.staked < amount) return new Short({ staked: miner.staked, needed: amount })
        return {
          state: { ...now, total: now.total - amount, miners: now.miners.set(sender, paid(miner.staked - amount, now)) },
          sends: [payOne(sender, smith.asset, amount), payOne(sender, smith.reward, earned(miner, now))],
        }
      },
      Claim: (smith, _, { sender }) => {
        const now = updated(smith)
        const miner = now.miners.get(sender) ?? NEW
        return { state: { ...now, miners: now.miners.set(sender, paid(miner.staked, now)) }, sends: [payOne(sender, smith.reward, earned(miner, now))] }
      },
    },
    claims: ({ state }) => {
      const now = updated(state)
      return { [state.asset]: state.total, [state.reward]: now.waiting + [...state.miners.values()].reduce((sum, miner) => sum + earned(miner, now), 0n) }
    },
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/19-${variant}`,
    world: {
      accounts: { alice: { bpt: 10n ** 6n, cover: 10n ** 6n }, bob: { bpt: 10n ** 6n, cover: 10n ** 6n } },
      actors: [actor("blacksmith", blacksmithOf(variant), { asset: "bpt", reward: "cover" })],
    },
    actions: [
      action(Fund, "blacksmith", { funds: ["cover"] }),
      action(Deposit, "blacksmith", { funds: ["bpt"] }),
      action(Withdraw, "blacksmith", { payload: { amount: amounts(10n ** 6n) } }),
      action(Claim, "blacksmith"),
    ],
  })

export default zooEntry({
  number: 19,
  name: "Stale in-memory copy",
  kind: "insurance / rewards",
  async: false,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
