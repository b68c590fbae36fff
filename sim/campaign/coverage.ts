import type { AnyFailureClass, Block, World } from "../../core/index.ts"

/** What a run reached, as numbers: handlers and how they ended, failures, pairs of messages in a mailbox, coarse shapes of states. */
export class Coverage {
  readonly features = new Set<number>()
  /** By `message: end`, for the final table. */
  readonly reached = new Map<string, number>()

  block(block: Block): void {
    const { ended, touched } = block.raw
    let to = ""
    let previous = 0
    for (let at = 0; at < ended.length; at++) {
      const message = ended[at] as (typeof ended)[number]
      const { code } = message.message
      const refusal = message.refusal === undefined ? 0 : (message.refusal.constructor as unknown as AnyFailureClass).code
      this.features.add(mix(mix(code, message.kind), refusal))
      if (message.to === to) this.features.add(mix(mix(previous, code), 0x70616972))
      to = message.to
      previous = code
      const key = `${message.message.name}: ${message.refusal === undefined ? "handled" : (message.refusal.constructor as unknown as AnyFailureClass).tag}`
      if (message.kind < 2) this.reached.set(key, (this.reached.get(key) ?? 0) + 1)
    }
    for (let at = 0; at < touched.length; at++) {
      const { state, stateBefore, definition } = touched[at] as (typeof touched)[number]
      if (state !== stateBefore) this.features.add(mix(shapeOf(state), definition.name.length))
    }
  }

  quiet(_world: World): void {
    this.features.add(0)
  }
}

/** Sizes of the numbers in a state, in steps of 16 bits; sizes of its tables and lists. */
const shapeOf = (state: unknown): number => {
  let shape = 17
  for (const value of Object.values(state as object)) {
    if (typeof value === "bigint") shape = mix(shape, value < 3n ? Number(value) : 3 + (value.toString(16).length >> 2))
    else if (typeof value === "number") shape = mix(shape, value < 3 ? value : 3)
    else if (typeof value === "boolean") shape = mix(shape, value ? 1 : 0)
    else if (value === null) shape = mix(shape, 99)
    else if (typeof value === "object" && "size" in value) shape = mix(shape, Math.min(4, value.size as number))
    else if (Array.isArray(value)) shape = mix(shape, Math.min(4, value.length))
  }
  return shape
}

const mix = (a: number, b: number): number => {
  let hash = Math.imul(a ^ Math.imul(b + 0x9e3779b9, 0x85ebca6b), 0xc2b2ae35)
  hash ^= hash >>> 15
  return hash | 0
}
