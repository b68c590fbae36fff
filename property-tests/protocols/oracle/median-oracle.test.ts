import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, testContext, WAD, World, type Receipt } from "../../../core/index.ts"
import {
  DeviationTooLarge,
  medianDown,
  MedianOracle,
  PriceUpdated,
  PriceView,
  readPrice,
  Report,
  Reported,
  StalePrice,
} from "../../../protocols/oracle/index.ts"

const REPORTERS = ["r0", "r1", "r2", "r3", "r4"] as const
const STALE_AFTER = 60

const worldOf = (quorum: number, deviationPipsMax: number): World =>
  World.make(
    {
      accounts: Object.fromEntries(REPORTERS.map((name) => [name, {}])),
      actors: [
        actor("oracle", MedianOracle, {
          base: "eth",
          quote: "usdc",
          reporters: [...REPORTERS],
          quorum,
          staleAfterSeconds: STALE_AFTER,
          deviationPipsMax,
        }),
      ],
    },
    { strict: true },
  )

const tagOf = (receipt: Receipt): string | undefined => (receipt.status === "bounced" ? receipt.refusal._tag : undefined)

/** Reports with their times in a plain list; everything is asked anew. */
class Model {
  private readonly reports = new Map<string, { price: bigint; time: number }>()
  price = 0n
  private readonly quorum: number
  private readonly deviationPipsMax: number

  constructor(quorum: number, deviationPipsMax: number) {
    this.quorum = quorum
    this.deviationPipsMax = deviationPipsMax
  }

  freshAt(now: number): readonly { price: bigint; time: number }[] {
    return [...this.reports.values()].filter(({ time }) => time >= now - STALE_AFTER)
  }

  private far(price: bigint): boolean {
    const distance = price > this.price ? price - this.price : this.price - price
    return distance * 1_000_000n > this.price * BigInt(this.deviationPipsMax)
  }

  apply(reporter: string, price: bigint, now: number): string | undefined {
    if (price === 0n) return "oracle/ZeroPrice"
    const lively = this.freshAt(now).length >= this.quorum
    const previous = this.reports.get(reporter)
    this.reports.set(reporter, { price, time: now })
    const fresh = this.freshAt(now)
    const median = fresh.length >= this.quorum ? medianDown(fresh.map((report) => report.price)) : undefined
    if (lively && (this.far(price) || this.far(median as bigint))) {
      if (previous === undefined) this.reports.delete(reporter)
      else this.reports.set(reporter, previous)
      return "oracle/DeviationTooLarge"
    }
    if (median !== undefined) this.price = median
    return undefined
  }
}

describe("MedianOracle", () => {
  it("does what the model does; a reader with its bound finds it stale exactly without a quorum", () => {
    const report = fc.record({
      reporter: fc.constantFrom(...REPORTERS),
      price: fc.oneof({ weight: 12, arbitrary: fc.bigInt(90n, 120n) }, { weight: 1, arbitrary: fc.bigInt(0n, 2n) }),
    })
    const block = fc.record({ seconds: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 130 })), reports: fc.array(report, { maxLength: 6 }) })
    const plan = fc.array(block, { maxLength: 20 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 30_000, 100_000, 1_000_000), plan, (quorum, pips, blocks) => {
        const world = worldOf(quorum, pips)
        const model = new Model(quorum, pips)
        for (const { seconds, reports } of blocks) {
          const before = world.observe("oracle")
          const now = world.time + seconds
          for (const { reporter, price } of reports) world.send(reporter, "oracle", Report, { price })
          const sealed = world.step([], { time: now })
          expect(sealed.receipts.map(tagOf)).toEqual(reports.map(({ reporter, price }) => model.apply(reporter, price, now)))
          expect(sealed.defects).toEqual([])
          expect(world.check("oracle", before)).toEqual([])
          const view = world.view(PriceView, "oracle")
          expect(view?.price).toBe(model.price)
          if (model.price > 0n) expect(readPrice(view, now, STALE_AFTER) instanceof StalePrice).toBe(model.freshAt(now).length < quorum)
        }
        world.audit()
      }),
      { numRuns: 300 },
    )
  })

  it("never moves a price that is not stale by more than the deviation, in one report", () => {
    const { Report: handle } = MedianOracle.handlers
    const report = fc.record({ reporter: fc.constantFrom(...REPORTERS), price: fc.bigInt(1n, 200n), seconds: fc.integer({ min: 0, max: 40 }) })
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(report, { maxLength: 60 }), (quorum, reports) => {
      let oracle = worldOf(quorum, 250_000).state(MedianOracle, "oracle")
      let time = 0
      for (const { reporter, price, seconds } of reports) {
        time += seconds
        const fresh = oracle.price > 0n && time - oracle.updatedAt <= STALE_AFTER
        const answer = handle(oracle, { price }, testContext({ sender: reporter, time }))
        if (answer instanceof DeviationTooLarge) expect(fresh).toBe(true)
        if (!("state" in answer)) continue
        const jump = answer.state.price > oracle.price ? answer.state.price - oracle.price : oracle.price - answer.state.price
        if (fresh) expect(4n * jump <= oracle.price).toBe(true)
        expect(answer.reply).toEqual({ price: answer.state.price })
        oracle = answer.state
      }
    }))
  })

  it("publishes from the quorum on, follows, refuses a jump, and takes it up once the price is stale", () => {
    const world = worldOf(3, 100_000)
    const say = (seconds: number, ...reports: readonly (readonly [reporter: string, price: bigint])[]) => {
      for (const [reporter, price] of reports) world.send(reporter, "oracle", Report, { price: price * WAD })
      return world.step([], { time: world.time + seconds }).receipts.map(tagOf)
    }
    const published = () => {
      const { price, updatedAt, sources } = world.view(PriceView, "oracle") as NonNullable<ReturnType<typeof world.view<typeof PriceView>>>
      return [price / WAD, updatedAt, sources]
    }
    const jump = "oracle/DeviationTooLarge"
    expect(say(10, ["r0", 100n], ["r1", 102n])).toEqual([undefined, undefined])
    expect(published()).toEqual([0n, 0, 0])
    say(10, ["r2", 104n])
    expect(published()).toEqual([102n, 10, 3])
    say(10, ["r3", 106n])
    expect(published()).toEqual([103n, 10, 4])
    expect(say(10, ["r0", 150n], ["r1", 93n], ["r2", 112n])).toEqual([jump, undefined, undefined])
    expect(published()).toEqual([103n, 30, 4])
    expect(say(61, ["r0", 150n], ["r1", 150n])).toEqual([undefined, undefined])
    expect(published()).toEqual([103n, 30, 4])
    expect(say(1, ["r2", 150n])).toEqual([undefined])
    expect(published()).toEqual([150n, 101, 3])
  })

  it("follows a jump at most one staleness after the last report from before it, while fewer than half of a quorum lie", () => {
    const before = fc.array(fc.tuple(fc.constantFrom(...REPORTERS), fc.bigInt(98n, 102n), fc.integer({ min: 0, max: 30 })), { minLength: 5, maxLength: 20 })
    const seconds = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 })
    fc.assert(fc.property(fc.constantFrom(3, 4), before, seconds, (quorum, reports, steps) => {
      const world = worldOf(quorum, 50_000)
      for (const [reporter, price, pause] of reports) {
        world.send(reporter, "oracle", Report, { price })
        world.step([], { time: world.time + pause })
      }
      const jumped = world.time
      const everybody = () => {
        for (const honest of REPORTERS.slice(1)) world.send(honest, "oracle", Report, { price: 200n })
        world.send("r0", "oracle", Report, { price: 100n })
      }
      for (const pause of [...steps, STALE_AFTER]) {
        everybody()
        world.step([], { time: world.time + pause })
        if (world.time > jumped + STALE_AFTER) expect(world.view(PriceView, "oracle")?.price).toBe(200n)
      }
    }))
  })

  it("refuses a report that is near, but whose median would not be", () => {
    const world = worldOf(2, 100_000)
    for (const [reporter, price] of [["r0", 1n], ["r1", 1_000n]] as const) world.send(reporter, "oracle", Report, { price })
    world.step()
    expect(world.view(PriceView, "oracle")?.price).toBe(500n)
    world.send("r1", "oracle", Report, { price: 500n })
    expect(world.step().receipts.map(tagOf)).toEqual(["oracle/DeviationTooLarge"])
  })

  it("tells of the report and of the price", () => {
    const world = worldOf(1, 0)
    world.send("r4", "oracle", Report, { price: 7n })
    const { receipts } = world.step()
    expect(receipts[0]).toMatchObject({
      reply: { price: 7n },
      events: [Reported.make({ reporter: "r4", price: 7n }), PriceUpdated.make({ price: 7n, updatedAt: 1, sources: 1 })],
    })
  })
})
