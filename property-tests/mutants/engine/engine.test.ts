import { isDeepStrictEqual } from "node:util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { World } from "../../../core/index.ts"
import { scenario, type Scenario } from "../../reference/arbitrary.ts"
import type * as Engine from "../../reference/engine.ts"
import * as laws from "../../reference/laws.ts"
import { importWith, sourcesIn, type Mutant } from "../copy.ts"
import { MUTANTS } from "./mutants.ts"

/** The laws of the design must tell each slip in the engine from the engine as it is. */

const SEED = 20_240_611
const WORLDS = 30
const ENGINE = "property-tests/reference/engine.ts"

type Engine = typeof Engine

const run = ({ worldOf, stepWorld, Follower }: Engine, { genesis, blocks }: Scenario) => {
  const world = worldOf(genesis)
  const follower = new Follower(genesis)
  const told = blocks.map((inputs) => follower.read(stepWorld(world, inputs)))
  world.audit()
  return { world, told }
}

const same = (left: World, right: World): void => {
  if (!isDeepStrictEqual([left.header, left.snapshot()], [right.header, right.snapshot()])) throw new Error("the same inputs, another world")
}

/** The world again, and a fork of it from the middle on, which both go on as the original does. */
const repeats = ({ worldOf, stepWorld }: Engine, { genesis, blocks }: Scenario, world: World): void => {
  const again = worldOf(genesis)
  const half = blocks.length >> 1
  for (const inputs of blocks.slice(0, half)) stepWorld(again, inputs)
  const fork = again.fork()
  for (const inputs of blocks.slice(half)) stepWorld(fork, inputs)
  for (const inputs of blocks.slice(half)) stepWorld(again, inputs)
  same(again, world)
  same(fork, world)
}

/** Throws where a law is broken. A book that does not balance stops the world by itself. */
const obeys = (engine: Engine, whole: Scenario): void => {
  const { world, told } = run(engine, whole)
  laws.keepsPairsInOrder(whole.genesis, told)
  expect(laws.endsEachMessageOnce(told).length).toBe(world.pending + world.pendingTimers)
  laws.givesBackWhatItRefuses(told)
  laws.refusesWithoutATrace(told)
  laws.changesNothingOfOthers(told)
  laws.hasNoEffectBeforeItsCause(told)
  repeats(engine, whole, world)
}

/** Why the first world that breaks a law does; undefined: none does. */
const problemOf = async (mutant: Mutant | undefined): Promise<string | undefined> => {
  const engine = await importWith<Engine>(mutant, ENGINE, [...sourcesIn("core"), ENGINE])
  const property = fc.property(scenario, (whole) => obeys(engine, whole))
  const { failed, errorInstance } = fc.check(property, { seed: SEED, numRuns: WORLDS, endOnFailure: true })
  return failed ? String(errorInstance) : undefined
}

describe(`slips in the engine (seed ${SEED}, ${WORLDS} worlds)`, () => {
  it("a faithful copy breaks no law", async () => expect(await problemOf(undefined)).toBeUndefined())

  for (const mutant of MUTANTS) {
    it(`${mutant.name}: found`, async () => expect(await problemOf(mutant)).toContain(mutant.shows))
  }
})
