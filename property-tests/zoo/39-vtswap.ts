import { Actor, actor, Amount, AssetId, Bool, divUp, failure, Message, pay } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * VTSwapHook (2026-03): the curve is asked about the amount less the fee, but the reserves are booked with the amount before it. Where the
 * swapper names what comes in, the fee stays in the pool; where they name what goes out, the pool is paid for less than it gives. Repaired:
 * what goes out is priced in full, and the fee comes on top of what is paid.
 */

class WrongFunds extends failure("zoo39/WrongFunds", { expected: AssetId }, ({ expected }) => `nothing but ${expected} must be attached`) {}
class TooMuchOut extends failure("zoo39/TooMuchOut", { out: Amount, reserve: Amount }, ({ out, reserve }) => `${out} out of a reserve of ${reserve}`) {}
class Underpaid extends failure("zoo39/Underpaid", { given: Amount, needed: Amount }, ({ given, needed }) => `${needed} needed, ${given} given`) {}

const SwapExactIn = Message.make("zoo39/SwapExactIn", { payload: { buysY: Bool }, failures: [WrongFunds] })
const SwapExactOut = Message.make("zoo39/SwapExactOut", { payload: { buysY: Bool, out: Amount }, failures: [WrongFunds, TooMuchOut, Underpaid] })

const FEE = 3n
const WHOLE = 1000n
const lessFee = (amount: bigint): bigint => (amount * (WHOLE - FEE)) / WHOLE

const hookOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo39/Hook-${variant}`, {
    params: { x: Amount, y: Amount },
    state: { x: Amount, y: Amount },
    messages: { SwapExactIn, SwapExactOut },
    create: (params) => params,
    handlers: {
      SwapExactIn: ({ x, y }, { buysY }, { funds, sender }) => {
        const [assetIn, assetOut, reserveIn, reserveOut] = buysY ? (["ath", "vath", x, y] as const) : (["vath", "ath", y, x] as const)
        const amountIn = funds.get(assetIn)
        if (amountIn === 0n || funds.rest !== undefined) return new WrongFunds({ expected: assetIn })
        const priced = lessFee(amountIn)
        const out = (reserveOut * priced) / (reserveIn + priced)
        const state = buysY ? { x: x + amountIn, y: y - out } : { x: x - out, y: y + amountIn }
        return { state, sends: [pay(sender, { [assetOut]: out })] }
      },
      SwapExactOut: ({ x, y }, { buysY, out }, { funds, sender }) => {
        const [assetIn, assetOut, reserveIn, reserveOut] = buysY ? (["ath", "vath", x, y] as const) : (["vath", "ath", y, x] as const)
        const given = funds.get(assetIn)
        if (given === 0n || funds.rest !== undefined) return new WrongFunds({ expected: assetIn })
        if (out >= reserveOut) return new TooMuchOut({ out, reserve: reserveOut })
        const priced = variant === "buggy" ? lessFee(out) : out
        const net = divUp(reserveIn * priced, reserveOut - priced)
        const needed = variant === "buggy" ? net : divUp(net * WHOLE, WHOLE - FEE)
        if (given < needed) return new Underpaid({ given, needed })
        const state = buysY ? { x: x + needed, y: y - out } : { x: x - out, y: y + needed }
        return { state, sends: [pay(sender, { [assetIn]: given - needed, [assetOut]: out })] }
      },
    },
    prices: ({ state }) => ({ k: { numerator: state.x * state.y, denominator: 1n } }),
    claims: ({ state }) => ({ ath: state.x, vath: state.y }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/39-${variant}`,
    world: {
      accounts: { alice: { ath: 10n ** 6n, vath: 10n ** 6n }, bob: { ath: 10n ** 6n, vath: 10n ** 6n } },
      actors: [actor("hook", hookOf(variant), { x: 10n ** 6n, y: 2n * 10n ** 6n }, { ath: 10n ** 6n, vath: 2n * 10n ** 6n })],
    },
    actions: [
      action(SwapExactIn, "hook", { name: "sellAth", payload: { buysY: [true] }, funds: ["ath"] }),
      action(SwapExactIn, "hook", { name: "sellVath", payload: { buysY: [false] }, funds: ["vath"] }),
      action(SwapExactOut, "hook", { name: "buyVath", payload: { buysY: [true], out: amounts(2n * 10n ** 6n) }, funds: ["ath"] }),
      action(SwapExactOut, "hook", { name: "buyAth", payload: { buysY: [false], out: amounts(10n ** 6n) }, funds: ["vath"] }),
    ],
  })

export default zooEntry({
  number: 39,
  name: "VTSwapHook priced amount is not the booked one",
  kind: "AMM hook",
  async: false,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
