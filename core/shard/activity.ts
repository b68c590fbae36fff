import type { Cell } from "../cell.ts"
import type { Envelope } from "../envelope.ts"
import { TRANSACTION } from "../envelope.ts"

/**
 * What a shard is doing, in memory that outlives its thread: when it dies in the middle of a handler, this says of whose. Three words (how often
 * something was noted, the height, whether a handler runs), then the actor's address and the message's identity in parts.
 */

const STEPS = 0
const HEIGHT = 1
const RUNNING = 2
const SEQUENCE = 3
const ACTOR = 4
const SENDER = 5
const WORDS = 6
const TEXT_BYTES = 128

export const ACTIVITY_BYTES = WORDS * 4 + TEXT_BYTES * 2

export class Activity {
  private readonly words: Int32Array
  private readonly text: Uint8Array
  private actor: Cell | undefined = undefined

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, WORDS)
    this.text = new Uint8Array(memory, WORDS * 4)
  }

  /** A phase of a block begins. */
  note(height: number): void {
    this.words[RUNNING] = 0
    this.words[HEIGHT] = height
    this.words[STEPS]!++
  }

  /** A handler begins; or it has ended, when nothing is given. */
  handle(cell: Cell | undefined, envelope: Envelope | undefined): void {
    const { words } = this
    if (cell === undefined || envelope === undefined) {
      words[RUNNING] = 0
      return
    }
    words[STEPS]!++
    if (cell !== this.actor) {
      this.actor = cell
      this.write(ACTOR, 0, cell.address)
    }
    this.write(SENDER, TEXT_BYTES, envelope.from)
    words[SEQUENCE] = envelope.kind === TRANSACTION ? -1 - envelope.sequence : envelope.sequence
    words[RUNNING] = 1
  }

  private write(word: number, from: number, text: string): void {
    this.words[word] = text.length
    for (let at = 0; at < text.length; at++) this.text[from + at] = text.charCodeAt(at)
  }

  /** Grows while the shard does anything. */
  get steps(): number {
    return Atomics.load(this.words, STEPS)
  }

  get height(): number {
    return Atomics.load(this.words, HEIGHT)
  }

  /** The actor and the message whose handler runs, as far as another thread can see. */
  get handling(): { readonly actor: string; readonly message: string } | undefined {
    if (Atomics.load(this.words, RUNNING) === 0) return undefined
    const read = (word: number, from: number) => String.fromCharCode(...this.text.subarray(from, from + (this.words[word] as number)))
    const sequence = this.words[SEQUENCE] as number
    const sender = read(SENDER, TEXT_BYTES)
    return { actor: read(ACTOR, 0), message: sequence < 0 ? `${sender}@${-1 - sequence}` : `${sender}#${sequence}` }
  }
}
