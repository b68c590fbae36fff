import { parentPort, workerData } from "node:worker_threads"
import { World } from "../../core/index.ts"
import { TELLING } from "./measure.ts"
import { workloadOf, type Sourced } from "./source.ts"

/** A world of its own in a thread of its own: executes as many of its next blocks as it is told to, and says which root it then has. */

const { genesis, setup, blocks } = workloadOf(workerData as Sourced)
const world = World.make(genesis, TELLING)
for (const block of setup) world.step(block)

const sayRoot = (): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(world.header.root)
}

let next = 0
parentPort?.on("message", (count: number) => {
  for (let block = 0; block < count; block++) world.step(blocks[next++] as (typeof blocks)[number])
  sayRoot()
})
sayRoot()
