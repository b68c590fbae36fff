import { isMainThread } from "node:worker_threads"
import { Actor, after, Count, Message, OneOf } from "../../core/index.ts"
import { castOf } from "../reference/engine.ts"

/** What the threads of the tests load: the script actors, and one that goes wrong on purpose. */

export const cast = [...castOf().values()]

/** Never comes back. */
export const Spin = Message.make("test/Spin", {})
/** Takes more memory than a thread may have. */
export const Gorge = Message.make("test/Gorge", {})
/** Comes again for as many blocks as it says. */
export const Toll = Message.make("test/Toll", { payload: { left: Count } })

/** Never comes back either: takes memory until there is none. */
const gorge = (): number => {
  const taken: number[][] = []
  while (taken.length >= 0) taken.push(new Array<number>(100_000).fill(taken.length))
  return taken.length
}

export const Rogue = Actor.make("test/Rogue", {
  params: {},
  state: { seen: Count },
  messages: { Spin, Gorge, Toll },
  create: () => ({ seen: 0 }),
  handlers: {
    Spin: (state) => {
      for (let seen = state.seen; ; seen++) if (seen < 0) return { state }
    },
    Gorge: (state) => ({ state: { seen: gorge() + state.seen } }),
    Toll: ({ seen }, { left }) => ({ state: { seen: seen + 1 }, timers: left === 0 ? [] : [after(1, Toll, { left: left - 1 })] }),
  },
})

/** Its series says another thing than its handler. */
export const Two = Message.make("test/Two", { payload: {} })
export const DoubleTongued = Actor.make("test/DoubleTongued", {
  params: {},
  state: { seen: Count },
  messages: { Two },
  create: () => ({ seen: 0 }),
  handlers: { Two: ({ seen }) => ({ state: { seen: seen + 1 } }) },
  series: { Two: (state, calls) => ({ state, answers: calls.map(() => ({})) }) },
})

/** What an actor does to the thread that it lives in: nothing, throw, end it, or hold it until somebody else does. */
export const Deed = OneOf("counts", "throws", "exits", "gorges", "hangs")
export const Burn = Message.make("test/Burn", { payload: { deed: Deed } })

export const Fuse = Actor.make("test/Fuse", {
  params: {},
  state: { seen: Count },
  messages: { Burn },
  create: () => ({ seen: 0 }),
  handlers: {
    Burn: ({ seen }, { deed }) => {
      if (deed === "throws") throw new RangeError(`the fuse blew after ${seen}`)
      if (deed !== "counts" && isMainThread) throw new Error("this would end the tests themselves")
      if (deed === "exits") process.exit(7)
      if (deed === "hangs") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      if (deed === "gorges") gorge()
      return { state: { seen: seen + 1 } }
    },
  },
})
