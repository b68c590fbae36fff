import type { ByteWriter } from "./bytes.ts"

/** Where the sums of what was read ahead go, so that no compiler drops the reading. */
let sink = 0

/**
 * Appends spans of a stream, of which each ends where `ends` says and the next begins, as `links` chain them from `head` on; -1 ends a chain. What is
 * chained was written at different times, so all of it is read ahead: misses of the caches that stand together are waited for together (measured
 * with the transactions of a slot: a fifth of the time).
 */
export const appendChain = (writer: ByteWriter, source: ByteWriter, ends: Int32Array, links: Int32Array, head: number): void => {
  const { bytes } = source
  let sum = 0
  for (let at = head; at >= 0; at = links[at] as number) sum += (bytes[startOf(ends, at)] as number) + (bytes[(ends[at] as number) - 1] as number)
  sink = (sink + sum) | 0
  for (let at = head; at >= 0; at = links[at] as number) writer.append(source, startOf(ends, at), ends[at] as number)
}

const startOf = (ends: Int32Array, at: number): number => (at === 0 ? 0 : (ends[at - 1] as number))
