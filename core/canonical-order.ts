import { blockOf, indexOf, type Envelope } from "./envelope.ts"

/** The total order of reconciled messages: position, then sender address, then the sender's sequence. No two messages tie. */
export const compareCanonically = (left: Envelope, right: Envelope): number => {
  if (left.position !== right.position) return left.position - right.position
  if (left.from !== right.from) return left.from < right.from ? -1 : 1
  return left.sequence - right.sequence
}

const SMALL = 64
const BUCKETS_PER_MESSAGE_MAX = 8

/**
 * Puts messages in canonical order. Positions are dense within a block, so messages are dealt into one bucket per position,
 * which costs no comparisons; only messages of one position are compared. Few or sparse messages are sorted instead.
 */
export const inCanonicalOrder = (messages: readonly Envelope[]): Envelope[] => {
  if (messages.length < SMALL) return [...messages].sort(compareCanonically)
  const blocks = new Map<number, Envelope[]>()
  let lastBlock = -1
  let group: Envelope[] = []
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as Envelope
    const block = blockOf(message.position)
    if (block !== lastBlock) {
      lastBlock = block
      group = blocks.get(block) ?? []
      if (group.length === 0) blocks.set(block, group)
    }
    group.push(message)
  }
  const ordered: Envelope[] = []
  for (const block of [...blocks.keys()].sort((left, right) => left - right)) appendOrdered(blocks.get(block) as Envelope[], ordered)
  return ordered
}

const appendOrdered = (group: Envelope[], ordered: Envelope[]): void => {
  let indexMax = 0
  for (let at = 0; at < group.length; at++) indexMax = Math.max(indexMax, indexOf((group[at] as Envelope).position))
  if (group.length < SMALL || indexMax > group.length * BUCKETS_PER_MESSAGE_MAX) {
    for (const message of group.sort(compareCanonically)) ordered.push(message)
    return
  }
  const buckets = new Array<Envelope | undefined>(indexMax + 1).fill(undefined)
  for (let at = group.length - 1; at >= 0; at--) {
    const message = group[at] as Envelope
    const bucket = indexOf(message.position)
    message.next = buckets[bucket]
    buckets[bucket] = message
  }
  for (let bucket = 0; bucket <= indexMax; bucket++) {
    let message = buckets[bucket]
    if (message === undefined) continue
    if (message.next === undefined) {
      ordered.push(message)
      continue
    }
    const tied: Envelope[] = []
    for (; message !== undefined; message = message.next) tied.push(message)
    for (const next of tied.sort(compareCanonically)) ordered.push(next)
  }
}
