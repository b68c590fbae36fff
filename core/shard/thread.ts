import { setImmediate } from "node:timers"
import { parentPort, workerData } from "node:worker_threads"
import { Account } from "../account.ts"
import { Orderings } from "../ordering.ts"
import { Activity } from "./activity.ts"
import type { Fingerprint } from "./fingerprint.ts"
import { Aborted, Mesh, type MeshPart } from "./mesh.ts"
import { loadModules, loadSource, matching, type ShardModule } from "./modules.ts"
import { Shard } from "./shard.ts"
import { Stopwatch, WAIT } from "./stopwatch.ts"
import { words } from "./last-words.ts"

/** What a shard's thread is started with. */
export interface ThreadData {
  readonly part: MeshPart
  readonly activity: SharedArrayBuffer
  readonly snapshot: SharedArrayBuffer
  readonly owners: Uint8Array
  readonly digests: SharedArrayBuffer
  readonly shards: number
  readonly strict: boolean
  readonly ordering: string
  readonly authenticated: boolean
  readonly modules: readonly ShardModule[]
  readonly source: ShardModule | undefined
  readonly needed: readonly Fingerprint[]
  /** For tests: longest time, in milliseconds, that the thread sleeps before each meeting. */
  readonly delay: number
}

/** What a thread says once: that it is ready, or why not. */
export type Hello = { readonly ready: true } | { readonly ready: false; readonly tag: string; readonly fields: object }

const begin = async (data: ThreadData): Promise<Shard> => {
  const { definitions, orderings } = await loadModules(data.modules)
  const found = matching(data.needed, [Account, ...definitions], data.modules)
  const source = data.source === undefined ? undefined : await loadSource(data.source)
  const ordering = [...Object.values(Orderings), ...orderings].find(({ name }) => name === data.ordering)
  const { owners, digests, shards, strict, authenticated } = data
  const snapshot = new Uint8Array(data.snapshot).slice()
  const mesh = new Mesh(data.part)
  const activity = new Activity(data.activity)
  const watch = new Stopwatch(() => activity.note(shard.kernel.height))
  const shard: Shard = new Shard(data.part.node, { definitions: found, snapshot, owners, digests, shards, strict, ordering, authenticated, source }, mesh, watch)
  shard.kernel.context.activity = activity
  setImmediate(() => work(shard, mesh, watch, data.delay))
  return shard
}

/** Does order after order, and sleeps between them. The thread does nothing else: it has no events. */
const work = (shard: Shard, mesh: Mesh, watch: Stopwatch, delay: number): void => {
  let seed = shard.abroad.self
  try {
    for (;;) {
      const job = shard.next()
      if (job === undefined) return
      for (;;) {
        const { done, value } = job.next()
        if (done === true) {
          mesh.answer(value)
          break
        }
        watch.begin(WAIT)
        if (delay > 0) sleep((seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % (delay + 1))
        mesh.meet()
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof Aborted)) mesh.fail(words(thrown))
  }
}

const sleep = (milliseconds: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

try {
  await begin(workerData as ThreadData)
  parentPort?.postMessage({ ready: true } satisfies Hello)
} catch (thrown) {
  const { _tag: tag, ...fields } = thrown as { readonly _tag?: string }
  parentPort?.postMessage({ ready: false, tag: tag ?? "", fields: tag === undefined ? { problem: String(thrown) } : fields } satisfies Hello)
}
