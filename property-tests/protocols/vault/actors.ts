/** Peers of a vault that fail on purpose. Their moods are data, so that a schedule shrinks and replays. */
import {
  Actor, Address, Amount, after, Bool, Funds, List, Message, OneOf, Payment, send, UnknownMessage,
  type AnyMessage, type Context,
} from "../../../core/index.ts"
import {
  Collect, Deposit, Lend, Recall, Redeem, Repay, Report, StrategyUnable, Withdraw,
} from "../../../protocols/vault/index.ts"

/** How the lossy strategy answers: by turns, one mood a block. */
export const MOODS = ["honest", "refuse", "throw", "promise", "half", "later", "short"] as const
export type Mood = (typeof MOODS)[number]

/** What an account tells the lossy strategy to do. */
export const Command = Message.make("test/Command", { payload: { gain: Amount, loss: Amount, repay: Amount, honest: Bool } })
/** Due when the strategy sends what it promised. */
export const SendNow = Message.make("test/SendNow", { payload: { assets: Amount } })

/** A strategy that refuses, breaks, lies, is late and is short. It keeps no book; its cash is its balance. */
export const LossyStrategy = Actor.make("test/LossyStrategy", {
  params: { vault: Address, moods: List(OneOf(...MOODS), 64) },
  state: { vault: Address, moods: List(OneOf(...MOODS), 64) },
  messages: { Lend, Recall, Command, SendNow, Payment },
  create: (params) => params,
  handlers: {
    Lend: (state, _, context) => {
      const mood = moodOf(state, context)
      if (mood === "refuse") return new StrategyUnable({ problem: "not now" })
      if (mood === "throw") throw new Error("broken")
      return { state }
    },
    Recall: (state, { assets }, context) => {
      const mood = moodOf(state, context)
      const cash = context.balance("usd")
      const able = assets < cash ? assets : cash
      const pays = (amount: bigint, short = 0n) => (amount === 0n && short === 0n ? [] : [send(state.vault, Repay, { short }, { funds: Funds.of("usd", amount) })])
      switch (mood) {
        case "refuse":
          return new StrategyUnable({ problem: "not now" })
        case "throw":
          throw new Error("broken")
        case "promise":
          return { state, reply: { coming: assets } }
        case "half":
          return { state, reply: { coming: able / 2n }, sends: pays(able / 2n) }
        case "later":
          return { state, reply: { coming: able }, timers: [after(3, SendNow, { assets: able })] }
        case "short":
          return { state, reply: { coming: assets }, sends: pays(able / 2n, assets - able / 2n) }
        default:
          return { state, reply: { coming: able }, sends: pays(able) }
      }
    },
    Command: (state, { gain, loss, repay, honest }, context) => {
      const cash = context.balance("usd")
      const reports = gain === 0n && loss === 0n ? [] : [send(state.vault, Report, { gain, loss })]
      const repays = repay === 0n ? [] : [send(state.vault, Repay, { short: 0n }, { funds: Funds.of("usd", repay < cash ? repay : cash) })]
      return { state: { ...state, moods: honest ? (["honest"] as const) : state.moods }, sends: [...reports, ...repays] }
    },
    SendNow: (state, { assets }, context) => {
      const cash = context.balance("usd")
      return { state, sends: [send(state.vault, Repay, { short: 0n }, { funds: Funds.of("usd", assets < cash ? assets : cash) })] }
    },
    Payment: (state) => ({ state }),
  },
})

const moodOf = ({ moods }: { readonly moods: readonly Mood[] }, { height }: Context): Mood => moods[height % moods.length] as Mood

/** What a fund does with what it holds. */
export const Act = Message.make("test/Act", { payload: { verb: OneOf("deposit", "redeem", "withdraw", "collect", "accept", "refuse"), amount: Amount } })

/** A depositor that is no account: it may refuse to be paid. */
export const Fund = Actor.make("test/Fund", {
  params: { vault: Address },
  state: { vault: Address, accepts: Bool },
  messages: { Act, Payment },
  create: ({ vault }) => ({ vault, accepts: true }),
  handlers: {
    Act: (state, { verb, amount }, context) => {
      const { vault } = state
      const shares = capped(context, `${vault}:shares`, amount)
      const say = (message: AnyMessage, payload: object, funds: Funds) => [send(vault, message, payload as never, { funds })]
      switch (verb) {
        case "deposit":
          return { state, sends: say(Deposit, { minimumShares: 0n }, capped(context, "usd", amount)) }
        case "redeem":
          return { state, sends: say(Redeem, { minimumAssets: 0n, mayQueue: true }, shares) }
        case "withdraw":
          return { state, sends: say(Withdraw, { assets: amount, mayQueue: true }, shares) }
        case "collect":
          return { state, sends: say(Collect, {}, Funds.none) }
        case "accept":
        case "refuse":
          return { state: { ...state, accepts: verb === "accept" } }
      }
    },
    Payment: (state) => {
      if (!state.accepts) throw new UnknownMessage({ type: "core/Payment" })
      return { state }
    },
  },
})

const capped = (context: Context, asset: string, amount: bigint): Funds => {
  const held = context.balance(asset)
  return Funds.of(asset, amount < held ? amount : held)
}
