import { isMainThread } from "node:worker_threads"
import { Actor, actor, after, Bool, Count, Message, send } from "../../core/index.ts"
import { Scenario } from "../../sim/index.ts"

/** A scenario of a user's own. With the seed 13 its bell behaves otherwise in a thread, which no actor may. */

const Ring = Message.make("test/Ring", { payload: { again: Bool } })

const Bell = Actor.make("test/Bell", {
  params: { superstitious: Bool },
  state: { rung: Count, superstitious: Bool },
  messages: { Ring },
  create: ({ superstitious }) => ({ rung: 0, superstitious }),
  handlers: {
    Ring: ({ rung, superstitious }, { again }) => ({
      state: { rung: rung + (superstitious && !isMainThread ? 100 : 1), superstitious },
      timers: again ? [after(1, Ring, { again: false })] : [],
    }),
  },
})

export default Scenario.make({
  name: "bells",
  genesis: ({ seed }) => ({
    accounts: { ringer: {} },
    actors: ["bell", "gong", "chime"].map((address) => actor(address, Bell, { superstitious: seed === 13n })),
  }),
  agents: [{ account: "ringer", group: "ringers", act: ({ block }) => (block < 2 ? [] : ["bell", "gong", "chime"].map((to) => send(to, Ring, { again: block % 2 === 0 }))) }],
  prices: { process: "jump-diffusion", start: 10n ** 18n, startTime: 0, volatilityPerYear: 0, driftPerYear: 0, jumpsPerYear: 0, jumpMean: 0, jumpDeviation: 0 },
  blocks: 12,
  blockSeconds: 12,
})
