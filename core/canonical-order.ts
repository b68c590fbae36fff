import type { Envelope } from "./envelope.ts"

/** The total order of reconciled messages: position, then sender address, then the sender's sequence. No two messages tie. */
export const compareCanonically = (left: Envelope, right: Envelope): number => {
  if (left.positionBlock !== right.positionBlock) return left.positionBlock - right.positionBlock
  if (left.positionIndex !== right.positionIndex) return left.positionIndex - right.positionIndex
  if (left.from !== right.from) return left.from < right.from ? -1 : 1
  return left.sequence - right.sequence
}
