import fc from "fast-check"
import { describe, it } from "vitest"
import { World } from "../../core/index.ts"
import { localWorld, restoreLocalWorld, type LocalWorld } from "../../core/shard/local-world.ts"
import { Random } from "../../sim/index.ts"
import { busyScenario, scenario, type Scenario } from "../reference/arbitrary.ts"
import { compare, same } from "../reference/compare.ts"
import { castOf, genesisOf, stepWorld, worldOf } from "../reference/engine.ts"
import { Orderings } from "../../core/index.ts"

/** Any number of shards, any assignment of slots, any order of their steps, any moves between blocks: the same blocks as of one kernel. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const COMPARED = LONG ? 10_000 : 80
const RESTORED = LONG ? 1_000 : 25

const SHARDS = [1, 2, 3, 8, 16] as const

/** How a world is spread, drawn from one number. */
const spread = (shards: number, seed: number) => {
  const random = Random.make(seed, "spread")
  const owners = Uint8Array.from({ length: 1_024 }, () => random.below(shards))
  const interleaving = (count: number): readonly number[] => {
    const order = Array.from({ length: count }, (_, shard) => shard)
    for (let at = count - 1; at > 0; at--) {
      const other = random.below(at + 1)
      const [one, two] = [order[at] as number, order[other] as number]
      order[at] = two
      order[other] = one
    }
    return order
  }
  /** Some slots to somewhere. */
  const moves = (): ReadonlyMap<number, number> => new Map(Array.from({ length: random.below(600) }, () => [random.below(1_024), random.below(shards)]))
  return { random, owners, interleaving, moves }
}

const shards = fc.constantFrom(...SHARDS)
const seed = fc.nat()

const spreadWorld = ({ genesis }: Scenario, count: number, number: number, reversed: boolean): LocalWorld & ReturnType<typeof spread> => {
  const drawn = spread(count, number)
  const [made, options] = genesisOf(genesis, { reversed })
  return { ...localWorld(made, { ...options, shards: count, owners: drawn.owners, interleaving: drawn.interleaving }), ...drawn }
}

const holds = <T>(worlds: fc.Arbitrary<T>, numRuns: number, law: (world: T) => void): void =>
  fc.assert(fc.property(worlds, (world) => { law(world) }), { seed: SEED, numRuns })

describe(`shards agree with the interpreter (seed ${SEED})`, () => {
  it(`in ${COMPARED} random worlds, slots moving between blocks`, () =>
    holds(fc.tuple(scenario, shards, seed, fc.boolean()), COMPARED, ([whole, count, number, reversed]) => {
      const { world, random, move, moves } = spreadWorld(whole, count, number, reversed)
      compare(whole, Orderings.causal, undefined, world, () => {
        if (random.below(2) === 0) move(moves())
      })
    }))

  it("in random worlds of hundreds of messages a block", () =>
    holds(fc.tuple(busyScenario, shards, seed), LONG ? 200 : 8, ([whole, count, number]) => {
      compare(whole, Orderings.causal, undefined, spreadWorld(whole, count, number, false).world)
    }))
})

describe(`shards agree with one kernel (seed ${SEED})`, () => {
  it(`in every header and in the bytes of the snapshot, which any number of them goes on from, in ${RESTORED} random worlds`, () =>
    holds(fc.tuple(scenario, shards, shards, seed, fc.nat()), RESTORED, ([whole, first, second, number, stop]) => {
      const one = worldOf(whole.genesis)
      const { world, stored, move, moves } = spreadWorld(whole, first, number, false)
      const at = stop % whole.blocks.length
      for (const inputs of whole.blocks.slice(0, at)) {
        same(stepWorld(world, inputs).header, stepWorld(one, inputs).header, "headers")
        move(moves())
      }
      const bytes = stored()
      same(bytes, one.snapshot(), "what the shards store")
      same(world.snapshot(), bytes, "what the mirror stores")
      const { owners, interleaving } = spread(second, number + 1)
      const resumed = restoreLocalWorld([...castOf().values()], bytes, { shards: second, owners, interleaving, strict: true })
      for (const inputs of whole.blocks.slice(at)) same(stepWorld(resumed.world, inputs).header, stepWorld(one, inputs).header, "headers after it")
      same(resumed.stored(), one.snapshot(), "snapshots at the end")
      same(World.restore([...castOf().values()], resumed.stored()).header, one.header, "what one kernel restores")
    }))
})
