import { parentPort, workerData } from "node:worker_threads"
import { Mesh, type MeshPart } from "../../../core/shard/mesh.ts"

/** A thread that does nothing but meet others, and the first of them times it. Then all sleep until they are woken, round after round. */

export interface SleeperData {
  readonly part: MeshPart
  readonly meetings: number
  /** Two words: the round, and how many are awake in it. */
  readonly rounds: SharedArrayBuffer
  readonly count: number
}

/** What the first thread says when the meetings are over: how long each took, in nanoseconds. */
export interface Awake {
  readonly times: readonly number[]
}

const { part, meetings, rounds, count } = workerData as SleeperData
const mesh = new Mesh(part)
const times: number[] = []
for (let meeting = 0; meeting < meetings; meeting++) {
  const before = performance.now()
  mesh.meet()
  times.push((performance.now() - before) * 1e6)
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
if (part.node === 0) parentPort?.postMessage({ times } satisfies Awake)
const words = new Int32Array(rounds)
for (let round = 0; round < count; round++) {
  Atomics.add(words, 1, 1)
  while (Atomics.load(words, 0) === round) Atomics.wait(words, 0, round)
}
