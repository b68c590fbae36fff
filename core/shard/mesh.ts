import { receiveMessageOnPort, type MessagePort } from "node:worker_threads"
import type { Exchange } from "./exchange.ts"

/**
 * Memory that threads share: a few words in which they wait for one another, and two buffers from each of them to each other one, which it
 * fills in turn, so that it may write again while the other still reads. The last of the nodes is the thread that gives the orders.
 */

const BUFFER_BYTES = 1 << 12
const WORD_BYTES = 4

/** Words of the control memory. */
const ABORTED = 0
const ARRIVED = 1
const GENERATION = 2
const DONE = 3
const FAILED = 4
const TARGET = 5
const WORDS = 8

/** One direction between two nodes. */
export interface Link {
  readonly from: number
  readonly to: number
  readonly buffers: readonly [SharedArrayBuffer, SharedArrayBuffer]
  /** Carries a larger buffer when one is too small. */
  readonly port: MessagePort
}

/** What a node needs of the mesh. */
export interface MeshPart {
  readonly node: number
  readonly nodes: number
  readonly control: SharedArrayBuffer
  readonly outward: readonly Link[]
  readonly inward: readonly Link[]
}

/** Memory that threads may share. */
export const sharedMemory = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes)

/** A part for each node; they go to their threads with their ports. */
export const meshOf = (nodes: number): readonly MeshPart[] => {
  const control = new SharedArrayBuffer((WORDS + nodes + nodes * nodes * 4) * WORD_BYTES)
  const parts = Array.from({ length: nodes }, (_, node) => ({ node, nodes, control, outward: [] as Link[], inward: [] as Link[] }))
  for (let from = 0; from < nodes; from++) {
    for (let to = 0; to < nodes; to++) {
      if (from === to) continue
      const buffers = [new SharedArrayBuffer(BUFFER_BYTES), new SharedArrayBuffer(BUFFER_BYTES)] as const
      const { port1, port2 } = new MessageChannel()
      ;(parts[from] as (typeof parts)[number]).outward.push({ from, to, buffers, port: port1 as unknown as MessagePort })
      ;(parts[to] as (typeof parts)[number]).inward.push({ from, to, buffers, port: port2 as unknown as MessagePort })
    }
  }
  return parts
}

/** Thrown in a shard when another one failed: nothing of the block counts any more. */
export class Aborted extends Error {
  override readonly name = "Aborted"
}

interface End {
  readonly port: MessagePort
  readonly buffers: [Uint8Array, Uint8Array]
  readonly grown: [number, number]
  count: number
  own: Uint8Array
}

/** One node's view of the mesh. */
export class Mesh implements Exchange {
  readonly node: number
  private readonly words: Int32Array
  private readonly nodes: number
  private readonly shards: number
  private readonly outward = new Map<number, End>()
  private readonly inward = new Map<number, End>()
  private orders = 0
  /** Whether this shard has arrived at the next meeting, and the number of meetings before it. */
  private arrived = false
  private generation = 0

  constructor({ node, nodes, control, outward, inward }: MeshPart) {
    this.node = node
    this.nodes = nodes
    this.shards = nodes - 1
    this.words = new Int32Array(control)
    const end = ({ buffers, port }: Link): End => {
      port.unref()
      return { port, buffers: [new Uint8Array(buffers[0]), new Uint8Array(buffers[1])], grown: [0, 0], count: 0, own: new Uint8Array(0) }
    }
    for (const link of outward) this.outward.set(link.to, end(link))
    for (const link of inward) this.inward.set(link.from, end(link))
  }

  private wordOf(from: number, to: number, side: number): number {
    return WORDS + this.nodes + ((from * this.nodes + to) * 2 + side) * 2
  }

  put(to: number, bytes: Uint8Array, length: number): void {
    const link = this.outward.get(to) as End
    const side = (link.count++ & 1) as 0 | 1
    const word = this.wordOf(this.node, to, side)
    if (link.buffers[side].length < length) {
      const larger = new SharedArrayBuffer(length * 2)
      link.buffers[side] = new Uint8Array(larger)
      link.grown[side]++
      link.port.postMessage({ side, buffer: larger })
    }
    link.buffers[side].set(length === bytes.length ? bytes : bytes.subarray(0, length))
    Atomics.store(this.words, word, length)
    Atomics.store(this.words, word + 1, link.grown[side])
  }

  /** The bytes are this thread's own until the next `take` of the same sender. */
  take(from: number): Uint8Array {
    const link = this.inward.get(from) as End
    const side = (link.count++ & 1) as 0 | 1
    const word = this.wordOf(from, this.node, side)
    const length = Atomics.load(this.words, word)
    while (link.grown[side] < Atomics.load(this.words, word + 1)) {
      const received = receiveMessageOnPort(link.port)?.message as { readonly side: 0 | 1; readonly buffer: SharedArrayBuffer }
      link.buffers[received.side] = new Uint8Array(received.buffer)
      link.grown[received.side]++
    }
    if (link.own.length < length) link.own = new Uint8Array(length * 2)
    link.own.set(link.buffers[side].subarray(0, length))
    return link.own.subarray(0, length)
  }

  arrive(): void {
    const { words } = this
    this.generation = Atomics.load(words, GENERATION)
    this.arrived = true
    if (Atomics.add(words, ARRIVED, 1) < this.shards - 1) return
    Atomics.store(words, ARRIVED, 0)
    Atomics.add(words, GENERATION, 1)
    Atomics.notify(words, GENERATION)
  }

  /** Waits until every shard has arrived. Throws `Aborted` when one of them failed. */
  meet(): void {
    const { words } = this
    if (!this.arrived) this.arrive()
    this.arrived = false
    while (Atomics.load(words, GENERATION) === this.generation && !this.aborted) Atomics.wait(words, GENERATION, this.generation, WAKE_MS)
    if (this.aborted) throw new Aborted()
  }

  get aborted(): boolean {
    return Atomics.load(this.words, ABORTED) !== 0
  }

  /** Waits for the next order and gives its bytes. */
  order(): Uint8Array {
    const word = WORDS + this.node
    while (Atomics.load(this.words, word) === this.orders && !this.aborted) Atomics.wait(this.words, word, this.orders)
    if (this.aborted) throw new Aborted()
    this.orders++
    return this.take(this.shards)
  }

  answer(bytes: Uint8Array): void {
    this.put(this.shards, bytes, bytes.length)
    // Whoever waits wants all answers: one after the other would only take the time of those who still work.
    if (Atomics.add(this.words, DONE, 1) + 1 === Atomics.load(this.words, TARGET)) Atomics.notify(this.words, DONE)
  }

  /** A shard cannot go on: its last words stand in the answer, and all others stop. */
  fail(lastWords: Uint8Array): void {
    this.put(this.shards, lastWords, lastWords.length)
    Atomics.compareExchange(this.words, FAILED, 0, this.node + 1)
    this.abort()
  }

  /** Ends the waiting of everybody. */
  abort(): void {
    Atomics.store(this.words, ABORTED, 1)
    for (const word of [GENERATION, DONE]) Atomics.notify(this.words, word)
    for (let shard = 0; shard < this.shards; shard++) Atomics.notify(this.words, WORDS + shard)
  }

  // What follows is for the thread that gives the orders.

  /** The shard that failed first and said so. */
  get failed(): number | undefined {
    const failed = Atomics.load(this.words, FAILED)
    return failed === 0 ? undefined : failed - 1
  }

  get answers(): number {
    return Atomics.load(this.words, DONE)
  }

  /** Says with which answer the wait is over; whoever then looks for fewer answers is woken by it. */
  await(target: number): void {
    Atomics.store(this.words, TARGET, target)
  }

  give(shard: number, bytes: Uint8Array): void {
    this.put(shard, bytes, bytes.length)
    Atomics.add(this.words, WORDS + shard, 1)
    Atomics.notify(this.words, WORDS + shard)
  }

  /** Waits a while for one more answer than `seen`, in this thread. */
  waitBriefly(seen: number, milliseconds: number): void {
    Atomics.wait(this.words, DONE, seen, milliseconds)
  }

  /** The same without holding the thread up. */
  async awaitBriefly(seen: number, milliseconds: number): Promise<void> {
    await Atomics.waitAsync(this.words, DONE, seen, milliseconds).value
  }
}

/** Nobody sleeps longer than this without looking whether all is over. */
const WAKE_MS = 1000
