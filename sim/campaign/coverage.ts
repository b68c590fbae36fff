import type { Address, AnyDefinition, AnyFailureClass, AnyMessage, Block, Failure } from "../../core/index.ts"

/**
 * What a run reached, as numbers: handlers and how they ended, failures, pairs of messages that one actor handled in their order, branches of the
 * campaign itself (which action ended how, which fault met which message), coarse shapes of states.
 */
export class Coverage {
  readonly features = new Set<number>()
  /** By `message: end`, for the final table. */
  readonly reached = new Map<string, number>()
  /** The message that each actor handled last. */
  private readonly latest = new Map<Address, number>()

  block(block: Block): void {
    const { ended, touched } = block.raw
    for (let at = 0; at < ended.length; at++) {
      const message = ended[at] as (typeof ended)[number]
      const { code } = message.message
      const refusal = message.refusal === undefined ? 0 : codeOf(message.refusal)
      this.features.add(mix(mix(code, message.kind), refusal))
      const previous = this.latest.get(message.to)
      if (previous !== undefined) this.features.add(mix(mix(previous, code), PAIR))
      this.latest.set(message.to, code)
      if (message.kind > 1) continue
      const key = keyOf(message.message, message.refusal)
      this.reached.set(key, (this.reached.get(key) ?? 0) + 1)
    }
    for (let at = 0; at < touched.length; at++) {
      const { state, stateBefore, definition } = touched[at] as (typeof touched)[number]
      if (state !== stateBefore) this.features.add(mix(shapeOf(state), nameCode(definition)))
    }
  }

  /** An action of the campaign, once it is known whether its transaction was refused. */
  action(name: string, refused: boolean): void {
    this.features.add(mix(mix(wordCode(name), refused ? 1 : 0), ACTION))
  }

  /** A fault that met a message. */
  fault(kind: string, message: AnyMessage): void {
    this.features.add(mix(mix(wordCode(kind), message.code), FAULT))
  }

  quiet(): void {
    this.features.add(0)
  }
}

/** What tells features of different kinds apart. */
const PAIR = 0x70616972
const ACTION = 0x61637431
const FAULT = 0x66617531

const codeOf = (refusal: Failure): number => (refusal.constructor as unknown as AnyFailureClass).code

const KEYS = new WeakMap<AnyMessage, Map<unknown, string>>()

/** `message: end`, made once for each: to write words for every message would cost more than to look at it. */
const keyOf = (message: AnyMessage, refusal: Failure | undefined): string => {
  let ends = KEYS.get(message)
  if (ends === undefined) KEYS.set(message, (ends = new Map()))
  const end = refusal?.constructor
  let key = ends.get(end)
  if (key === undefined) ends.set(end, (key = `${message.name}: ${end === undefined ? "handled" : (end as unknown as AnyFailureClass).tag}`))
  return key
}

const NAMES = new WeakMap<AnyDefinition, number>()
const WORDS = new Map<string, number>()

const nameCode = (definition: AnyDefinition): number => {
  let code = NAMES.get(definition)
  if (code === undefined) NAMES.set(definition, (code = hashed(definition.name)))
  return code
}

const wordCode = (word: string): number => {
  let code = WORDS.get(word)
  if (code === undefined) WORDS.set(word, (code = hashed(word)))
  return code
}

const hashed = (word: string): number => {
  let code = word.length
  for (let at = 0; at < word.length; at++) code = mix(code, word.charCodeAt(at))
  return code
}

/** Sizes of the numbers in a state, in steps of 16 bits; sizes of its tables and lists. */
const shapeOf = (state: unknown): number => {
  let shape = 17
  const values = Object.values(state as object) as readonly unknown[]
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (typeof value === "bigint") shape = mix(shape, value < 3n ? Number(value) : 3 + sizeOf(value))
    else if (typeof value === "number") shape = mix(shape, value < 3 ? value : 3)
    else if (typeof value === "boolean") shape = mix(shape, value ? 1 : 0)
    else if (value === null) shape = mix(shape, 99)
    else if (typeof value === "object" && "size" in value) shape = mix(shape, Math.min(4, value.size as number))
    else if (Array.isArray(value)) shape = mix(shape, Math.min(4, value.length))
  }
  return shape
}

/** 2^12, 2^28 and so on to 2^252. */
const SIZES: readonly bigint[] = Array.from({ length: 16 }, (_, at) => 1n << BigInt(12 + 16 * at))

const sizeOf = (value: bigint): number => {
  let size = 0
  while (size < SIZES.length && value >= (SIZES[size] as bigint)) size++
  return size
}

const mix = (a: number, b: number): number => {
  let hash = Math.imul(a ^ Math.imul(b + 0x9e3779b9, 0x85ebca6b), 0xc2b2ae35)
  hash ^= hash >>> 15
  return hash | 0
}
