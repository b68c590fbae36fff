import { Table, type Address, type AssetId, type World } from "../../core/index.ts"

/** A number in a world: a balance, a supply, or a place in an actor's state. */
export type Source =
  | { readonly kind: "balance"; readonly address: Address; readonly asset: AssetId }
  | { readonly kind: "supply"; readonly asset: AssetId }
  | { readonly kind: "state"; readonly address: Address; readonly path: readonly (string | number | bigint)[] }

/**
 * An amount that is found when its step runs: source * numerator / denominator (rounded down) + plus, within 0 and `maximum`. A search keeps
 * it in this form, so that taking an earlier step out moves the amount along; a saved case holds numbers. Plain data, since it goes between
 * threads.
 */
export interface Relative {
  readonly _tag: typeof TAG
  readonly source: Source
  readonly numerator: bigint
  readonly denominator: bigint
  readonly plus: bigint
  readonly maximum: bigint
}

const TAG = "blockstep/Relative"

export const relativeTo = (source: Source, numerator: bigint, denominator: bigint, plus: bigint, maximum: bigint): Relative => ({
  _tag: TAG,
  source,
  numerator,
  denominator,
  plus,
  maximum,
})

export const isRelative = (value: unknown): value is Relative => typeof value === "object" && value !== null && (value as { readonly _tag?: unknown })._tag === TAG

/** The amount in a world; a source that is not there is 0. */
export const amountIn = (world: World, { source, numerator, denominator, plus, maximum }: Relative): bigint => {
  const value = (valueAt(world, source) * numerator) / denominator + plus
  return value < 0n ? 0n : value > maximum ? maximum : value
}

/** The number at a source, 0 where there is none. */
export const valueAt = (world: World, source: Source): bigint => {
  if (source.kind === "supply") return world.supply(source.asset)
  if (!world.has(source.address)) return 0n
  if (source.kind === "balance") return world.balance(source.address, source.asset)
  let value: unknown = world.state(world.definitionOf(source.address), source.address)
  for (const step of source.path) {
    if (Table.isTable(value)) value = entryOf(value as Table<any, unknown>, step)
    else if (typeof value === "object" && value !== null) value = (value as { readonly [name: string]: unknown })[step as string]
    else return 0n
  }
  return typeof value === "bigint" ? value : typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : 0n
}

const entryOf = (table: Table<any, unknown>, key: unknown): unknown => (table.size === 0 ? undefined : table.get(key))

/** A value with every amount in it as a number; the same where all are. */
export const resolved = (value: unknown, world: World): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (isRelative(value)) return amountIn(world, value)
  if (Array.isArray(value)) return value.map((item) => resolved(item, world))
  let result = value as { [name: string]: unknown }
  for (const name of Object.keys(value)) {
    const given = (value as { readonly [name: string]: unknown })[name]
    const found = resolved(given, world)
    if (found === given) continue
    if (result === value) result = { ...value }
    result[name] = found
  }
  return result
}
