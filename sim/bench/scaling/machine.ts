import { Worker } from "node:worker_threads"
import { ByteWriter } from "../../../core/bytes.ts"
import { BlockDigests, DIGESTS_BYTES, SlotDigests } from "../../../core/digests.ts"
import { LIMITS } from "../../../core/limits.ts"
import { meshOf } from "../../../core/shard/mesh.ts"
import { middle, nanosecondsEach } from "./cpu.ts"
import type { Awake, SleeperData } from "./sleeper.ts"

/** What the machine costs, apart from all workloads, in nanoseconds. */
export interface Machine {
  /** From the last arrival at a meeting of two threads until both go on: the median, and the 95th percentile. */
  readonly wake: number
  readonly wakeLate: number
  /** For each sleeping thread, what the one that wakes them pays. */
  readonly notify: number
  /** A meeting of more threads, for the sake of comparison: they share the machine's cores. */
  readonly meetings: readonly { readonly threads: number; readonly nanoseconds: number }[]
  /** Copying a byte into shared memory. */
  readonly copyByte: number
  /** A digest of 64 bytes with its place in the list, and each byte more. */
  readonly digest: number
  readonly digestByte: number
  /** Making a header's three digests of 1,024 slots' each. */
  readonly combine: number
}

const MEETINGS = 2_000
const ROUNDS = 200
const SHORT = 64
const LONG = 4_096
const COPIED = 1 << 20
/** Who wakes others may lose its turn to them, or to another program: of the rounds, the quieter ones count. */
const QUIET = 0.25

/** Sealing 1,024 segments of so many bytes, each. */
const sealing = (bytes: number): number => {
  const digests = new SlotDigests(new ArrayBuffer(DIGESTS_BYTES), 0)
  const window = new ByteWriter(bytes)
  for (let count = 0; count < bytes; count++) window.u8(count & 255)
  return nanosecondsEach(LIMITS.slots, () => {
    digests.clear(undefined)
    for (let slot = 0; slot < LIMITS.slots; slot++) digests.seal(slot, window, 0)
  })
}

const combining = (): number => {
  const digests = new BlockDigests()
  const window = new ByteWriter(SHORT)
  for (let count = 0; count < SHORT; count++) window.u8(count)
  for (const part of [digests.inputs, digests.changes, digests.messages]) for (let slot = 0; slot < LIMITS.slots; slot++) part.seal(slot, window, 0)
  return nanosecondsEach(50, () => {
    for (let count = 0; count < 50; count++) digests.combine(0, [])
  })
}

const copying = (): number => {
  const [from, to] = [new Uint8Array(COPIED), new Uint8Array(new SharedArrayBuffer(COPIED))]
  return nanosecondsEach(COPIED * 20, () => {
    for (let count = 0; count < 20; count++) to.set(from)
  })
}

/** Threads meet, then are woken by this one. */
const sleepers = async (threads: number): Promise<{ readonly times: readonly number[]; readonly notify: number }> => {
  const rounds = new SharedArrayBuffer(8)
  const words = new Int32Array(rounds)
  const parts = meshOf(threads + 1)
  const workers = parts.slice(0, threads).map((part) => {
    const workerData: SleeperData = { part, meetings: MEETINGS, rounds, count: ROUNDS }
    return new Worker(new URL("./sleeper.ts", import.meta.url), { workerData, transferList: [...part.outward, ...part.inward].map(({ port }) => port) })
  })
  const { times } = await new Promise<Awake>((resolve, reject) => {
    workers[0]?.once("message", resolve)
    for (const worker of workers) worker.once("error", reject)
  })
  const notified: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // Who says that it is awake sleeps a moment later.
    while (Atomics.load(words, 1) < threads * (round + 1)) Atomics.wait(words, 1, Atomics.load(words, 1), 1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    const before = performance.now()
    Atomics.store(words, 0, round + 1)
    Atomics.notify(words, 0)
    notified.push((performance.now() - before) * 1e6)
  }
  await Promise.all(workers.map((worker) => worker.terminate()))
  return { times: times.slice(MEETINGS / 4), notify: percentile(notified, QUIET) / threads }
}

const percentile = (values: readonly number[], part: number): number => [...values].sort((left, right) => left - right)[Math.floor(values.length * part)] as number

export const measureMachine = async (): Promise<Machine> => {
  const two = await sleepers(2)
  const more = await sleepers(8)
  const [short, long] = [sealing(SHORT), sealing(LONG)]
  return {
    wake: middle(two.times),
    wakeLate: percentile(two.times, 0.95),
    notify: more.notify,
    meetings: [{ threads: 2, nanoseconds: middle(two.times) }, { threads: 8, nanoseconds: middle(more.times) }],
    copyByte: copying(),
    digest: short,
    digestByte: (long - short) / (LONG - SHORT),
    combine: combining(),
  }
}
