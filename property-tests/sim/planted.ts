import { Actor, actor, Amount, Event, Message, payOne, Payment, send, Text, View, type Context, type Genesis, type Step } from "../../core/index.ts"
import { Scenario, type Agent } from "../../sim/index.ts"

/** The smallest world in which something can be planted: five actors that are poked, and each keeps a value that `plant` computes. */

export const Poke = Message.make("planted/Poke", { payload: { turn: Amount }, reply: { value: Text(200) } })
export const Poked = Event.make("planted/Poked", { value: Text(200) })
export const ValueView = View.make("planted/Value", { value: Text(200) })

export interface Plant {
  /** What a handling makes of its turn. */
  readonly value?: (context: Context) => string
  readonly step?: (context: Context, clean: PlantedStep) => PlantedStep
  readonly publish?: (value: string) => string
  readonly create?: (self: string) => string
  readonly turn?: () => bigint
}

type PlantedStep = Step<{ readonly value: string }, typeof Poked> & { readonly reply: { readonly value: string } }

const NAMES = ["a", "b", "c", "d", "e"]

/** A plant, or how to make one for each genesis. */
export const planted = (given: Plant | (() => Plant)) => {
  const shared = typeof given === "function" ? undefined : keeperOf(given)
  const turn = typeof given === "function" ? undefined : given.turn
  const agents: readonly Agent[] = ["alice", "bob"].map((account) => ({
    account,
    group: "pokers",
    act: ({ block }) => (block < 2 ? [] : NAMES.map((name) => send(`keepers/${name}`, Poke, { turn: turn?.() ?? BigInt(block) }, { funds: { coin: 2n } }))),
  }))
  return Scenario.make({
    name: "planted",
    genesis: (): Genesis => {
      const Keeper = shared ?? keeperOf((given as () => Plant)())
      return {
        accounts: { alice: { coin: 1_000n }, bob: { coin: 1_000n } },
        actors: NAMES.map((name) => actor(`keepers/${name}`, Keeper, {})),
      }
    },
    agents,
    prices: { process: "jump-diffusion", start: 10n ** 18n, volatilityPerYear: 0.5, driftPerYear: 0, jumpsPerYear: 0, jumpMean: 0, jumpDeviation: 0 },
    blocks: 5,
    blockSeconds: 12,
  })
}

export const paying = (to: string, amount: bigint) => payOne(to, "coin", amount)

const keeperOf = ({ value = ({ height }) => `block ${height}`, step, publish, create }: Plant) =>
  Actor.make("planted/Keeper", {
    params: {},
    state: { value: Text(200) },
    messages: { Poke, Payment },
    events: [Poked],
    view: ValueView,
    publish: (state) => ({ value: publish?.(state.value) ?? state.value }),
    create: (_, self) => ({ value: create?.(self) ?? "" }),
    handlers: {
      Poke: (state, _, context) => {
        const clean: PlantedStep = { state: { value: step === undefined ? value(context) : state.value }, reply: { value: "" } }
        return step?.(context, clean) ?? clean
      },
      Payment: (state) => ({ state }),
    },
    invariants: { short: ({ state }) => (state.value.length > 100 ? { length: state.value.length } : undefined) },
  })
