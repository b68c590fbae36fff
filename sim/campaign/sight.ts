import { Account, Payment, Table, type Address, type AnyDefinition, type AssetId, type Fields, type World } from "../../core/index.ts"
import { pick, type Draw } from "./draw.ts"
import { valueAt, type Source } from "./relative.ts"

/** What a generator sees of a world: who lives there, and the numbers that its amounts are made from. */
export class Sight {
  readonly world: World
  readonly accounts: readonly Address[]
  readonly actors: readonly Address[]
  readonly assets: readonly AssetId[]
  /** Actors that take a plain payment. */
  readonly payable: readonly Address[]

  constructor(world: World) {
    const all = world.addresses
    this.world = world
    this.accounts = all.filter((address) => world.definitionOf(address) === Account)
    this.actors = all.filter((address) => world.definitionOf(address) !== Account)
    this.payable = this.actors.filter((address) => takesPayments(world.definitionOf(address)))
    this.assets = world.assets
  }

  /** The same inhabitants, in a fork. */
  of(world: World): Sight {
    return Object.assign(Object.create(Sight.prototype) as Sight, this, { world })
  }

  /** Some number that is not 0: mostly of the actors' states, else a balance or a supply. */
  source(draw: Draw, focus: Address): { readonly source: Source; readonly value: bigint } | undefined {
    for (let attempt = 0; attempt < 6; attempt++) {
      const source = this.anySource(draw, focus)
      if (source === undefined) continue
      const value = valueAt(this.world, source)
      if (value > 0n) return { source, value }
    }
    return undefined
  }

  private anySource(draw: Draw, focus: Address): Source | undefined {
    const die = draw.below(10)
    if (die < 2 && this.assets.length > 0) {
      const address = die === 0 || this.accounts.length === 0 ? focus : pick(draw, this.accounts)
      return { kind: "balance", address, asset: pick(draw, this.assets) }
    }
    if (die === 2 && this.assets.length > 0) return { kind: "supply", asset: pick(draw, this.assets) }
    if (this.actors.length === 0) return undefined
    const address = die < 8 && this.actors.includes(focus) ? focus : pick(draw, this.actors)
    return this.stateSource(draw, address)
  }

  private stateSource(draw: Draw, address: Address): Source | undefined {
    const definition = this.world.definitionOf(address)
    const fields = numericFields(definition)
    if (fields.length === 0) return undefined
    const path: (string | number | bigint)[] = [pick(draw, fields)]
    let value: unknown = (this.world.state(definition, address) as { readonly [name: string]: unknown })[path[0] as string]
    for (let depth = 0; depth < 6; depth++) {
      if (typeof value === "bigint" || typeof value === "number") return { kind: "state", address, path }
      const next = descend(draw, value, this.accounts)
      if (next === undefined) return undefined
      path.push(next[0])
      value = next[1]
    }
    return undefined
  }
}

const ENTRIES_WALKED = 64

const descend = (draw: Draw, value: unknown, accounts: readonly Address[]): readonly [string | number | bigint, unknown] | undefined => {
  if (typeof value !== "object" || value === null) return undefined
  if (Table.isTable(value)) {
    const table = value as Table<any, unknown>
    if (table.size === 0) return undefined
    if (table.size <= ENTRIES_WALKED) return pick(draw, [...table.entries()])
    const key = pick(draw, accounts)
    return typeof table.keys().next().value === "string" && table.has(key) ? [key, table.get(key)] : undefined
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined
    const index = draw.below(value.length)
    return [index, value[index]]
  }
  const names = Object.keys(value)
  if (names.length === 0) return undefined
  const name = pick(draw, names)
  return [name, (value as { readonly [name: string]: unknown })[name]]
}

const takesPayments = (definition: AnyDefinition): boolean => definition.routes.has(Payment)

const FIELDS = new WeakMap<AnyDefinition, readonly string[]>()

/** The fields of a state in which a number may be found. */
const numericFields = (definition: AnyDefinition): readonly string[] => {
  const known = FIELDS.get(definition)
  if (known !== undefined) return known
  const fields = Object.entries(definition.state as Fields)
    .filter(([, { shape }]) => !["bool", "text", "address", "asset", "words"].includes(shape?.kind ?? "table"))
    .map(([name]) => name)
    .sort()
  FIELDS.set(definition, fields)
  return fields
}
