import { interned } from "./interned.ts"

/** Where the sums of what was read ahead go, so that no compiler drops the reading. */
let sink = 0

/** Names that were read before, so that reading one again makes no text. Bounded: it begins anew when it is full. */
class Names {
  private readonly names: (string | undefined)[] = new Array<string | undefined>(NAMES_MAX * 2).fill(undefined)
  private count = 0

  /** The name in these bytes; undefined when they are not plain ASCII. */
  get(bytes: Uint8Array, from: number, length: number, hash: number): string | undefined {
    const mask = NAMES_MAX * 2 - 1
    let place = hash & mask
    for (;;) {
      const name = this.names[place]
      if (name === undefined) return this.add(bytes, from, length, place)
      if (isSpelled(name, bytes, from, length)) return name
      place = (place + 1) & mask
    }
  }

  /** Brings the names with these hashes into the processor's caches, all at once. */
  readAhead(hashes: Uint32Array, count: number): void {
    const mask = NAMES_MAX * 2 - 1
    let sum = 0
    for (let at = 0; at < count; at++) sum += this.names[(hashes[at] as number) & mask]?.charCodeAt(0) ?? 0
    sink = (sink + sum) | 0
  }

  private add(bytes: Uint8Array, from: number, length: number, place: number): string | undefined {
    let text = ""
    for (let at = from; at < from + length; at++) {
      const code = bytes[at] as number
      if (code > 127) return undefined
      text += String.fromCharCode(code)
    }
    const name = interned(text)
    if (this.count === NAMES_MAX) {
      this.names.fill(undefined)
      this.count = 0
      return name
    }
    this.count++
    this.names[place] = name
    return name
  }
}

/** A hash of some bytes of a name. */
export const hashOf = (bytes: Uint8Array, from: number, length: number): number => {
  let hash = length
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Whether these bytes are the name's characters. */
export const isSpelled = (name: string, bytes: Uint8Array, from: number, length: number): boolean => {
  if (name.length !== length) return false
  for (let at = 0; at < length; at++) if (name.charCodeAt(at) !== bytes[from + at]) return false
  return true
}

const NAMES_MAX = 1 << 16
export const NAMES = new Names()
