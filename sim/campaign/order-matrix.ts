import type { Address, AnyMessage, AssetId, World } from "../../core/index.ts"
import { Random } from "../random.ts"
import type { Action } from "./action.ts"
import { Arena } from "./arena.ts"
import { Campaign } from "./campaign.ts"
import type { Sending } from "./case.ts"
import { pick, type Draw } from "./draw.ts"
import { execute } from "./execution.ts"
import { freshSource } from "./fresh.ts"
import { resolved } from "./relative.ts"
import { Schedules } from "./schedule.ts"

/** Order sensitivity: which pairs of messages commute, and what their order is worth to whom. */

export interface OrderCell {
  readonly first: string
  readonly second: string
  /** Pairs that were played in both orders, both messages handled in at least one. */
  readonly samples: number
  /** Of these, pairs whose order made no difference to anybody's state or holdings. */
  readonly commuting: number
  /** The largest difference that the order made to what one account holds, everything settled, at the given prices. */
  readonly worth: bigint
  readonly to: Address | undefined
}

export interface OrderMatrix {
  readonly campaign: string
  readonly actions: readonly string[]
  readonly cells: readonly OrderCell[]
}

export interface OrderMatrixOptions {
  /** Pairs that are played for each cell. Default 20. */
  readonly samples?: number
  readonly seed?: bigint | number
  /** Worth of a smallest unit of each asset. Default: 1 for each. */
  readonly prices?: { readonly [asset: AssetId]: bigint }
}

/** Plays each pair of actions of two different accounts in both orders within one block, in worlds that random steps have led to. */
export const orderMatrix = (campaign: Campaign, options: OrderMatrixOptions = {}): OrderMatrix => {
  const { samples = 20, prices } = options
  const calm = Campaign.with(campaign, { schedule: Schedules.causal, faults: [], oracles: [], defaults: false })
  const arena = new Arena(calm, campaign.parameters.map(() => 0))
  const random = Random.make(BigInt(options.seed ?? 0), "order matrix")
  const draw: Draw = { below: (bound) => random.below(bound) }
  const cells: OrderCell[] = []
  for (const [at, first] of campaign.actions.entries()) {
    for (const second of campaign.actions.slice(at)) {
      const cell = { samples: 0, commuting: 0, worth: 0n, to: undefined as Address | undefined }
      for (let sample = 0; sample < samples * ATTEMPTS && cell.samples < samples; sample++) {
        const { world } = execute(arena, freshSource(arena, draw))
        const own = sendingOf(arena, world, draw, first, undefined)
        const other = own === undefined ? undefined : sendingOf(arena, world, draw, second, own.from)
        if (own === undefined || other === undefined || world.pending > 0) continue
        const [one, two] = [played(arena, world, [own, other]), played(arena, world, [other, own])]
        if (!one.handled && !two.handled) continue
        cell.samples++
        const difference = largestDifference(one.world, two.world, prices)
        if (difference.same) cell.commuting++
        if (difference.worth > cell.worth) Object.assign(cell, { worth: difference.worth, to: difference.to })
      }
      cells.push({ first: first.name, second: second.name, ...cell })
    }
  }
  return { campaign: campaign.name, actions: campaign.actions.map(({ name }) => name), cells }
}

/** Draws for each sample until both messages mean something. */
const ATTEMPTS = 4

const sendingOf = (arena: Arena, world: World, draw: Draw, action: Action, not: Address | undefined): Sending | undefined => {
  const senders = (action.from ?? arena.sight.accounts).filter((address) => address !== not)
  if (senders.length === 0) return undefined
  const from = pick(draw, senders)
  if (action.when !== undefined && !action.when(world, from)) return undefined
  const drawing = { draw, sight: arena.sight.of(world), from, to: pick(draw, action.to) }
  return {
    from,
    to: drawing.to,
    message: action.message.name,
    payload: resolved(action.payload(drawing), world),
    funds: resolved(action.funds(drawing), world) as Sending["funds"],
  }
}

const SETTLING_BLOCKS_MAX = 100

const played = (arena: Arena, from: World, sendings: readonly Sending[]): { readonly world: World; readonly handled: boolean } => {
  const world = from.fork()
  for (const send of sendings) {
    world.send(send.from, send.to, arena.messages.get(send.message) as AnyMessage, send.payload as never, { funds: send.funds as { readonly [asset: string]: bigint } })
  }
  const block = world.step([], { time: world.time })
  for (let count = 0; world.pending > 0 && count < SETTLING_BLOCKS_MAX; count++) world.step([], { time: world.time })
  return { world, handled: block.receipts.every(({ status }) => status === "handled") }
}

const largestDifference = (one: World, two: World, prices: OrderMatrixOptions["prices"]) => {
  let same = true
  let worth = 0n
  let to: Address | undefined
  for (const address of one.addresses) {
    const definition = one.definitionOf(address)
    if (!definition.stateCodec.equal(one.state(definition, address) as never, two.state(definition, address) as never)) same = false
    let difference = 0n
    for (const asset of one.assets) {
      const delta = one.balance(address, asset) - two.balance(address, asset)
      if (delta !== 0n) same = false
      difference += delta * (prices === undefined ? 1n : (prices[asset] ?? 0n))
    }
    const size = difference < 0n ? -difference : difference
    const isAccount = Object.keys(definition.state as object).length === 0
    if (isAccount && size > worth) {
      worth = size
      to = address
    }
  }
  return { same, worth, to }
}
