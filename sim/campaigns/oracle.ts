import { actor, type World } from "../../core/index.ts"
import { AddLiquidity, ConstantProductPool, RemoveLiquidity, Swap } from "../../protocols/amm/constant-product/index.ts"
import { MedianOracle, Observe, Report, TimeWeightedOracle, Tick, type MedianState } from "../../protocols/oracle/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle, type Moment } from "../campaign/oracle.ts"
import { amounts } from "../campaign/values.ts"

const medianOf = (world: World): MedianState => world.state(MedianOracle, "median")

/** A price that is not stale moves by at most the allowed deviation in one block of one report. */
const neverJumps = Oracle.make("a fresh price does not jump", (genesis) => {
  let before = medianOf(genesis)
  return {
    block: ({ world, block }: Moment) => {
      const was = before
      const is = (before = medianOf(world))
      const reports = block.raw.ended.filter(({ to, message }) => to === "median" && message === Report)
      if (was.price === 0n || is.price === was.price || reports.length > 1 || world.time > was.updatedAt + was.staleAfterSeconds) return undefined
      const gap = is.price > was.price ? is.price - was.price : was.price - is.price
      return gap * 1_000_000n <= was.price * BigInt(was.deviationPipsMax) ? undefined : { before: was.price, after: is.price }
    },
  }
})

/** A median of three reporters, of whom any may lie, and the time-weighted price of a pool. */
export const oracle = Campaign.make({
  name: "oracle",
  secondsMax: 7_200,
  world: {
    accounts: { ann: {}, ben: {}, cat: {}, trader: { eth: 10n ** 20n, usd: 10n ** 20n } },
    actors: [
      actor("median", MedianOracle, { base: "eth", quote: "usd", reporters: ["ann", "ben", "cat"], quorum: 2, staleAfterSeconds: 3_600, deviationPipsMax: 100_000 }),
      actor("pool", ConstantProductPool, { assetX: "eth", assetY: "usd", feePips: 3_000, feeTo: null, feeSetter: null }),
      actor("average", TimeWeightedOracle, { base: "eth", quote: "usd", pool: "pool", baseSide: "X", periodBlocks: 3, windowObservations: 3 }),
    ],
  },
  prepare: (world) => {
    world.send("trader", "pool", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: { eth: 10n ** 9n, usd: 2_000n * 10n ** 9n } })
    for (const reporter of ["ann", "ben"]) world.send(reporter, "median", Report, { price: 2_000n * 10n ** 18n })
    world.settle()
  },
  actions: [
    action(Report, "median", { weight: 4, payload: { price: amounts(4_000n * 10n ** 18n) } }),
    action(Observe, "average", { weight: 2 }),
    action(Tick, "average"),
    action(Swap, "pool", { from: "trader", weight: 2, funds: ["eth"], payload: { minimumOut: [0n] } }),
    action(RemoveLiquidity, "pool", { from: "trader", funds: ["pool:shares"], payload: { minimumX: [0n], minimumY: [0n] } }),
  ],
  oracles: [neverJumps],
  faults: ["refuseCall", "delay", "exceedCapacity", "staleView", "recover"],
})
