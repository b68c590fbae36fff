import { Failure, type Block } from "../core/index.ts"

/** A defect: where a handler or a view threw, and what. */
export interface FoundDefect {
  readonly block: number
  readonly actor: string
  readonly problem: string
}

/** Counts over all blocks of a run. */
export class Tally {
  /** Given to blocks, the refused ones included. */
  transactions = 0
  /** Ended: handled, bounced or expired, of whatever kind. */
  messages = 0
  /** Transactions that were refused: at the door, or by whom they went to. */
  refused = 0
  /** Handlers and views that threw, and the first of them. */
  defects = 0
  firstDefect: FoundDefect | undefined = undefined
  private readonly kinds = new Map<string, number>()

  add(block: Block): void {
    const { admissions, ended, viewDefects } = block.raw
    const found: FoundDefect[] = []
    this.transactions += admissions.length
    this.messages += ended.length
    for (let index = 0; index < admissions.length; index++) {
      const admission = admissions[index]
      if (!(admission instanceof Failure)) continue
      this.refused++
      this.count(admission._tag)
    }
    for (let index = 0; index < ended.length; index++) {
      const { refusal, defect, parentFrom, to } = ended[index] as (typeof ended)[number]
      if (refusal === undefined) continue
      // Only a transaction has no message before it.
      if (parentFrom === "") this.refused++
      this.count(refusal._tag)
      if (defect !== undefined) found.push({ block: block.height, actor: to, problem: defect.problem })
    }
    for (const { actor, problem } of viewDefects) found.push({ block: block.height, actor, problem })
    this.defects += found.length
    // In which order actors took their turns is nobody's business, so the first of a block is that of the first address.
    if (this.firstDefect === undefined && found.length > 0) this.firstDefect = found.sort((left, right) => compare(left.actor, right.actor))[0]
  }

  private count(kind: string): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1)
  }

  /** Refusals by the failure's tag, of transactions and of messages between actors: the most frequent first. */
  get refusals(): { readonly [kind: string]: number } {
    return Object.fromEntries([...this.kinds].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)))
  }
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
