import { World, type Address, type AnyDefinition, type AnyMessage, type Arrival, type Genesis, type Intercepted, type Interception } from "../../core/index.ts"
import type { Action } from "./action.ts"
import { definitionsOf, fingerprintOf, messagesOf, type Campaign } from "./campaign.ts"
import { baselineOf, DefaultWatch, inWords, type Baseline } from "./default-watch.ts"
import { InvalidCampaign, WorldAlreadyBroken } from "./failures.ts"
import { Sight } from "./sight.ts"

/** What takes part in a run's blocks: orders and faults. */
export interface Hooks {
  readonly arrange: (arrivals: readonly Arrival[], at: { readonly height: number; readonly actor: string }) => readonly Arrival[]
  readonly message: NonNullable<Interception["message"]>
  readonly view: NonNullable<Interception["view"]>
}

/** Everything about one of a campaign's worlds that all of its runs share: they start from forks of one genesis. */
export class Arena {
  readonly campaign: Campaign
  readonly parameters: readonly number[]
  readonly genesis: Genesis
  /** In canonical order, without faults: the fast way. */
  readonly plain: World
  readonly sight: Sight
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly definitions: ReadonlyMap<string, AnyDefinition>
  readonly actions: ReadonlyMap<string, Action>
  readonly baseline: Baseline
  readonly fingerprint: string
  private hookedWorld: World | undefined = undefined
  private hooks: Hooks | undefined = undefined

  /** Throws `InvalidGenesis`, or `WorldAlreadyBroken`. */
  constructor(campaign: Campaign, parameters: readonly number[]) {
    this.campaign = campaign
    this.parameters = parameters
    this.genesis = campaign.genesis(parameters)
    this.plain = this.make(false, false)
    this.sight = new Sight(this.plain)
    this.messages = messagesOf(this.genesis)
    this.definitions = new Map(definitionsOf(this.genesis).map((definition) => [definition.name, definition]))
    this.actions = new Map(campaign.actions.map((action) => [action.name, action]))
    this.baseline = baselineOf(campaign.name, this.plain)
    this.fingerprint = fingerprintOf(this.genesis, this.plain)
    const broken = campaign.defaults ? new DefaultWatch(campaign.name, this.baseline).genesis(this.plain) : undefined
    if (broken !== undefined) throw new WorldAlreadyBroken({ campaign: campaign.name, ...broken, values: inWords(broken.values) })
  }

  /** A world for one run, whose orders and faults are `hooks`. Runs of an arena do not overlap. Only a traced one has headers. */
  begin(hooks: Hooks | undefined, trace: boolean): World {
    this.hooks = hooks
    if (trace) return this.make(hooks !== undefined, true)
    if (hooks === undefined) return this.plain.fork()
    return (this.hookedWorld ??= this.make(true, false)).fork()
  }

  /** A world out of its bytes. */
  restored(bytes: Uint8Array, trace: boolean): World {
    return World.restore(definitionsOf(this.genesis), bytes, this.options(true, trace))
  }

  /** What an actor published before the first step. */
  viewAtGenesis(address: Address): unknown {
    if (!this.plain.has(address)) return undefined
    const { view } = this.plain.definitionOf(address)
    return view === undefined ? undefined : this.plain.view(view, address)
  }

  private make(hooked: boolean, trace: boolean): World {
    const { ordering } = this.options(hooked, trace)
    const world = World.make({ ...this.genesis, ...(ordering !== undefined && { ordering }) }, this.options(hooked, trace))
    const { prepare, name } = this.campaign
    if (prepare === undefined) return world
    const hooks = this.hooks
    this.hooks = undefined
    prepare(world)
    if (world.pending > 0) throw new InvalidCampaign({ campaign: name, field: "prepare", expected: "settled at its end", value: `${world.pending} messages are under way` })
    this.hooks = hooks
    return world
  }

  private options(hooked: boolean, trace: boolean) {
    if (!hooked) return { trace, sealed: trace, ordering: undefined }
    const intercept: Interception = {
      message: (message: Intercepted) => this.hooks?.message(message),
      view: (message, address, published: unknown) => this.hooks?.view(message, address, published) ?? published,
    }
    const name = this.genesis.ordering?.name ?? "causal"
    return { trace, sealed: trace, intercept, ordering: { name, arrange: (arrivals: readonly Arrival[], at: { height: number; actor: string }) => this.hooks?.arrange(arrivals, at) ?? arrivals } }
  }
}
