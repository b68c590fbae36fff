import { Failure, Funds, show, type Address, type AnyDefinition, type Block, type Invariant, type Observed, type Quotient, type World } from "../../core/index.ts"
import { OracleThrew } from "./failures.ts"
import type { Finding } from "./oracle.ts"

/** What a finding says before it is known when it showed. */
export type Found = Pick<Finding, "oracle" | "actor" | "detail" | "values">

/** Whether an actor declares something that the default oracles watch. */
export const isWatched = ({ claims, health, prices, aggregates, pending, invariants }: AnyDefinition): boolean =>
  claims !== undefined || health !== undefined || prices !== undefined || aggregates !== undefined || pending !== undefined || invariants !== undefined

/** A start that all runs of one genesis share. */
export interface Baseline {
  readonly observed: ReadonlyMap<Address, Observed<any>>
  readonly prices: ReadonlyMap<Address, { readonly [name: string]: Quotient }>
  readonly healthy: ReadonlyMap<Address, ReadonlyMap<Address, boolean>>
}

export const baselineOf = (campaign: string, world: World): Baseline => {
  const watched = world.addresses.filter((address) => isWatched(world.definitionOf(address)))
  const observed = new Map(watched.map((address) => [address, world.observe<any>(address)] as const))
  const prices = new Map<Address, { readonly [name: string]: Quotient }>()
  const healthy = new Map<Address, ReadonlyMap<Address, boolean>>()
  for (const [address, actor] of observed) {
    const definition = world.definitionOf(address)
    if (definition.prices !== undefined) prices.set(address, guarded(campaign, "prices", address, () => definition.prices?.(actor) ?? {}))
    if (definition.health !== undefined) healthy.set(address, guarded(campaign, "health", address, () => healthOf(world, definition, actor)))
  }
  return { observed, prices, healthy }
}

/** Runs what somebody declared; it must not throw. */
export const guarded = <A>(campaign: string, oracle: string, actor: string, run: () => A): A => {
  try {
    return run()
  } catch (thrown) {
    throw oracleThrew(campaign, oracle, actor, thrown)
  }
}

/** What somebody declared has thrown. */
export const oracleThrew = (campaign: string, oracle: string, actor: string, thrown: unknown): OracleThrew => {
  const problem = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : thrown instanceof Failure ? String(thrown) : show(thrown)
  return new OracleThrew({ campaign, oracle, actor, problem })
}

type NamedInvariants = readonly (readonly [name: string, holds: Invariant<any>])[]
const INVARIANTS = new WeakMap<AnyDefinition, NamedInvariants>()

const namedInvariants = (definition: AnyDefinition): NamedInvariants => {
  let named = INVARIANTS.get(definition)
  if (named === undefined) INVARIANTS.set(definition, (named = Object.entries(definition.invariants ?? {}) as unknown as NamedInvariants))
  return named
}

export const inWords = (values: { readonly [name: string]: unknown }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" || typeof value === "function" ? show(value) : String(value)]))

const healthOf = (world: World, definition: AnyDefinition, actor: Observed<any>): ReadonlyMap<Address, boolean> =>
  new Map(definition.health?.(actor, (view, address) => world.view(view, address), world.time) ?? [])

/**
 * The oracles that need no line of the user's code: defects, invariants, claims, prices, totals, health, and what waits, as the actors
 * declare them. Only actors that a block touched are looked at.
 *
 * Claims are compared while no message from or to the actor is under way, since in between an actor may have paid what it has yet to book.
 */
export class DefaultWatch {
  private readonly campaign: string
  private readonly observed: Map<Address, Observed<any>>
  private readonly prices: Map<Address, { readonly [name: string]: Quotient }>
  private readonly healthy: Map<Address, ReadonlyMap<Address, boolean>>
  private readonly healthyWhenQuiet: Map<Address, ReadonlyMap<Address, boolean>>
  /** Actors whose claims wait to be compared. */
  private readonly busy = new Set<Address>()
  /** Prices, or time, moved since nothing was under way last. */
  private moved = false
  /** Actors whose accounts' health was looked at before somebody else published something. */
  private readonly disturbed = new Set<Address>()

  constructor(campaign: string, baseline: Baseline) {
    this.campaign = campaign
    this.observed = new Map(baseline.observed)
    this.prices = new Map(baseline.prices)
    this.healthy = new Map(baseline.healthy)
    this.healthyWhenQuiet = new Map(baseline.healthy)
  }

  /** A step that moves prices or time: accounts may become unhealthy by it. */
  movePrices(): void {
    this.moved = true
  }

  /** Everything that is watched, without anything before it. */
  genesis(world: World): Found | undefined {
    for (const [address, actor] of this.observed) {
      const definition = world.definitionOf(address)
      const found = this.invariants(definition, actor, undefined) ?? this.aggregates(definition, actor) ?? this.claims(definition, actor)
      if (found !== undefined) return found
    }
    return undefined
  }

  block(world: World, block: Block): Found | undefined {
    const { touched, ended, viewDefects, reconciled } = block.raw
    for (let at = 0; at < ended.length; at++) {
      const { defect, to, message } = ended[at] as (typeof ended)[number]
      if (defect !== undefined) return { oracle: "defect", actor: to, detail: message.name, values: { problem: defect.problem } }
    }
    for (const { actor, problem } of viewDefects) return { oracle: "defect", actor, detail: "publish", values: { problem } }
    const viewsMoved = this.healthy.size > 0 ? new Set<Address>() : NOBODY
    let found: Found | undefined
    for (let at = 0; at < touched.length; at++) {
      const { address, definition, viewChanged } = touched[at] as (typeof touched)[number]
      if (viewChanged && viewsMoved !== NOBODY) viewsMoved.add(address)
      if (!isWatched(definition)) continue
      const actor = world.observe<any>(address)
      const before = this.observed.get(address)
      this.observed.set(address, actor)
      found ??= this.invariants(definition, actor, before) ?? this.aggregates(definition, actor) ?? this.pricesOf(definition, actor)
      if (definition.claims !== undefined) this.busy.add(address)
    }
    found ??= this.healthInBlock(world, touched, viewsMoved)
    return found ?? this.claimsOfIdle(world, reconciled)
  }

  /** Nothing is under way. */
  quiet(world: World): Found | undefined {
    const moved = this.moved
    this.moved = false
    for (const [address, before] of this.healthyWhenQuiet) {
      const after = this.healthAt(world, address)
      this.healthyWhenQuiet.set(address, after)
      this.healthy.set(address, after)
      this.disturbed.delete(address)
      if (moved) continue
      for (const [account, healthy] of after) {
        if (!healthy && before.get(account) !== false) return { oracle: "health", actor: address, detail: account, values: { when: "nothing is under way" } }
      }
    }
    return undefined
  }

  /** Nothing is under way, faults are off, and timers have run. */
  settled(world: World): Found | undefined {
    for (const [address, actor] of this.observed) {
      const { pending } = world.definitionOf(address)
      if (pending === undefined) continue
      const waiting = guarded(this.campaign, "pending", address, () => [...pending(actor)])
      if (waiting.length > 0) return { oracle: "pending", actor: address, detail: "", values: { waiting: waiting.slice(0, 4).join(", ") } }
    }
    return undefined
  }

  private invariants(definition: AnyDefinition, actor: Observed<any>, before: Observed<any> | undefined): Found | undefined {
    if (definition.invariants === undefined) return undefined
    const invariants = namedInvariants(definition)
    for (let at = 0; at < invariants.length; at++) {
      const [name, holds] = invariants[at] as (typeof invariants)[number]
      let values: ReturnType<typeof holds>
      try {
        values = holds(actor, before)
      } catch (thrown) {
        throw oracleThrew(this.campaign, `invariant ${name}`, actor.address, thrown)
      }
      if (values !== undefined) return { oracle: "invariant", actor: actor.address, detail: name, values: inWords(values) }
    }
    return undefined
  }

  private aggregates({ aggregates }: AnyDefinition, actor: Observed<any>): Found | undefined {
    if (aggregates === undefined) return undefined
    for (const [detail, { stored, recomputed }] of Object.entries(guarded(this.campaign, "aggregates", actor.address, () => aggregates(actor)))) {
      if (stored !== recomputed) return { oracle: "aggregate", actor: actor.address, detail, values: inWords({ stored, recomputed }) }
    }
    return undefined
  }

  private claims({ claims }: AnyDefinition, actor: Observed<any>): Found | undefined {
    if (claims === undefined) return undefined
    for (const [asset, claimed] of guarded(this.campaign, "claims", actor.address, () => Funds.from(claims(actor)))) {
      const held = actor.balance(asset)
      if (held < claimed) return { oracle: "claims", actor: actor.address, detail: asset, values: inWords({ held, claimed }) }
    }
    return undefined
  }

  private claimsOfIdle(world: World, reconciled: Block["raw"]["reconciled"]): Found | undefined {
    if (this.busy.size === 0) return undefined
    const underWay = world.pending
    // What waits in mailboxes or is held may be anybody's.
    if (underWay > reconciled.length) return undefined
    const involved = new Set<Address>()
    for (const { from, to } of reconciled) involved.add(from).add(to)
    for (const address of this.busy) {
      if (involved.has(address)) continue
      this.busy.delete(address)
      const found = this.claims(world.definitionOf(address), this.observed.get(address) as Observed<any>)
      if (found !== undefined) return found
    }
    return undefined
  }

  private pricesOf({ prices }: AnyDefinition, actor: Observed<any>): Found | undefined {
    if (prices === undefined) return undefined
    const before = this.prices.get(actor.address)
    const after = guarded(this.campaign, "prices", actor.address, () => prices(actor))
    this.prices.set(actor.address, after)
    for (const [detail, was] of Object.entries(before ?? {})) {
      const is = after[detail]
      if (is === undefined || was.denominator === 0n || is.denominator === 0n || (is.losses ?? 0n) > (was.losses ?? 0n)) continue
      if (is.numerator * was.denominator >= was.numerator * is.denominator) continue
      const values = { before: `${was.numerator} / ${was.denominator}`, after: `${is.numerator} / ${is.denominator}` }
      return { oracle: "price", actor: actor.address, detail, values }
    }
    return undefined
  }

  private healthAt(world: World, address: Address): ReadonlyMap<Address, boolean> {
    const actor = this.observed.get(address) as Observed<any>
    return guarded(this.campaign, "health", address, () => healthOf(world, world.definitionOf(address), actor))
  }

  /** Who was healthy when looked at last is healthy after the block, if nobody else has published anything since. */
  private healthInBlock(world: World, touched: Block["raw"]["touched"], viewsMoved: ReadonlySet<Address>): Found | undefined {
    if (viewsMoved.size > 0) for (const address of this.healthyWhenQuiet.keys()) if (others(viewsMoved, address)) this.disturbed.add(address)
    for (let at = 0; at < touched.length; at++) {
      const { address, definition } = touched[at] as (typeof touched)[number]
      const before = this.healthy.get(address)
      if (before === undefined && definition.health === undefined) continue
      const after = this.healthAt(world, address)
      this.healthy.set(address, after)
      const disturbed = this.disturbed.delete(address)
      if (before === undefined || this.moved || disturbed) continue
      for (const [account, healthy] of after) {
        if (!healthy && before.get(account) === true) return { oracle: "health", actor: address, detail: account, values: { when: "after a block" } }
      }
    }
    return undefined
  }
}

const NOBODY = new Set<Address>()

const others = (moved: ReadonlySet<Address>, own: Address): boolean => moved.size > (moved.has(own) ? 1 : 0)
