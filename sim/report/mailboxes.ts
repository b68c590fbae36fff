import { HopLimit, MailboxFull, NoSuchActor, type Address, type Block } from "../../core/index.ts"
import type { Column } from "./buckets.ts"

/** An actor's longest mailbox within a bucket. */
export interface Length {
  readonly actor: Address
  readonly length: number
}

/** Of each bucket, so many actors are kept. */
export const LONGEST_MAX = 16
/** How many may be noted before the longest are picked out again. */
const NOTED_MAX = 512

/** The longest first; of equal ones by address. */
const byLength = (left: Length, right: Length): number => right.length - left.length || (left.actor < right.actor ? -1 : 1)

/**
 * The longest mailboxes of each bucket. An actor's mailbox is as long as what a block delivered to it and what was left over before:
 * what it handled in the block, and what then still waits. What was returned undelivered never lay in it.
 * An actor that falls out of the longest can only come back with a longer mailbox than the one that it was dropped with, so the longest are exact.
 */
export class Mailboxes implements Column {
  readonly longest: (readonly Length[])[] = []
  private noted = new Map<Address, number>()
  /** The shortest that is among the longest, as of the last pick. */
  private leastNow: Length | undefined = undefined
  private readonly counts = new Map<Address, number>()

  /** Before the world steps on. Returns the length of the block's longest mailbox. */
  see(block: Block): number {
    const { ended, touched } = block.raw
    const { counts } = this
    let to = ""
    let run = 0
    for (let index = 0; index < ended.length; index++) {
      const envelope = ended[index] as (typeof ended)[number]
      if (envelope.refusal !== undefined && isUndelivered(envelope.refusal)) continue
      if (envelope.to === to) {
        run++
        continue
      }
      if (run > 0) counts.set(to, (counts.get(to) ?? 0) + run)
      to = envelope.to
      run = 1
    }
    if (run > 0) counts.set(to, (counts.get(to) ?? 0) + run)
    for (let index = 0; index < touched.length; index++) {
      const { waiting, address } = touched[index] as (typeof touched)[number]
      if (waiting > 0) counts.set(address, (counts.get(address) ?? 0) + waiting)
    }
    let longest = 0
    for (const [actor, length] of counts) {
      if (length > longest) longest = length
      this.note(actor, length)
    }
    counts.clear()
    return longest
  }

  private note(actor: Address, length: number): void {
    const least = this.leastNow
    if (least !== undefined && (length < least.length || (length === least.length && actor > least.actor))) return
    const before = this.noted.get(actor)
    if (before === undefined || length > before) this.noted.set(actor, length)
    if (this.noted.size > NOTED_MAX) this.pick()
  }

  /** Keeps the longest of what was noted. */
  private pick(): readonly Length[] {
    const longest = longestOf([...this.noted].map(([actor, length]) => ({ actor, length })))
    this.noted = new Map(longest.map(({ actor, length }) => [actor, length]))
    this.leastNow = longest.length < LONGEST_MAX ? undefined : longest.at(-1)
    return longest
  }

  close(): void {
    this.longest.push(this.pick())
    this.noted = new Map()
    this.leastNow = undefined
  }

  halve(): void {
    const half = this.longest.length / 2
    for (let index = 0; index < half; index++) {
      const most = new Map<Address, number>()
      for (const { actor, length } of [...(this.longest[2 * index] ?? []), ...(this.longest[2 * index + 1] ?? [])]) {
        most.set(actor, Math.max(length, most.get(actor) ?? 0))
      }
      this.longest[index] = longestOf([...most].map(([actor, length]) => ({ actor, length })))
    }
    this.longest.length = half
  }
}

const longestOf = (lengths: Length[]): readonly Length[] => lengths.sort(byLength).slice(0, LONGEST_MAX)

const isUndelivered = (refusal: unknown): boolean => refusal instanceof MailboxFull || refusal instanceof HopLimit || refusal instanceof NoSuchActor
