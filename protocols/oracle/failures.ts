import { Address, failure, Height, Pips, Seconds, Text, Wad } from "../../core/index.ts"

/** Returned when assets are attached to a message that takes none. */
export class FundsAttached extends failure("oracle/FundsAttached", { funds: Text(600) }, ({ funds }) => `${funds} attached, nothing expected`) {}

/** Returned when somebody reports who is none of the oracle's reporters. */
export class NotReporter extends failure("oracle/NotReporter", { sender: Address }, ({ sender }) => `${sender} is no reporter of this oracle`) {}

/** Returned when a report's price is zero, which stands for "no price". */
export class ZeroPrice extends failure("oracle/ZeroPrice", {}, () => "the reported price is zero") {}

/**
 * Returned when a report, or the median that it would lead to, is too far from a published price that is not stale.
 * `median` is what the report would have led to.
 */
export class DeviationTooLarge extends failure(
  "oracle/DeviationTooLarge",
  { reported: Wad, median: Wad, published: Wad, deviationPipsMax: Pips },
  ({ reported, median, published, deviationPipsMax }) =>
    `price ${reported} or its median ${median} is more than ${deviationPipsMax} pips away from the published ${published}`,
) {}

/** Returned when an observation is asked for before the next one is due. */
export class PeriodNotElapsed extends failure("oracle/PeriodNotElapsed", { height: Height, due: Height }, ({ height, due }) =>
  `the next observation is due in block ${due}, this is block ${height}`) {}

/** Returned when nothing at the pool's address publishes a pool's view. */
export class NoPool extends failure("oracle/NoPool", { pool: Address }, ({ pool }) => `${pool} publishes no pool`) {}

/** Returned when the pool has no reserves, so no price. */
export class EmptyPool extends failure("oracle/EmptyPool", { pool: Address }, ({ pool }) => `the pool ${pool} has no reserves`) {}

/** Returned when somebody else than the oracle itself sends its timer's message. */
export class NotSelf extends failure("oracle/NotSelf", { sender: Address }, ({ sender }) => `${sender} is not the oracle itself`) {}

/** For readers. Returned by `readPrice` when nothing is published, or no price yet. */
export class NoPrice extends failure("oracle/NoPrice", {}, () => "the oracle publishes no price") {}

/** For readers. Returned by `readPrice` when the published price is too old for the reader. */
export class StalePrice extends failure(
  "oracle/StalePrice",
  { updatedAt: Seconds, now: Seconds, staleAfterSeconds: Seconds },
  ({ updatedAt, now, staleAfterSeconds }) => `the price of time ${updatedAt} is older than ${staleAfterSeconds} seconds at time ${now}`,
) {}
