import type { Address, AnyDefinition, AnyMessage, AssetId, Fields, Genesis, Payload, World } from "../../core/index.ts"
import { chance, pick } from "./draw.ts"
import type { Relative } from "./relative.ts"
import { drawn, heldAmount, valueOf, type Drawing, type Values } from "./values.ts"

/** How often an action is taken, beside the others; an integer from 1. */
type Weight = number

export interface ActionOptions<M extends AnyMessage> {
  /** Distinct in a campaign; default: the message's name behind the slash. */
  readonly name?: string
  readonly weight?: Weight
  /** Which accounts send it; default: any. */
  readonly from?: Address | readonly Address[]
  /** How each field is drawn; what is not given is made up from its type. Or the whole payload at once. */
  readonly payload?: { readonly [F in keyof Payload<M>]?: Values<Payload<M>[F]> } | ((drawing: Drawing) => Payload<M>)
  /** Assets whose amounts are drawn from what the sender holds, or values for each; default: nothing is attached. */
  readonly funds?: readonly AssetId[] | { readonly [asset: AssetId]: Values<bigint> } | ((drawing: Drawing) => { readonly [asset: AssetId]: bigint | Relative })
  /** The action is taken only where this holds. */
  readonly when?: (world: World, from: Address) => boolean
  /** The action belongs to one of the campaign's phases; default: to all. */
  readonly phase?: string
  /** It moves prices from outside: accounts may become unhealthy by it. */
  readonly moves?: "price"
}

/** One kind of transaction that a campaign may send. */
export interface Action {
  readonly name: string
  readonly message: AnyMessage
  readonly to: readonly Address[]
  readonly weight: Weight
  readonly from: readonly Address[] | undefined
  readonly payload: (drawing: Drawing) => unknown
  readonly funds: (drawing: Drawing) => { readonly [asset: AssetId]: bigint | Relative }
  readonly when: ((world: World, from: Address) => boolean) | undefined
  readonly phase: string | undefined
  readonly moves: "price" | undefined
}

/**
 * An action: a message to an actor, or to one of several.
 *
 *     action(Withdraw, "vault", { payload: { amount: amounts(10n ** 12n) }, weight: 3 })
 */
export const action = <M extends AnyMessage>(message: M, to: Address | readonly Address[], options: ActionOptions<M> = {}): Action => ({
  name: options.name ?? (message.name.split("/").at(-1) as string),
  message,
  to: typeof to === "string" ? [to] : to,
  weight: options.weight ?? 1,
  from: typeof options.from === "string" ? [options.from] : options.from,
  payload: payloadOf(message, options.payload),
  funds: fundsOf(options.funds),
  when: options.when,
  phase: options.phase,
  moves: options.moves,
})

const payloadOf = <M extends AnyMessage>(message: M, given: ActionOptions<M>["payload"]): ((drawing: Drawing) => unknown) => {
  if (typeof given === "function") return given
  const fields = fieldsOf(message)
  const values = (given ?? {}) as { readonly [name: string]: Values<unknown> | undefined }
  const names = Object.keys(fields)
  return (drawing) => {
    const payload: { [name: string]: unknown } = {}
    for (const name of names) {
      const own = values[name]
      payload[name] = own === undefined ? valueOf(fields[name] as Fields[string], drawing) : drawn(own, drawing)
    }
    return payload
  }
}

const fieldsOf = (message: AnyMessage): Fields => (message.payload as unknown as { readonly fields: Fields }).fields

const fundsOf = (given: ActionOptions<AnyMessage>["funds"]): Action["funds"] => {
  if (given === undefined) return () => ({})
  if (typeof given === "function") return given
  if (Array.isArray(given)) {
    const assets = given as readonly AssetId[]
    return (drawing) => Object.fromEntries(assets.map((asset) => [asset, heldAmount(asset, drawing)]))
  }
  const values = Object.entries(given as { readonly [asset: AssetId]: Values<bigint> })
  return (drawing) => Object.fromEntries(values.map(([asset, amount]) => [asset, drawn(amount, drawing)]))
}

/** Every message of every actor of a genesis, with values made up from the types, and nothing, one or two of the sender's assets attached. */
export const actionsOf = (genesis: Genesis): readonly Action[] => {
  const homes = new Map<AnyDefinition, Address[]>()
  for (const { address, definition } of genesis.actors ?? []) homes.set(definition, [...(homes.get(definition) ?? []), address])
  const actions: Action[] = []
  for (const [definition, addresses] of homes) {
    for (const message of [...definition.routes.keys(), ...definition.batchRoutes.keys()]) {
      if (message.name === "core/Payment") continue
      const taken = actions.some(({ name }) => name === shortName(message))
      actions.push(action(message, addresses, { funds: anyFunds, ...(taken && { name: `${definition.name}: ${message.name}` }) }))
    }
  }
  return actions
}

const shortName = (message: AnyMessage): string => message.name.split("/").at(-1) as string

/** Nothing, one asset that the sender holds, or two. */
export const anyFunds = (drawing: Drawing): { readonly [asset: AssetId]: bigint | Relative } => {
  const { draw, sight, from } = drawing
  const die = draw.below(8)
  if (die < 3) return {}
  const held = [...sight.world.balances(from).keys()]
  if (held.length === 0) return {}
  const funds: { [asset: AssetId]: bigint | Relative } = {}
  for (let count = die === 7 ? 2 : 1; count > 0; count--) {
    const asset = pick(draw, held)
    funds[asset] = heldAmount(asset, drawing)
  }
  if (chance(draw, 1, 40)) delete funds[held[0] as AssetId]
  return funds
}
