import { Address, Amount, AssetId, Count, Height, Integer, List, LIMITS, Nullable, OneOf, Pips, Seconds, Struct, Wad, type Values } from "../../core/index.ts"

/** Reporters of one oracle. */
export const REPORTERS_MAX = 31
/** Observations in one window. */
export const OBSERVATIONS_MAX = 256

export const MedianParams = {
  base: AssetId,
  quote: AssetId,
  /** 1 to 31 different addresses; fixed. */
  reporters: List(Address, REPORTERS_MAX),
  /** Fresh reports that a price needs: from 1 to all. */
  quorum: Integer(1, REPORTERS_MAX),
  staleAfterSeconds: Seconds,
  /** Largest distance of a report, and of the median, from a price that is not stale; 1,000,000 allows up to the double. */
  deviationPipsMax: Pips,
}

/** What was published last; a price of 0 and time 0 before the first. */
const Publication = { price: Wad, updatedAt: Seconds, sources: Count }

export const MedianFields = {
  ...MedianParams,
  ...Publication,
  /** One for each reporter, in their order; a price of 0 where it never reported. */
  reports: List(Struct({ price: Wad, reportedAt: Seconds }), REPORTERS_MAX),
}

export type MedianState = Values<typeof MedianFields>

export const TimeWeightedParams = {
  base: AssetId,
  quote: AssetId,
  /** A constant-product pool of the two. */
  pool: Address,
  /** Which of the pool's sides the base is. */
  baseSide: OneOf("X", "Y"),
  periodBlocks: Integer(1, LIMITS.timerBlocksMax),
  windowObservations: Integer(2, OBSERVATIONS_MAX),
}

export const TimeWeightedFields = {
  ...TimeWeightedParams,
  ...Publication,
  /** Oldest first, at most `windowObservations`. */
  observations: List(Struct({ time: Seconds, cumulative: Amount }), OBSERVATIONS_MAX),
  /** The block of the awaited tick; null before the start. */
  tickDue: Nullable(Height),
}

export type TimeWeightedState = Values<typeof TimeWeightedFields>
