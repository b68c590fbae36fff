import type { Range } from "./range.ts"
import { pointOf, report, timeOf } from "./report.ts"
import { counted, numberWords, timeWords } from "./words.ts"

/** Neighbouring points that share a bar: a chart has no room for more. */
export interface Group {
  /** Points, both included. */
  readonly first: number
  readonly last: number
  /** Blocks, both included. */
  readonly from: number
  readonly to: number
  readonly middle: number
}

const GROUPS_MAX = 96

/** The points of a range in at most so many groups of equally many; the last one may be smaller. */
export const groupsIn = ({ from, to }: Range, points: number, sampled = false): readonly Group[] => {
  const stride = sampled ? report.sampleStride : report.stride
  const start = pointOf(from + 1, sampled)
  const end = Math.min(pointOf(to, sampled), points - 1)
  const each = pointsEach(end - start + 1)
  const groups: Group[] = []
  for (let first = start; first <= end; first += each) {
    const last = Math.min(first + each - 1, end)
    const [blockFrom, blockTo] = [first * stride + 1, Math.min((last + 1) * stride, report.blocks)]
    groups.push({ first, last, from: blockFrom, to: blockTo, middle: (blockFrom + blockTo) / 2 })
  }
  return groups
}

/** As few as there is room for, or up to half as many more, where the last group is fuller then. */
const pointsEach = (points: number): number => {
  const fewest = Math.max(1, Math.ceil(points / GROUPS_MAX))
  const missing = (each: number): number => (each - (points % each)) % each
  let best = fewest
  for (let each = fewest; each <= 1.5 * fewest; each++) if (missing(each) / each < missing(best) / best) best = each
  return best
}

export const groupAt = (groups: readonly Group[], block: number): Group | undefined => groups.find(({ to }) => block <= to + 0.5) ?? groups.at(-1)

/** `blocks 33 to 64, from Jan 1, 00:06`. */
export const groupWords = ({ from, to }: Group): string => `${from === to ? `block ${numberWords(from, 0)}` : `blocks ${numberWords(from, 0)} to ${numberWords(to, 0)}`}, ${timeWords(timeOf(from))}`

/** `per block`, `per 32 blocks`. */
export const perWords = (groups: readonly Group[]): string => {
  const [group] = groups
  if (group === undefined) return ""
  const blocks = group.to - group.from + 1
  return blocks === 1 ? "per block" : `per ${counted(blocks, "block")}`
}

export const sumOf = (values: ArrayLike<number>, { first, last }: Group): number => {
  let sum = 0
  for (let point = first; point <= last; point++) sum += values[point] ?? 0
  return sum
}

export const mostOf = (values: ArrayLike<number>, { first, last }: Group): number => {
  let most = 0
  for (let point = first; point <= last; point++) most = Math.max(most, values[point] ?? 0)
  return most
}

/** As wide as leaves a little air between bars. */
export const barWidthOf = (width: number, groups: readonly Group[]): number => Math.max(1, Math.min(40, ((width - 90) / Math.max(1, groups.length)) * 0.8))
