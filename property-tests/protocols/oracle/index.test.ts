import { expect, it } from "vitest"
import * as oracle from "../../../protocols/oracle/index.ts"

it("exports exactly these names", () => {
  expect(Object.keys(oracle).sort()).toEqual([
    "DeviationTooLarge", "EmptyPool", "FundsAttached", "MedianOracle", "NoPool", "NoPrice", "NotReporter", "NotSelf", "OBSERVATIONS_MAX",
    "Observe", "Observed", "PeriodNotElapsed", "PriceUpdated", "PriceView", "REPORTERS_MAX", "Report", "Reported", "StalePrice", "Tick",
    "TimeWeightedOracle", "ZeroPrice", "averagePriceDown", "cumulativeAt", "deviates", "isStale", "medianDown", "medianReading", "readPrice",
  ])
})
