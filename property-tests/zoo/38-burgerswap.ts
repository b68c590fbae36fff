import { Actor, actor, Address, Amount, AssetId, Bool, Continuation, failure, Message, mulDivDown, payOne, request } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * BurgerSwap (2021-05-27): what a swap pays is worked out first, then the asset is moved, which calls a token that may start another swap, and
 * then the stale amount is settled without a look at k. Repaired: work it out again when it settles.
 */

class WrongFunds extends failure("zoo38/WrongFunds", { expected: AssetId }, ({ expected }) => `nothing but ${expected} must be attached`) {}

const Swap = Message.make("zoo38/Swap", { payload: { buysY: Bool }, failures: [WrongFunds] })
const BeforeTransfer = Message.make("zoo38/BeforeTransfer", { payload: { owner: Address, amount: Amount } })

/** The token's part in a transfer: it is asked, and may do as it likes. */
const Token = Actor.make("zoo38/Token", {
  params: {},
  state: { asked: Amount },
  messages: { BeforeTransfer },
  create: () => ({ asked: 0n }),
  handlers: { BeforeTransfer: ({ asked }) => ({ state: { asked: asked + 1n } }) },
})

const quoted = (amountIn: bigint, reserveIn: bigint, reserveOut: bigint): bigint => mulDivDown(amountIn * 997n, reserveOut, reserveIn * 1000n + amountIn * 997n)

const pairOf = (variant: "buggy" | "fixed") => {
  const Moved = Continuation.make(`zoo38/Moved-${variant}`, { of: BeforeTransfer, saved: { owner: Address, buysY: Bool, amountIn: Amount, amountOut: Amount } })
  return Actor.make(`zoo38/Pair-${variant}`, {
    params: { x: Amount, y: Amount },
    state: { x: Amount, y: Amount },
    messages: { Swap },
    continuations: { Moved },
    create: (params) => params,
    handlers: {
      Swap: (pair, { buysY }, { funds, sender }) => {
        const asset = buysY ? "burger" : "bnb"
        const amountIn = funds.get(asset)
        if (amountIn === 0n || funds.rest !== undefined) return new WrongFunds({ expected: asset })
        const amountOut = buysY ? quoted(amountIn, pair.x, pair.y) : quoted(amountIn, pair.y, pair.x)
        const saved = { owner: sender, buysY, amountIn, amountOut }
        return { state: pair, sends: [request("token", BeforeTransfer, { owner: sender, amount: amountIn }, { then: Moved, saved })] }
      },
    },
    resume: {
      Moved: (pair, outcome, { owner, buysY, amountIn, amountOut }) => {
        const [reserveIn, reserveOut] = buysY ? [pair.x, pair.y] : [pair.y, pair.x]
        const [assetIn, assetOut] = buysY ? ["burger", "bnb"] : ["bnb", "burger"]
        const out = variant === "buggy" ? amountOut : quoted(amountIn, reserveIn, reserveOut)
        if (outcome._tag === "Failed" || out >= reserveOut) return { state: pair, sends: [payOne(owner, assetIn, amountIn)] }
        const [x, y] = buysY ? [pair.x + amountIn, pair.y - out] : [pair.x - out, pair.y + amountIn]
        return { state: { x, y }, sends: [payOne(owner, assetOut, out)] }
      },
    },
    prices: ({ state }) => ({ k: { numerator: state.x * state.y, denominator: 1n } }),
    claims: ({ state }) => ({ burger: state.x, bnb: state.y }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/38-${variant}`,
    world: {
      accounts: { alice: { burger: 10n ** 6n, bnb: 10n ** 6n }, bob: { burger: 10n ** 6n, bnb: 10n ** 6n } },
      actors: [
        actor("pair", pairOf(variant), { x: 4n * 10n ** 6n, y: 10n ** 6n }, { burger: 4n * 10n ** 6n, bnb: 10n ** 6n }),
        actor("token", Token, {}),
      ],
    },
    actions: [
      action(Swap, "pair", { name: "buyBnb", payload: { buysY: [true] }, funds: ["burger"] }),
      action(Swap, "pair", { name: "buyBurger", payload: { buysY: [false] }, funds: ["bnb"] }),
    ],
    faults: true,
  })

export default zooEntry({
  number: 38,
  name: "Stale quote settled later",
  kind: "AMM v2",
  async: true,
  // Two quotes and two settlements; here each settlement follows its quote by itself.
  documentedSteps: 4,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
