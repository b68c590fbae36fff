/** How many rows a table of a chart over time has at most. */
export const TABLE_ROWS = 25

/** At most so many of a list, evenly spaced, the last one among them. */
export const evenly = <T>(items: readonly T[], most: number): readonly T[] => {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T)
}
