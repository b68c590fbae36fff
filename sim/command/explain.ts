import { slotOf, type Look, type ThreadedWorld } from "../../core/index.ts"
import { grouped } from "../decimal.ts"
import type { Measurement } from "../metric.ts"

const NAMES_MAX = 3

/** Who talks to whom, what was moved for it, and what that gained. */
export const placementTable = ({ looks, world, threads: { conductor } }: Pick<ThreadedWorld, "looks" | "world" | "threads">): readonly Measurement[] => {
  const names = namesBySlot(world)
  const last = looks.at(-1)
  return [
    {
      title: "Placement",
      columns: ["block", "messages", "crossed", "busiest", "slots moved", "would cross", "busiest"].map((heading) => ({ heading, right: true })),
      rows: looks.map((look) => [
        grouped(look.height),
        grouped(look.messages),
        counted(look.crossingBefore, look.messages),
        percent(look.busiestBefore, 1),
        grouped(look.moved),
        ...(look.moved === 0 ? ["", ""] : [counted(look.crossingAfter, look.messages), percent(look.busiestAfter, 1)]),
      ]),
      notes: looks.length === 0
        ? ["nothing was looked at: with one thread there is nowhere to move to, and the first look is at blocks 3 to 8"]
        : [
            "crossed: messages between two shards, counted in the last two blocks of a look; busiest: the share of the busiest shard in the load",
            "would cross, busiest: the same messages as they would have been with the slots moved; the plan was made from those before them",
            ...gainOf(looks),
            "no result depends on any of it",
          ],
      json: looks,
    },
    {
      title: `Who talks to whom${last === undefined ? "" : `, in the look up to block ${grouped(last.height)}`}`,
      columns: [{ heading: "slot", right: true }, { heading: "actors" }, { heading: "slot", right: true }, { heading: "actors" }, { heading: "messages", right: true }, { heading: "shards now" }],
      rows: (last?.loudest ?? []).map(({ from, to, messages }) => [String(from), names(from), String(to), names(to), grouped(messages), between(conductor.owners[from], conductor.owners[to])]),
      json: last?.loudest ?? [],
    },
  ]
}

const percent = (part: number, whole: number): string => `${whole === 0 ? "0.0" : ((100 * part) / whole).toFixed(1)} %`
const counted = (part: number, whole: number): string => `${grouped(part)}, ${percent(part, whole)}`
const between = (from: number | undefined, to: number | undefined): string => (from === to ? `both in ${from}` : `${from} to ${to}`)

/** What moving gained, as it was counted: in the blocks up to the first move against those after it. */
const gainOf = (looks: readonly Look[]): readonly string[] => {
  const first = looks.findIndex(({ moved }) => moved > 0)
  if (first < 0) return ["nothing was moved: too little would have been gained"]
  const [before, after] = [looks.slice(0, first + 1), looks.slice(first + 1)]
  if (after.length === 0) return ["what it gained is known at the next look: nothing was counted after the first move"]
  const sum = (some: readonly Look[], pick: (look: Look) => number): number => some.reduce((total, look) => total + pick(look), 0)
  const crossing = (some: readonly Look[]): string => `${grouped(sum(some, (look) => look.crossingBefore))} of ${grouped(sum(some, (look) => look.messages))} messages crossed`
  const share = (some: readonly Look[]): string => percent(sum(some, (look) => look.crossingBefore), sum(some, (look) => look.messages))
  const busiest = (some: readonly Look[]): string => percent(sum(some, (look) => look.busiestBefore * look.messages), sum(some, (look) => look.messages))
  return [
    `counted before the first move: ${crossing(before)} (${share(before)}), the busiest shard had ${busiest(before)} of the load`,
    `counted in the ${after.length === 1 ? "look" : `${after.length} looks`} since: ${crossing(after)} (${share(after)}), the busiest shard had ${busiest(after)}`,
  ]
}

const namesBySlot = (world: ThreadedWorld["world"]): ((slot: number) => string) => {
  const bySlot = new Map<number, string[]>()
  for (const address of world.addresses) bySlot.set(slotOf(address), [...(bySlot.get(slotOf(address)) ?? []), address])
  return (slot) => {
    const names = bySlot.get(slot) ?? []
    return names.length <= NAMES_MAX ? names.join(", ") : `${names.slice(0, NAMES_MAX).join(", ")}, and ${names.length - NAMES_MAX} more`
  }
}
