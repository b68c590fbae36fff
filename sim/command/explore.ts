import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Arena } from "../campaign/arena.ts"
import { chart } from "../campaign/chart.ts"
import { exploreInParallel } from "../campaign/explore-parallel.ts"
import { replayCase } from "../campaign/replay.ts"
import { grouped } from "../decimal.ts"
import { refuseOptions, wholeNumber, type Chosen } from "./check-options.ts"
import type { CheckGiven } from "./check.ts"
import { SomethingFound } from "./failures.ts"
import { saveFound } from "./save-case.ts"

/** `blockstep check --order exhaustive`: short inputs, each in every order; several threads take one input after the other. */
export const exploreCommand = (given: CheckGiven, chosen: Chosen) =>
  Effect.gen(function* () {
    const { from, maximise, seconds, faults, corpus } = given
    yield* refuseOptions("--order exhaustive", "it plays each input in every order, without faults", { from, maximise, seconds, faults, corpus })
    const runs = yield* wholeNumber("runs", given.runs, 100, 1)
    const seed = yield* wholeNumber("seed", given.seed, 0, 0, Number.MAX_SAFE_INTEGER)
    const workers = yield* wholeNumber("workers", given.workers, 1, 1, 64)
    const { campaign, module } = chosen
    const report = yield* Effect.tryPromise({ try: () => exploreInParallel({ module, campaign: campaign.name }, { runs, seed, workers }), catch: (thrown) => thrown })
    const { failing, inputs, orders, merged, bounded } = report
    const told = `${campaign.name}, seed ${seed}: ${grouped(inputs)} inputs, ${grouped(orders)} orders played, ${grouped(merged)} merged with others; ${
      bounded === 0 ? "every order is covered" : `${grouped(bounded)} inputs have more orders than the bound`
    }`
    if (given.json) yield* Console.log(JSON.stringify({ campaign: campaign.name, seed: String(seed), inputs, orders, merged, bounded, finding: failing?.finding ?? null }))
    else yield* Console.log(told)
    if (failing === undefined) return
    const saved = yield* saveFound(given.save, chosen, campaign, failing, BigInt(seed))
    const arena = new Arena(campaign, failing.case.parameters)
    yield* Console.error(`${chart(arena, replayCase(campaign, failing.case, failing.finding, arena))}\nreplay: blockstep replay ${saved}`)
    return yield* Effect.fail(new SomethingFound({ what: failing.finding.oracle }))
  })
