/** The canonical order of what leaves a block. */
import type { Emission } from "./cell.ts"
import type { Position } from "./shapes.ts"

interface Placed {
  readonly emission: Emission
  readonly position: Position
}

/** The emissions of one sender with their positions: no message overtakes an earlier one. */
export const lifted = (outbox: readonly Emission[]): readonly Placed[] => {
  let position: Position = [0, 0]
  return outbox.map((emission) => {
    if (comparePositions(emission.cause, position) > 0) position = emission.cause
    return { emission, position }
  })
}

export const canonically = (left: Placed, right: Placed): number =>
  comparePositions(left.position, right.position) || compare(left.emission.from, right.emission.from) || left.emission.sequence - right.emission.sequence

export const comparePositions = (left: Position, right: Position): number => left[0] - right[0] || left[1] - right[1]

/** By UTF-16 code units. */
export const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
