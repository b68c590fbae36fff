import { show, type Address, type Block, type Observed, type World } from "../core/index.ts"
import type { Moment } from "./metric.ts"
import type { Scenario } from "./scenario.ts"

/** A broken invariant: in which block, of whom (`world` for one of the scenario's), and the values that show it, in words. */
export interface Violation {
  readonly block: number
  readonly actor: string
  readonly invariant: string
  readonly values: { readonly [name: string]: string }
}

/** All actors' balances are summed up from nothing once in so many blocks; the engine itself balances each block's changes. */
const AUDIT_BLOCKS = 1_000

/** Checks a world's invariants after each block: those of the actors that the block touched, and the scenario's. */
export class InvariantCheck {
  private readonly scenario: Scenario
  private readonly start: Moment
  /** Actors with invariants, as they were at the end of the last block that touched them, which is what they still are. */
  private readonly before = new Map<Address, Observed<unknown>>()

  constructor(scenario: Scenario, { world, price }: Moment) {
    this.scenario = scenario
    this.start = { world: world.fork(), price }
    for (const address of world.addresses) if (hasInvariants(world, address)) this.before.set(address, world.observe(address))
  }

  /** The genesis itself, before the first block. */
  genesis(): Violation | undefined {
    const { world } = this.start
    for (const address of this.before.keys()) {
      const violation = this.actor(world, address, undefined)
      if (violation !== undefined) return violation
    }
    return this.between(this.start)
  }

  /** After a block. */
  block(block: Block, now: Moment): Violation | undefined {
    const { world } = now
    const { touched } = block.raw
    // The first by address: in which order actors took their turns is nobody's business.
    let first: Violation | undefined
    for (let index = 0; index < touched.length; index++) {
      const { address, definition } = touched[index] as (typeof touched)[number]
      if (definition.invariants === undefined) continue
      const violation = this.actor(world, address, this.before.get(address))
      if (violation !== undefined && (first === undefined || address < first.actor)) first = violation
      this.before.set(address, world.observe(address))
    }
    if (first !== undefined) return first
    if (block.height % AUDIT_BLOCKS === 0) {
      const violation = audit(world)
      if (violation !== undefined) return violation
    }
    return this.between(now)
  }

  private actor(world: World, address: Address, before: Observed<unknown> | undefined): Violation | undefined {
    try {
      const breach = world.check(address, before)[0]
      return breach === undefined ? undefined : { block: breach.height, actor: address, invariant: breach.invariant, values: inWords(breach.values) }
    } catch (thrown) {
      return { block: world.height, actor: address, invariant: "an invariant that threw", values: { thrown: String(thrown) } }
    }
  }

  private between(now: Moment): Violation | undefined {
    for (const [invariant, holds] of Object.entries(this.scenario.invariants)) {
      let values: { readonly [name: string]: unknown } | undefined
      try {
        values = holds(now, this.start)
      } catch (thrown) {
        values = { thrown: String(thrown) }
      }
      if (values !== undefined) return { block: now.world.height, actor: "world", invariant, values: inWords(values) }
    }
    return undefined
  }
}

const hasInvariants = (world: World, address: Address): boolean => world.definitionOf(address).invariants !== undefined

/** Sums up the whole book. */
export const audit = (world: World): Violation | undefined => {
  try {
    world.audit()
    return undefined
  } catch (thrown) {
    return { block: world.height, actor: "world", invariant: "book", values: { problem: thrown instanceof Error ? thrown.message : String(thrown) } }
  }
}

const inWords = (values: { readonly [name: string]: unknown }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" || typeof value === "function" ? show(value) : String(value)]))
