import type { Address, AnyMessage, AssetId, World } from "../../core/index.ts"
import type { Fault, Sending, Step } from "./case.ts"
import { Oracle, type Broken, type Moment } from "./oracle.ts"

/** Oracles that a campaign opts in to, since they say more than every protocol promises. */

/** What some accounts and actors hold together, at fixed prices per smallest unit; assets without a price count for nothing. */
export const worthOf = (world: World, members: readonly Address[], prices: { readonly [asset: AssetId]: bigint }): bigint => {
  let worth = 0n
  for (const member of members) for (const [asset, price] of Object.entries(prices)) worth += world.balance(member, asset) * price
  return worth
}

/** Whenever nothing is under way, the members are together worth no more than before the first step, but for `allowed` (explicit rewards, outside gifts). */
export const noProfit = (
  members: readonly Address[],
  prices: { readonly [asset: AssetId]: bigint },
  allowed: (world: World) => bigint = () => 0n,
): Oracle =>
  Oracle.whenQuiet("no profit", ({ world, genesis }) => {
    const [before, after] = [worthOf(genesis, members, prices), worthOf(world, members, prices)]
    return after <= before + allowed(world) ? undefined : { before, after }
  })

/**
 * The limit that a sender declares is kept by what is observed: a handled transaction of the action has brought at least `minimum` of the
 * asset to its sender once everything has settled. Steps that overlap with others are not judged, nor those whose messages a fault befell: what
 * a refused payment does not bring, nobody promised.
 */
export const limitHonoured = (action: string, limit: (payload: any) => { readonly asset: AssetId; readonly minimum: bigint }): Oracle =>
  Oracle.make(`limit of ${action} honoured`, () => {
    let watched: { readonly index: number; readonly send: Sending; readonly asset: AssetId; readonly minimum: bigint; readonly held: bigint; readonly faults: number } | undefined
    let handled = false
    return {
      before: ({ world, step, index, faults }) => {
        const { send } = step
        handled = false
        if (send === undefined || step.action !== action || world.pending > 0) return void (watched = undefined)
        const { asset, minimum } = limit(send.payload)
        const attached = send.funds[asset]
        watched = { index, send, asset, minimum, held: world.balance(send.from, asset) - (typeof attached === "bigint" ? attached : 0n), faults: faults.length }
      },
      block: ({ block }) => {
        const send = watched?.send
        const own = ({ kind, from, message, outcome }: (typeof block.raw.ended)[number]) => kind === 0 && from === send?.from && message.name === send.message && outcome === 1
        handled ||= send !== undefined && block.raw.ended.some(own)
        return undefined
      },
      quiet: ({ world, index, faults }) => {
        if (watched === undefined || !handled || watched.index !== index || faults.slice(watched.faults).some(takesAway)) return undefined
        const received = world.balance(watched.send.from, watched.asset) - watched.held
        return received >= watched.minimum ? undefined : { received, minimum: watched.minimum }
      },
    }
  })

/** Late messages arrive, and a restart changes nothing. */
const takesAway = ({ kind }: Fault): boolean => kind !== "delay" && kind !== "recover"

/** Another way to do what a step does, played apart from the run. */
export interface Variant {
  readonly name: string
  /** What is sent in place of the step's transaction, one after the other; undefined: the step is not compared. */
  readonly instead: (step: Step & { readonly send: Sending }) => readonly Sending[] | undefined
  /** Compares the world after the step with the world after the variant, everything settled in both. */
  readonly relation: (after: World, variant: World, step: Step & { readonly send: Sending }) => Broken
}

/**
 * A metamorphic relation: f(a) + f(b) against f(a + b), a list against its set, a message to oneself or of nothing against none at all. The
 * variant is played on a fork, drained, without faults; steps that overlap with others are not compared.
 */
export const metamorphic = ({ name, instead, relation }: Variant): Oracle =>
  Oracle.make(name, () => {
    let kept: { readonly index: number; readonly step: Step & { readonly send: Sending }; readonly variant: World } | undefined
    return {
      before: ({ world, step, index, apart }) => {
        kept = undefined
        if (step.send === undefined || world.pending > 0) return
        const given = step as Step & { readonly send: Sending }
        const sendings = instead(given)
        if (sendings === undefined) return
        const variant = apart((fork) => {
          for (const { from, to, message, payload, funds } of sendings) {
            fork.send(from, to, messageOf(fork, to, message), payload as never, { funds: funds as { readonly [asset: string]: bigint } })
            fork.settle({ timers: false })
          }
          return fork
        })
        kept = { index, step: given, variant }
      },
      quiet: ({ world, index, departed }: Moment) => (kept === undefined || kept.index !== index || departed ? undefined : relation(world, kept.variant, kept.step)),
    }
  })

/**
 * Differential: whatever the order and the faults, the totals at the end are those of the same steps one after the other without faults, or
 * differ by no more than `tolerance`.
 */
export const sameTotals = (totals: (world: World) => { readonly [name: string]: bigint }, tolerance = 0n): Oracle =>
  Oracle.make("same totals in any order", (genesis) => {
    const steps: Step[] = []
    return {
      before: ({ step }) => void steps.push(step),
      settled: ({ world }) => {
        const drained = genesis.fork()
        for (const { send, seconds } of steps) {
          if (send !== undefined) drained.send(send.from, send.to, messageOf(drained, send.to, send.message), send.payload as never, { funds: send.funds as { readonly [asset: string]: bigint } })
          drained.step([], { time: drained.time + seconds })
          while (drained.pending > 0) drained.step([], { time: drained.time })
        }
        const [found, expected] = [totals(world), totals(drained)]
        for (const [name, value] of Object.entries(expected)) {
          const is = found[name] ?? 0n
          if (is - value > tolerance || value - is > tolerance) return { total: name, found: is, drained: value }
        }
        return undefined
      },
    }
  })

/** A privileged effect has its weight from a block strictly before: `used` gives what a handled message counted, `held` what its sender held when the block began. */
export const authorityFromSnapshot = (
  type: string,
  used: (world: World, from: Address) => bigint,
  held: (world: World, from: Address) => bigint,
): Oracle =>
  Oracle.make(`authority of ${type} from a snapshot`, (genesis) => {
    let before = new Map<Address, bigint>()
    const note = (world: World) => new Map(world.addresses.map((address) => [address, held(world, address)]))
    before = note(genesis)
    return {
      block: ({ world, block }) => {
        const earlier = before
        before = note(world)
        for (const { from, message, outcome, kind } of block.raw.ended) {
          if (message.name !== type || outcome !== 1 || kind > 1) continue
          const [weight, allowed] = [used(world, from), earlier.get(from) ?? 0n]
          if (weight > allowed) return { sender: from, weight, held: allowed }
        }
        return undefined
      },
    }
  })

const messageOf = (world: World, to: Address, name: string): AnyMessage => {
  for (const address of world.has(to) ? [to, ...world.addresses] : world.addresses) {
    const { routes, batchRoutes } = world.definitionOf(address)
    for (const message of [...routes.keys(), ...batchRoutes.keys()]) if (message.name === name) return message
  }
  throw new TypeError(`no actor of the world handles ${name}`)
}
