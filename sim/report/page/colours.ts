/** What was given to names before: who is blue in one chart is blue in the next. */
const known = new Map<string, number>()
const COLOURS = 12

/** A colour for each name of a chart, as an index: the one that it has in the charts before, unless another of this chart has it; else the first that is free. */
export const coloursOf = (names: readonly string[]): readonly number[] => {
  const taken = new Set<number>()
  const given = names.map((name) => {
    const before = known.get(name)
    if (before === undefined || taken.has(before)) return undefined
    taken.add(before)
    return before
  })
  return names.map((name, index) => {
    const mine = given[index] ?? firstFree(taken)
    taken.add(mine)
    if (!known.has(name)) known.set(name, mine)
    return mine
  })
}

const firstFree = (taken: ReadonlySet<number>): number => {
  for (let colour = 0; colour < COLOURS; colour++) if (!taken.has(colour)) return colour
  return taken.size
}
