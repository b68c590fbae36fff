import fc from "fast-check"

/** Runs of random worlds that several laws look at: made once, since to make a world and to run it costs more than any law. */
export interface SharedRuns<World, Run> {
  /** A law that must hold for each; where it does not, it is tried again on worlds of its own, so that what breaks it is shrunk and printed with its seed. */
  readonly hold: (law: (run: Run, world: World) => void, count?: number) => void
}

/** The same worlds as a property with this seed would draw; they are made when the first law asks for them. Only the last law may carry a run on. */
export const sharedRuns = <World, Run>(
  worlds: fc.Arbitrary<World>,
  run: (world: World) => Run,
  { seed, numRuns }: { readonly seed: number; readonly numRuns: number },
): SharedRuns<World, Run> => {
  let made: readonly { readonly world: World; readonly run: Run }[] | undefined
  return {
    hold: (law, count = numRuns) => {
      made ??= fc.sample(worlds, { seed, numRuns }).map((world) => ({ world, run: run(world) }))
      try {
        for (const { world, run: outcome } of made.slice(0, count)) law(outcome, world)
      } catch (broken) {
        fc.assert(fc.property(worlds, (world) => { law(run(world), world) }), { seed, numRuns })
        throw broken
      }
    },
  }
}
