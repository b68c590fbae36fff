import { Actor, actor, Address, after, Amount, Event, failure, Message, Payment, send, type Genesis } from "../../core/index.ts"
import { Scenario, type Agent, type Chart } from "../../sim/index.ts"

/** A relay: money goes from runner to runner, one block a hop, and sometimes it is dropped. With a chart of every kind. */

class Dropped extends failure("relay/Dropped", { left: Amount }, ({ left }) => `the baton fell with ${left} hops to go`) {}
const Pass = Message.make("relay/Pass", { payload: { left: Amount, falls: Amount, home: Address }, failures: [Dropped] })
const Rest = Message.make("relay/Rest", { payload: { home: Address } })
const Fell = Event.make("relay/Fell", { left: Amount })

const RUNNERS = 6
const nameOf = (index: number): string => `runners/${String.fromCharCode(97 + (index % RUNNERS))}`
const following = (self: string): string => nameOf(self.charCodeAt(self.length - 1) - 96)

const Runner = Actor.make("relay/Runner", {
  params: {},
  state: { passed: Amount, fallen: Amount },
  messages: { Pass, Rest, Payment },
  events: [Fell],
  capacity: 3,
  create: () => ({ passed: 0n, fallen: 0n }),
  handlers: {
    Pass: (state, { left, falls, home }, { funds, self }) => {
      if (left === falls) return new Dropped({ left })
      const passed = { ...state, passed: state.passed + 1n }
      if (left === 0n) return { state: passed, timers: [after(2, Rest, { home })], sends: [send(home, Payment, {}, { funds })] }
      return { state: passed, sends: [send(following(self), Pass, { left: left - 1n, falls, home }, { funds })] }
    },
    Rest: (state) => ({ state }),
    Payment: (state) => ({ state }),
  },
  bounced: (state, { payload, refund }) => ({
    state: { ...state, fallen: state.fallen + 1n },
    events: [Fell.make({ left: payload.left as bigint })],
    sends: [send(payload.home as string, Payment, {}, { funds: refund })],
  }),
})

const agents: readonly Agent[] = ["alice", "bob", "carol"].map((account, place) => ({
  account,
  group: place === 0 ? "careful" : "reckless",
  act: ({ block, balance }, random) => {
    if (balance("coin") < 10n) return []
    const left = BigInt(random.below(9))
    const falls = random.chance(place === 0 ? 0.02 : 0.3) ? BigInt(random.below(Number(left) + 1)) : 99n
    // Nobody lives there: the message comes back from the door of the world.
    if (block % 97 === 0) return [send("runners/nobody", Pass, { left, falls, home: account }, { funds: { coin: 10n } })]
    return [send(nameOf(random.below(RUNNERS)), Pass, { left, falls, home: account }, { funds: { coin: 10n } })]
  },
}))

const runners = Array.from({ length: RUNNERS }, (_, index) => nameOf(index))
const WAD = 10n ** 18n

const charts: { readonly [name: string]: Chart } = {
  totals: {
    kind: "bars",
    headline: true,
    section: "Results",
    title: "Passes by runner",
    unit: { name: "passes", decimals: 0, places: 0 },
    start: ({ world }) => {
      const before = runners.map((address) => world.state(Runner, address).passed)
      return (end) => runners.map((name, index) => ({ name, group: name, value: end.world.state(Runner, name).passed - (before[index] as bigint) - 40n }))
    },
  },
  passed: {
    kind: "lines",
    section: "Running",
    title: "Passes",
    note: "Of each runner, up to the end of a block.",
    unit: { name: "passes", decimals: 0, places: 0 },
    stacked: true,
    lines: runners.map((name) => ({ name, read: ({ world }) => world.state(Runner, name).passed })),
  },
  late: {
    kind: "lines",
    section: "Running",
    title: "Utilization",
    note: "Has no value before block 20.",
    unit: { name: "%", decimals: 2, places: 1 },
    limits: [{ name: "kink", value: 9_000n }],
    lines: [{ name: "first", read: ({ world }) => (world.height < 20 ? undefined : (world.state(Runner, runners[0] as string).passed * 10_000n) / BigInt(world.height)) }],
  },
  dropped: {
    kind: "marks",
    section: "Running",
    title: "Falls",
    note: "A baton that fell on its way.",
    read: ({ raw: { ended } }) => ended.filter(({ events }) => events?.some(({ event }) => event === Fell) === true).map((message) => ({ label: `${message.to} saw one fall`, message })),
  },
  volume: {
    kind: "flows",
    section: "Running",
    title: "Money moved",
    unit: { name: "coin", decimals: 0, places: 0 },
    flows: [{ name: "coin", read: ({ raw: { ended } }) => ended.reduce((sum, { funds }) => sum + funds.get("coin"), 0n) }],
  },
  health: {
    kind: "spread",
    section: "Running",
    title: "Health factors",
    note: "Passes for each fall, of each runner.",
    unit: { name: "", decimals: 18, places: 2 },
    limits: [{ name: "liquidation", value: WAD }],
    read: ({ world }) => runners.map((name) => world.state(Runner, name)).filter(({ fallen }) => fallen > 0n).map(({ passed, fallen }) => (passed * WAD) / (fallen * 8n)),
  },
}

export default Scenario.make({
  name: "relay",
  description: "runners who pass money on, and drop it",
  genesis: (): Genesis => ({
    accounts: { alice: { coin: 1_000n }, bob: { coin: 1_000n }, carol: { coin: 1_000n } },
    actors: runners.map((address) => actor(address, Runner, {})),
  }),
  agents,
  prices: { process: "jump-diffusion", start: WAD, volatilityPerYear: 0.5, driftPerYear: 0, jumpsPerYear: 0, jumpMean: 0, jumpDeviation: 0 },
  blocks: 300,
  blockSeconds: 12,
  charts,
})
