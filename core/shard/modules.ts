import type { AnyDefinition } from "../actor.ts"
import type { Ordering } from "../ordering.ts"
import type { Source } from "./given.ts"
import { DefinitionDiffers, DefinitionMissing, ShardUnloadable } from "./errors.ts"
import { differingPart, fingerprintOf, type Fingerprint } from "./fingerprint.ts"

/**
 * A module that every shard loads: its definitions are all that it exports (alone, in lists, or as the values of objects), and what its export
 * `definitions`, a function of `data`, returns or resolves to.
 */
export interface ShardModule {
  /** A file URL, an absolute path, or a package's name. */
  readonly module: string
  /** Given to the module's functions; must be what structured clone can copy. */
  readonly data?: unknown
}

export type GivenModule = string | URL | ShardModule

export const moduleOf = (given: GivenModule): ShardModule =>
  typeof given === "string" ? { module: given } : given instanceof URL ? { module: given.href } : { ...given, module: String(given.module) }

/** What the modules of a shard came to. */
export interface Loaded {
  readonly definitions: readonly AnyDefinition[]
  readonly orderings: readonly Ordering[]
}

export const isDefinition = (value: unknown): value is AnyDefinition =>
  typeof value === "object" && value !== null && (value as { readonly routes?: unknown }).routes instanceof Map && "stateCodec" in value

const isOrdering = (value: unknown): value is Ordering =>
  typeof value === "object" && value !== null && typeof (value as Partial<Ordering>).name === "string" && typeof (value as Partial<Ordering>).arrange === "function"

const importOf = async ({ module }: ShardModule): Promise<{ readonly [name: string]: unknown }> => {
  try {
    return (await import(/^[/\\]/.test(module) ? `file://${module}` : module)) as { readonly [name: string]: unknown }
  } catch (thrown) {
    throw new ShardUnloadable({ module, problem: inOneLine(thrown) })
  }
}

const inOneLine = (thrown: unknown): string => (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).split("\n")[0] as string

/** Throws `ShardUnloadable`. */
export const loadModules = async (modules: readonly ShardModule[]): Promise<Loaded> => {
  const definitions = new Set<AnyDefinition>()
  const orderings = new Set<Ordering>()
  const collect = (value: unknown, depth: number): void => {
    if (isDefinition(value)) definitions.add(value)
    else if (isOrdering(value)) orderings.add(value)
    else if (depth > 0 && typeof value === "object" && value !== null) for (const item of Object.values(value)) collect(item, depth - 1)
  }
  for (const given of modules) {
    const loaded = await importOf(given)
    collect({ ...loaded }, 2)
    if (typeof loaded["definitions"] !== "function") continue
    try {
      collect(await (loaded["definitions"] as (data: unknown) => unknown)(given.data), 1)
    } catch (thrown) {
      throw new ShardUnloadable({ module: given.module, problem: inOneLine(thrown) })
    }
  }
  return { definitions: [...definitions], orderings: [...orderings] }
}

/** The source that a module exports: `source`, a function of `data`. Throws `ShardUnloadable`. */
export const loadSource = async (given: ShardModule): Promise<Source> => {
  const { source } = await importOf(given)
  if (typeof source !== "function") throw new ShardUnloadable({ module: given.module, problem: "it exports no function `source`" })
  try {
    return (await (source as (data: unknown) => unknown)(given.data)) as Source
  } catch (thrown) {
    throw new ShardUnloadable({ module: given.module, problem: inOneLine(thrown) })
  }
}

/** The loaded definitions that a world needs. Throws `DefinitionMissing` or `DefinitionDiffers`. */
export const matching = (needed: readonly Fingerprint[], loaded: readonly AnyDefinition[], modules: readonly ShardModule[]): readonly AnyDefinition[] => {
  const named = new Map<string, AnyDefinition[]>()
  for (const definition of loaded) named.set(definition.name, [...(named.get(definition.name) ?? []), definition])
  return needed.map((fingerprint) => {
    const found = named.get(fingerprint.name) ?? []
    const [first] = found
    if (first === undefined) throw new DefinitionMissing({ definition: fingerprint.name, modules: modules.map(({ module }) => module) })
    const parts = found.map((definition) => differingPart(fingerprint, fingerprintOf(definition)))
    const same = parts.indexOf(undefined)
    if (same < 0) throw new DefinitionDiffers({ definition: fingerprint.name, part: parts[0] as string })
    return found[same] as AnyDefinition
  })
}
