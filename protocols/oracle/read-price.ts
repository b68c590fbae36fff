import type { Published } from "../../core/index.ts"
import { NoPrice, StalePrice } from "./failures.ts"
import { isStale } from "./math.ts"
import type { PriceView } from "./messages.ts"

/** The published price, which is above zero, if at time `now` it is at most `staleAfterSeconds` old. Failures: `NoPrice`, then `StalePrice`. */
export const readPrice = (
  view: Published<typeof PriceView> | undefined,
  now: number,
  staleAfterSeconds: number,
): bigint | NoPrice | StalePrice => {
  if (view === undefined || view.price === 0n) return new NoPrice()
  const { price, updatedAt } = view
  return isStale(updatedAt, now, staleAfterSeconds) ? new StalePrice({ updatedAt, now, staleAfterSeconds }) : price
}
