import { show, Table, type Address, type AssetId, type World } from "../../core/index.ts"

/** A number in a world: a balance, a supply, or a place in an actor's state. */
export type Source =
  | { readonly kind: "balance"; readonly address: Address; readonly asset: AssetId }
  | { readonly kind: "supply"; readonly asset: AssetId }
  | { readonly kind: "state"; readonly address: Address; readonly path: readonly (string | number | bigint)[] }

/**
 * An amount that is found when its step runs: source * numerator / denominator (rounded down) + plus. A search keeps it in this form, so
 * that taking an earlier step out moves the amount along; a saved case holds numbers.
 */
export class Relative {
  readonly source: Source
  readonly numerator: bigint
  readonly denominator: bigint
  readonly plus: bigint
  readonly maximum: bigint

  constructor(source: Source, numerator: bigint, denominator: bigint, plus: bigint, maximum: bigint) {
    this.source = source
    this.numerator = numerator
    this.denominator = denominator
    this.plus = plus
    this.maximum = maximum
  }

  /** From 0 to `maximum`, whatever the source says; a source that is not there is 0. */
  resolve(world: World): bigint {
    const value = (valueAt(world, this.source) * this.numerator) / this.denominator + this.plus
    return value < 0n ? 0n : value > this.maximum ? this.maximum : value
  }

  toString(): string {
    const { source } = this
    const name = source.kind === "balance" ? `${source.address} holds ${source.asset}` : source.kind === "supply" ? `supply of ${source.asset}` : `${source.address}: ${source.path.join(".")}`
    return `${show(name)} * ${this.numerator} / ${this.denominator} + ${this.plus}`
  }
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

/** A value with every amount in it as a number. */
export const resolved = (value: unknown, world: World): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (value instanceof Relative) return value.resolve(world)
  if (Array.isArray(value)) return value.map((item) => resolved(item, world))
  const result: { [name: string]: unknown } = {}
  for (const name of Object.keys(value)) result[name] = resolved((value as { readonly [name: string]: unknown })[name], world)
  return result
}
