import { slotOf, type Look, type World } from "../../core/index.ts"
import { grouped } from "../decimal.ts"
import type { Measurement } from "../metric.ts"

const NAMES_MAX = 3

/** Who talks to whom, what was moved for it, and what that gained. */
export const placementTable = (looks: readonly Look[], world: World): readonly Measurement[] => {
  const names = namesBySlot(world)
  const last = looks.at(-1)
  const percent = (part: number, whole: number): string => `${whole === 0 ? "0.0" : ((100 * part) / whole).toFixed(1)} %`
  return [
    {
      title: "Placement",
      columns: [{ heading: "block", right: true }, { heading: "messages", right: true }, { heading: "crossing", right: true }, { heading: "after", right: true }, { heading: "busiest", right: true }, { heading: "after", right: true }, { heading: "slots moved", right: true }],
      rows: looks.map((look) => [
        grouped(look.height),
        grouped(look.messages),
        percent(look.crossingBefore, look.messages),
        percent(look.crossingAfter, look.messages),
        percent(look.busiestBefore, 1),
        percent(look.busiestAfter, 1),
        grouped(look.moved),
      ]),
      notes: looks.length === 0
        ? ["nothing was looked at: with one thread there is nowhere to move to, and the first look is at block 4"]
        : ["crossing: messages between two shards; busiest: the share of the busiest shard; results do not depend on any of it"],
      json: looks,
    },
    {
      title: `Who talks to whom${last === undefined ? "" : `, in block ${grouped(last.height)}`}`,
      columns: [{ heading: "slot", right: true }, { heading: "actors" }, { heading: "slot", right: true }, { heading: "actors" }, { heading: "messages", right: true }],
      rows: (last?.loudest ?? []).map(({ from, to, messages }) => [String(from), names(from), String(to), names(to), grouped(messages)]),
      json: last?.loudest ?? [],
    },
  ]
}

const namesBySlot = (world: World): ((slot: number) => string) => {
  const bySlot = new Map<number, string[]>()
  for (const address of world.addresses) bySlot.set(slotOf(address), [...(bySlot.get(slotOf(address)) ?? []), address])
  return (slot) => {
    const names = bySlot.get(slot) ?? []
    return names.length <= NAMES_MAX ? names.join(", ") : `${names.slice(0, NAMES_MAX).join(", ")}, and ${names.length - NAMES_MAX} more`
  }
}
