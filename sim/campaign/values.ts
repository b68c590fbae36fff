import type { Address, Codec, Shape } from "../../core/index.ts"
import type * as fc from "fast-check"
import { chance, logUniform, pick, uniform, type Draw } from "./draw.ts"
import { wordsFrom } from "./fast-check-random.ts"
import { relativeTo, type Relative } from "./relative.ts"
import type { Sight } from "./sight.ts"

/** Where a value is drawn: by whom it is sent, to whom, in which world. */
export interface Drawing {
  readonly draw: Draw
  readonly sight: Sight
  readonly from: Address
  readonly to: Address
}

/** How a field is drawn: a function, a fast-check arbitrary, or a list of which one is taken. */
export type Values<A> = ((drawing: Drawing) => A | Relative) | fc.Arbitrary<A> | readonly A[]

export const drawn = <A>(values: Values<A>, drawing: Drawing): A | Relative => {
  if (typeof values === "function") return values(drawing)
  if (Array.isArray(values)) return pick(drawing.draw, values as readonly A[])
  return (values as fc.Arbitrary<A>).generate(wordsFrom(drawing.draw), undefined).value
}

const RATIOS: readonly (readonly [bigint, bigint])[] = [
  [1n, 2n], [1n, 3n], [2n, 3n], [1n, 10n], [9n, 10n], [99n, 100n], [1n, 1000n], [2n, 1n], [3n, 2n], [10n, 1n], [3n, 4n], [1n, 4n],
]
const NUDGES = [0n, -1n, 1n, 0n] as const

/**
 * Amounts as they break protocols: 0, 1 and other small ones, a value of the state plus or minus 1, ratios of state values, log-uniform and
 * uniform ones up to `maximum`.
 */
export const amountUpTo = (maximum: bigint, drawing: Drawing): bigint | Relative => {
  const { draw, sight, to } = drawing
  const die = draw.below(100)
  if (die < 4) return 0n
  if (die < 13) return maximum < 1n ? maximum : 1n
  if (die < 22) return smaller(BigInt(draw.below(12) + 1), maximum)
  if (die < 66) {
    const found = sight.source(draw, to)
    if (found === undefined) return logUniform(draw, maximum)
    const [numerator, denominator] = die < 46 ? ([1n, 1n] as const) : pick(draw, RATIOS)
    return relativeTo(found.source, numerator, denominator, pick(draw, NUDGES), maximum)
  }
  if (die < 70) {
    // A state value times the ratio of two others, as conversions make them.
    const [value, over, under] = [sight.source(draw, to), sight.source(draw, to), sight.source(draw, to)]
    if (value === undefined || over === undefined || under === undefined) return logUniform(draw, maximum)
    return relativeTo(value.source, over.value, under.value, pick(draw, NUDGES), maximum)
  }
  return die < 90 ? logUniform(draw, maximum) : uniform(draw, maximum)
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** Amounts from 0 to `maximum`, made from the state; see `amountUpTo`. */
export const amounts =
  (maximum: bigint = 2n ** 256n - 1n): ((drawing: Drawing) => bigint | Relative) =>
  (drawing) =>
    amountUpTo(maximum, drawing)

/** Amounts of an asset that the sender holds; rarely one more. */
export const heldAmount = (asset: string, drawing: Drawing): bigint | Relative => {
  const { draw, sight, from } = drawing
  const held = sight.world.balance(from, asset)
  if (chance(draw, 1, 8)) return relativeTo({ kind: "balance", address: from, asset }, 1n, draw.below(2) === 0 ? 1n : 2n, 0n, held)
  return amountUpTo(held, drawing)
}

/** Somebody to send to or to act for: a user, oneself, an actor, the receiver itself, somebody who is no peer, or nobody at all. */
export const anybody = ({ draw, sight, from, to }: Drawing): Address => {
  const die = draw.below(20)
  if (die < 4) return from
  if (die < 13 && sight.accounts.length > 0) return pick(draw, sight.accounts)
  if (die < 18 && sight.actors.length > 0) return pick(draw, sight.actors)
  return die === 18 ? to : NOBODY
}

/** An address where nobody lives. */
export const NOBODY: Address = "nobody"

const LIST_MAX = 4

/** A value of any codec that tells its shape; undefined where it does not. */
export const valueOf = (codec: Codec<any>, drawing: Drawing): unknown => {
  const { shape } = codec
  if (shape === undefined) throw new TypeError(`no value can be made up for ${codec.expected}; give the action values for it`)
  return SHAPES[shape.kind](shape as never, drawing)
}

const SHAPES: { readonly [K in Shape["kind"]]: (shape: Extract<Shape, { readonly kind: K }>, drawing: Drawing) => unknown } = {
  uint: ({ maximum }, drawing) => amountUpTo(maximum, drawing),
  signed: ({ maximum }, { draw }) => (chance(draw, 1, 2) ? logUniform(draw, maximum) : -logUniform(draw, maximum)),
  integer: ({ minimum, maximum }, { draw }) => {
    const die = draw.below(8)
    if (die === 0) return minimum
    if (die === 1 && maximum < 2 ** 40) return maximum
    return minimum + Number(logUniform(draw, BigInt(die < 6 ? Math.min(8, maximum - minimum) : maximum - minimum)))
  },
  bool: (_, { draw }) => draw.below(2) === 1,
  text: ({ lengthMax }, { draw }) => "abcdefgh".slice(0, Math.min(lengthMax, draw.below(4))),
  address: (_, drawing) => anybody(drawing),
  asset: (_, { draw, sight }) => (sight.assets.length > 0 && chance(draw, 19, 20) ? pick(draw, sight.assets) : "nothing"),
  words: ({ words }, { draw }) => pick(draw, words),
  struct: ({ fields }, drawing) => {
    const value: { [name: string]: unknown } = {}
    for (const name of Object.keys(fields)) value[name] = valueOf(fields[name] as Codec<any>, drawing)
    return value
  },
  list: ({ element, countMax }, drawing) => listOf((at) => valueOf(element, at), countMax, drawing),
  nullable: ({ of }, drawing) => (chance(drawing.draw, 1, 4) ? null : valueOf(of, drawing)),
  union: ({ variants }, drawing) => valueOf(pick(drawing.draw, [...variants.values()]), drawing),
}

/** Short lists in which elements come twice. */
export const listOf = <A>(element: (drawing: Drawing) => A, countMax: number, drawing: Drawing): readonly A[] => {
  const { draw } = drawing
  const count = Math.min(countMax, draw.below(LIST_MAX + 1))
  const list: A[] = []
  for (let index = 0; index < count; index++) list.push(index > 0 && chance(draw, 1, 3) ? (list[draw.below(index)] as A) : element(drawing))
  return list
}

/** Short lists of the given elements, in which some come twice. */
export const lists =
  <A>(element: Values<A>, countMax = LIST_MAX): ((drawing: Drawing) => readonly A[]) =>
  (drawing) =>
    listOf((at) => drawn(element, at) as A, countMax, drawing)
