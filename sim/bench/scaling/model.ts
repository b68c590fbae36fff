import type { Costs } from "./costs.ts"
import type { Kind } from "./kinds.ts"
import type { Load, Loads } from "./loads.ts"
import type { Machine } from "./machine.ts"

/** The prediction: counted work times measured costs, the longest shard of each stretch, and what shards wait for together. */

export interface Prediction {
  readonly shards: number
  /** Nanoseconds of a block. */
  readonly block: number
  /** The same where steps are asked for in advance: shards meet once, and the conductor works beside them. */
  readonly ahead: number
  /** CPU time of all shards and of the conductor, in nanoseconds a block. */
  readonly cpu: number
  /** Parts of the block's time: they add up to it. */
  readonly parts: Parts
  /** The largest part. */
  readonly binding: keyof Parts
  /** Bytes between shards in a block. */
  readonly bytes: number
}

export interface Parts {
  /** Work in proportion to transactions, as if it were spread evenly. */
  readonly work: number
  /** What the busiest shard has more than an even share. */
  readonly busiest: number
  /** What every shard does for all slots, whatever lives in it. */
  readonly slots: number
  /** One batch to and from every other shard. */
  readonly pairs: number
  /** Hearing of every new view. */
  readonly views: number
  /** What the caller's thread does alone. */
  readonly conductor: number
  /** Sleeping and waking. */
  readonly meeting: number
}

/** Nanoseconds of a shard's three stretches, without what does not depend on its load. */
export const workOf = (load: Load, { kinds, digest }: Costs, kind: Kind): readonly [number, number, number] => {
  const cost = kinds.get(kind)
  if (cost === undefined) throw new Error(`the costs of ${kind.name} were not measured`)
  return [
    load.given * cost.admit + load.givenOut * cost.packTransaction,
    load.givenIn * cost.unpackTransaction + load.handled * cost.handle + load.answers * cost.credit + load.answersOut * cost.packAnswer,
    load.answersIn * cost.unpackAnswer + load.answers * cost.order + load.given * cost.hashSender + load.handled * cost.hashReceiver + load.digests * digest,
  ]
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Nanoseconds in which all shards sleep and are woken: by the order, at two meetings, and the conductor by the last answer. */
export const meetingOf = ({ wake, notify }: Machine, shards: number): number => 2 * wake + shards * notify + (shards === 1 ? 0 : 2 * (wake + (shards - 1) * notify))

/** The same at the one meeting of blocks that are asked for in advance. */
export const meetingAhead = ({ wake, notify }: Machine, shards: number): number => (shards === 1 ? 0 : wake + (shards - 1) * notify)

export const predict = (kind: Kind, loads: Loads, shards: number, costs: Costs, machine: Machine): Prediction => {
  const { common, kinds } = costs
  const { bytesTransaction = 0, bytesAnswer = 0 } = kinds.get(kind) ?? {}
  const works = loads.shards.map((load) => workOf(load, costs, kind))
  const longest = sum([0, 1, 2].map((stretch) => works.reduce((most, work) => Math.max(most, work[stretch] as number), 0)))
  const all = sum(works.map(sum))
  const total = (pick: (load: Load) => number): number => sum(loads.shards.map(pick))
  const others = shards - 1
  const perShard = { slots: sum(common.fixed), pairs: others * sum(common.pair), views: others === 0 ? 0 : loads.views * (others / shards) * common.view }
  const conductor = shards * common.conductShard + total(({ digests }) => digests) * common.conductDigest + total(({ assets }) => assets) * common.conductAsset
  const parts: Parts = {
    work: all / shards,
    busiest: longest - all / shards,
    slots: perShard.slots,
    pairs: perShard.pairs,
    views: perShard.views,
    conductor,
    meeting: meetingOf(machine, shards),
  }
  const binding = (Object.keys(parts) as (keyof Parts)[]).reduce((most, part) => (parts[part] > parts[most] ? part : most), "work")
  return {
    shards,
    block: sum(Object.values(parts)),
    ahead: Math.max(conductor, Math.max(...works.map(sum)) + perShard.slots + perShard.pairs + perShard.views + meetingAhead(machine, shards)),
    cpu: all + (perShard.views + perShard.slots + perShard.pairs) * shards + conductor,
    parts,
    binding,
    bytes: total(({ givenOut }) => givenOut) * bytesTransaction + total(({ answersOut }) => answersOut) * bytesAnswer + shards * others * common.bytesPair + loads.views * others * common.bytesView,
  }
}
