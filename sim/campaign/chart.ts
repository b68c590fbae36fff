import type { Arena } from "./arena.ts"
import type { Replay } from "./replay.ts"
import { changesOf, decisionInWords, faultInWords, findingInWords, messageInWords, stepInWords, type Change } from "./words.ts"

/** A replayed case for a terminal: who sent what to whom, what it changed, and what broke. */

const WIDTH_MAX = 24

/** A message sequence chart: one line of life for each actor, one row for each message in the order of handling. */
export const chart = (arena: Arena, replay: Replay): string => {
  const actors = actorsOf(replay)
  const changes = changesOf(arena, replay)
  const lines: string[] = [...replay.case.decisions.map((decision) => `order: ${decisionInWords(decision)}`), ...replay.case.faults.map((fault) => `fault: ${faultInWords(fault)}`)]
  const width = Math.min(WIDTH_MAX, Math.max(6, ...actors.map(({ length }) => length)) + 2)
  lines.push("", actors.map((actor) => clipped(actor, width - 1).padEnd(width)).join("").trimEnd())
  let step = -1
  for (const [at, block] of replay.blocks.entries()) {
    for (; step < block.step; step++) lines.push(`step ${step + 1}  ${stepInWords(arena.messages, replay.steps[step + 1] as Replay["steps"][number])}`)
    lines.push(`${lifelines(actors, width)}block ${block.header.height}`)
    for (const message of block.ended) lines.push(`${arrow(actors.indexOf(message.from), actors.indexOf(message.to), actors.length, width)}${messageInWords(arena.messages, message)}`)
    for (const change of changes[at] ?? []) lines.push(`${lifelines(actors, width)}  ${changeInWords(change)}`)
  }
  lines.push("", verdictInWords(replay))
  return lines.join("\n")
}

/** What broke, or that what was saved as broken is not any more. */
export const verdictInWords = ({ finding, expected }: Pick<Replay, "finding" | "expected">): string => {
  if (finding !== undefined) return findingInWords(finding)
  if (expected === undefined) return "nothing is broken"
  return `nothing is broken; what was saved, ${[expected.oracle, expected.detail, "of", expected.actor].filter((word) => word !== "").join(" ")}, does not fail any more`
}

export const changeInWords = ({ actor, field, before, after }: Change): string => `${actor} ${field}: ${before} -> ${after}`

/** In the order in which they first take part. */
export const actorsOf = ({ blocks }: Pick<Replay, "blocks">): readonly string[] => [...new Set(blocks.flatMap(({ ended }) => ended.flatMap(({ from, to }) => [from, to])))]

const clipped = (text: string, width: number): string => (text.length <= width ? text : `…${text.slice(text.length - width + 1)}`)

const lifelines = (actors: readonly string[], width: number): string => actors.map(() => "│".padEnd(width)).join("")

const arrow = (from: number, to: number, count: number, width: number): string => {
  const row: string[] = Array.from({ length: count * width }, (_, at) => (at % width === 0 ? "│" : " "))
  const [left, right] = [Math.min(from, to) * width, Math.max(from, to) * width]
  if (from === to) {
    row[left] = "├"
    row[left + 1] = "┐"
    return row.join("")
  }
  for (let at = left + 1; at < right; at++) row[at] = "─"
  row[from * width] = from < to ? "├" : "┤"
  if (from < to) row[right - 1] = ">"
  else row[left + 1] = "<"
  return row.join("")
}
