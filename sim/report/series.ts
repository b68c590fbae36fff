import type { Unit } from "./chart.ts"
import type { Series } from "./data.ts"

type Level = bigint | undefined

/** `numerator / denominator` rounded to the nearest, half away from zero; the denominator is positive. */
const nearest = (numerator: bigint, denominator: bigint): bigint =>
  numerator < 0n ? -((-numerator + denominator / 2n) / denominator) : (numerator + denominator / 2n) / denominator

/** Amounts in steps of 10^-places, rounded to the nearest. */
export const inSteps = (amount: bigint, decimals: number, places: number): bigint =>
  places >= decimals ? amount * 10n ** BigInt(places - decimals) : nearest(amount, 10n ** BigInt(decimals - places))

const STEPS_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** The unit's places, or as many fewer as it takes for every amount and every difference of two to be a safe integer of steps; may be below zero. */
export const placesFor = (columns: readonly (readonly Level[])[], { decimals, places }: Unit): number => {
  let largest = 0n
  for (const column of columns) {
    for (const amount of column) {
      if (amount === undefined) continue
      const size = amount < 0n ? -amount : amount
      if (size > largest) largest = size
    }
  }
  let fitting = places
  while (2n * inSteps(largest, decimals, fitting) > STEPS_MAX) fitting--
  return fitting
}

/** Each as its difference to the one before; the first, and after nothing, to zero. */
export const differencesOf = (amounts: readonly Level[], decimals: number, places: number): Series => {
  let before = 0n
  return amounts.map((amount) => {
    if (amount === undefined) {
      before = 0n
      return null
    }
    const steps = inSteps(amount, decimals, places)
    const difference = Number(steps - before)
    before = steps
    return difference
  })
}

/** How far a level is from another one, in steps; null where either is missing. */
export const distancesOf = (from: readonly Level[], to: readonly Level[], decimals: number, places: number): Series =>
  from.map((level, index) => {
    const other = to[index]
    return level === undefined || other === undefined ? null : Number(inSteps(other, decimals, places) - inSteps(level, decimals, places))
  })

/** A constant in whole units. */
export const wholeUnits = (amount: bigint, { decimals }: Unit): number => {
  const places = Math.min(decimals, 6)
  return Number(inSteps(amount, decimals, places)) / 10 ** places
}
