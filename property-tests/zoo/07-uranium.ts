import { Actor, actor, Amount, AssetId, failure, Message, pay } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Uranium (2021-04-28): the fee's precision was raised from 1,000 to 10,000 in both adjusted balances, but the right side of the check of k
 * kept 1,000 squared, so k may fall to a hundredth.
 */

class NothingIn extends failure("zoo07/NothingIn", {}, () => "nothing is attached") {}
class KDecreased extends failure("zoo07/KDecreased", {}, () => "k would fall") {}
class TooMuchOut extends failure("zoo07/TooMuchOut", { reserve: Amount }, ({ reserve }) => `the reserve is ${reserve}`) {}

const Swap = Message.make("zoo07/Swap", { payload: { outX: Amount, outY: Amount }, failures: [NothingIn, TooMuchOut, KDecreased] })

const PRECISION = 10_000n
const FEE = 16n

const pairOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo07/Pair-${variant}`, {
    params: { assetX: AssetId, assetY: AssetId, reserveX: Amount, reserveY: Amount },
    state: { assetX: AssetId, assetY: AssetId, reserveX: Amount, reserveY: Amount },
    messages: { Swap },
    create: (params) => params,
    handlers: {
      Swap: (pair, { outX, outY }, { balance, sender }) => {
        const { assetX, assetY, reserveX, reserveY } = pair
        if (outX >= reserveX) return new TooMuchOut({ reserve: reserveX })
        if (outY >= reserveY) return new TooMuchOut({ reserve: reserveY })
        const inX = balance(assetX) - reserveX
        const inY = balance(assetY) - reserveY
        if (inX === 0n && inY === 0n) return new NothingIn()
        const adjustedX = (reserveX + inX - outX) * PRECISION - inX * FEE
        const adjustedY = (reserveY + inY - outY) * PRECISION - inY * FEE
        const scale = variant === "buggy" ? 1_000n : PRECISION
        if (adjustedX * adjustedY < reserveX * reserveY * scale ** 2n) return new KDecreased()
        const state = { ...pair, reserveX: reserveX + inX - outX, reserveY: reserveY + inY - outY }
        return { state, sends: [pay(sender, { [assetX]: outX, [assetY]: outY })] }
      },
    },
    prices: ({ state }) => ({ k: { numerator: state.reserveX * state.reserveY, denominator: 1n } }),
    claims: ({ state }) => ({ [state.assetX]: state.reserveX, [state.assetY]: state.reserveY }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/07-${variant}`,
    world: {
      accounts: { alice: { eth: 10n ** 6n, usd: 10n ** 6n }, bob: { eth: 10n ** 6n, usd: 10n ** 6n } },
      actors: [
        actor("pair", pairOf(variant), { assetX: "eth", assetY: "usd", reserveX: 10n ** 6n, reserveY: 4n * 10n ** 6n }, { eth: 10n ** 6n, usd: 4n * 10n ** 6n }),
      ],
    },
    actions: [
      action(Swap, "pair", { name: "buyY", payload: { outX: [0n], outY: amounts(4n * 10n ** 6n) }, funds: ["eth"] }),
      action(Swap, "pair", { name: "buyX", payload: { outX: amounts(10n ** 6n), outY: [0n] }, funds: ["usd"] }),
    ],
  })

export default zooEntry({
  number: 7,
  name: "Uranium K-check scale mismatch",
  kind: "AMM v2",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
