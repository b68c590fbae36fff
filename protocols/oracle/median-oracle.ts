import { Actor } from "../../core/index.ts"
import { DeviationTooLarge, FundsAttached, NotReporter, ZeroPrice } from "./failures.ts"
import { medianInvariants } from "./invariants.ts"
import { deviates, isStale, medianReading } from "./math.ts"
import { PriceUpdated, PriceView, Report, Reported } from "./messages.ts"
import { MedianFields, MedianParams } from "./state.ts"

export const MedianOracle = Actor.make("oracle/MedianOracle", {
  params: MedianParams,
  state: MedianFields,
  messages: { Report },
  events: [Reported, PriceUpdated],
  view: PriceView,
  publish: ({ base, quote, price, updatedAt, sources }) => ({ base, quote, price, updatedAt, sources }),
  create: (params) => {
    const { base, quote, reporters, quorum } = params
    if (base === quote) throw new TypeError(`base and quote are both ${base}`)
    if (new Set(reporters).size !== reporters.length) throw new TypeError("a reporter is listed twice")
    if (quorum > reporters.length) throw new TypeError(`a quorum of ${quorum} needs more than ${reporters.length} reporters`)
    return { ...params, price: 0n, updatedAt: 0, sources: 0, reports: reporters.map(() => ({ price: 0n, reportedAt: 0 })) }
  },
  handlers: {
    Report: (oracle, { price }, { sender, funds, time }) => {
      if (!funds.isEmpty) return new FundsAttached({ funds: String(funds).slice(0, 600) })
      const index = oracle.reporters.indexOf(sender)
      if (index < 0) return new NotReporter({ sender })
      if (price === 0n) return new ZeroPrice()

      const { price: published, staleAfterSeconds, deviationPipsMax } = oracle
      const reports = oracle.reports.with(index, { price, reportedAt: time })
      const reading = medianReading(reports, oracle, time)
      if (reading !== undefined && published > 0n && !isStale(oracle.updatedAt, time, staleAfterSeconds)) {
        if (deviates(price, published, deviationPipsMax) || deviates(reading.price, published, deviationPipsMax)) {
          return new DeviationTooLarge({ reported: price, median: reading.price, published, deviationPipsMax })
        }
      }

      const reported = Reported.make({ reporter: sender, price })
      if (reading === undefined) return { state: { ...oracle, reports }, reply: { price: published }, events: [reported] }
      return { state: { ...oracle, reports, ...reading }, reply: { price: reading.price }, events: [reported, PriceUpdated.make(reading)] }
    },
  },
  invariants: medianInvariants,
})
