import { Failure, type Block } from "../../core/index.ts"
import { Counts, type Frame } from "./buckets.ts"
import type { TimelineData } from "./data.ts"

/** Kinds of refusals that are told apart; those that come later are counted together. */
const KINDS_MAX = 24
const OTHER = "other kinds"
const BOUNCED = 2

/** What went through the blocks: transactions, messages, and what was refused of them. */
export class Traffic {
  private readonly frame: Frame
  private readonly transactions: Counts
  private readonly messages: Counts
  private readonly bounced: Counts
  private readonly leftOver: Counts
  private readonly longest: Counts
  private readonly refusals = new Map<string, Counts>()

  constructor(frame: Frame) {
    this.frame = frame
    this.transactions = frame.add(new Counts("sum"))
    this.messages = frame.add(new Counts("sum"))
    this.bounced = frame.add(new Counts("sum"))
    this.leftOver = frame.add(new Counts("most"))
    this.longest = frame.add(new Counts("most"))
  }

  /** `longest` is the length of the longest mailbox. */
  see(block: Block, longest: number): void {
    const { admissions, ended, touched } = block.raw
    this.transactions.see(admissions.length)
    this.messages.see(ended.length)
    for (let index = 0; index < admissions.length; index++) {
      const admission = admissions[index]
      if (admission instanceof Failure) this.refused(admission._tag)
    }
    let bounced = 0
    for (let index = 0; index < ended.length; index++) {
      const { refusal, outcome } = ended[index] as (typeof ended)[number]
      if (refusal === undefined) continue
      if (outcome >= BOUNCED) bounced++
      this.refused(refusal._tag)
    }
    this.bounced.see(bounced)
    let waiting = 0
    for (let index = 0; index < touched.length; index++) waiting += (touched[index] as (typeof touched)[number]).waiting
    this.leftOver.see(waiting)
    this.longest.see(longest)
  }

  private refused(tag: string): void {
    let counts = this.refusals.get(tag)
    if (counts === undefined) {
      const kind = this.refusals.size < KINDS_MAX ? tag : OTHER
      counts = this.refusals.get(kind) ?? this.frame.add(new Counts("sum", this.frame.count))
      this.refusals.set(kind, counts)
    }
    counts.see(1)
  }

  data(): TimelineData {
    const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
    const refusals = [...this.refusals].map(([kind, { counts }]) => ({ kind, counts, total: total(counts) }))
    return {
      transactions: this.transactions.counts,
      messages: this.messages.counts,
      refusals: refusals.sort((left, right) => right.total - left.total || (left.kind < right.kind ? -1 : 1)),
      bounced: this.bounced.counts,
      longestMailbox: this.longest.counts,
      leftOver: this.leftOver.counts,
    }
  }
}
