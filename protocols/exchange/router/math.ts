/** Bounds of a route. Its hops, and those of its return, stay below the engine's own limit with room for whoever sends it. */

/** Most legs of one part. */
export const LEGS_MAX = 8
/** Most parts of one route. */
export const PARTS_MAX = 16

/** The sum of amounts; exact, not bounded by an amount's range. */
export const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n)
