import { Actor, actor, Address, Amount, AssetId, assetOf, Continuation, divUp, failure, Message, pay, Payment, request } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * USN of Decentral Bank (2022-07-06): a redemption burns USN, which has 18 decimals, and sends USDT, which has 6. When the USDT come back, the
 * callback mints the USN anew, and multiplies by 10^12 once more what is in USN already. Repaired: exactly what was burned is minted.
 */

class TooSmall extends failure("zoo11/TooSmall", { minimum: Amount }, ({ minimum }) => `less than ${minimum} is worth nothing`) {}
class WrongAsset extends failure("zoo11/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Buy = Message.make("zoo11/Buy", { failures: [WrongAsset] })
const Redeem = Message.make("zoo11/Redeem", { failures: [WrongAsset, TooSmall] })

/** Units of USN in one unit of USDT. */
const SCALE = 10n ** 12n

const stableOf = (variant: "buggy" | "fixed") => {
  const Redeemed = Continuation.make(`zoo11/Redeemed-${variant}`, { of: Payment, saved: { owner: Address, burned: Amount } })
  return Actor.make(`zoo11/Stable-${variant}`, {
    params: { backing: AssetId },
    state: { backing: AssetId },
    messages: { Buy, Redeem },
    continuations: { Redeemed },
    create: (params) => params,
    handlers: {
      Buy: (stable, _, { funds, sender, self }) => {
        const amount = funds.get(stable.backing)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: stable.backing })
        const minted = { [assetOf(self, "usn")]: amount * SCALE }
        return { state: stable, mints: minted, sends: [pay(sender, minted)] }
      },
      Redeem: (stable, _, { funds, sender, self }) => {
        const usn = assetOf(self, "usn")
        const burned = funds.get(usn)
        if (burned === 0n || funds.rest !== undefined) return new WrongAsset({ expected: usn })
        if (burned < SCALE) return new TooSmall({ minimum: SCALE })
        const payment = request(sender, Payment, {}, { funds: { [stable.backing]: burned / SCALE }, then: Redeemed, saved: { owner: sender, burned } })
        return { state: stable, burns: { [usn]: burned }, sends: [payment] }
      },
    },
    resume: {
      Redeemed: (stable, { _tag }, { owner, burned }, { self }) => {
        if (_tag === "Success") return { state: stable }
        const minted = { [assetOf(self, "usn")]: variant === "buggy" ? burned * SCALE : burned }
        return { state: stable, mints: minted, sends: [pay(owner, minted)] }
      },
    },
    claims: ({ state, address, supply }) => ({ [state.backing]: divUp(supply(assetOf(address, "usn")), SCALE) }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/11-${variant}`,
    world: {
      accounts: { alice: { usdt: 10n ** 9n }, bob: { usdt: 10n ** 9n } },
      actors: [actor("stable", stableOf(variant), { backing: "usdt" })],
    },
    actions: [action(Buy, "stable", { funds: ["usdt"] }), action(Redeem, "stable", { funds: ["stable:usn"] })],
    faults: true,
  })

export default zooEntry({
  number: 11,
  name: "USN refund callback with wrong decimals",
  kind: "CDP / async",
  async: true,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
