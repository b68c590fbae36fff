import { Failure, type Block, type Refusal, type Transaction } from "../../core/index.ts"
import type { EndedEnvelope } from "./chart.ts"
import { EverySoOften, FirstOf, Largest } from "./picks.ts"

/** A transaction by its place: the block, and its index there. */
export interface Place {
  readonly block: number
  readonly index: number
}

/** Messages of one tree that are kept; further ones are counted. */
export const MESSAGES_MAX = 400

/** How many trees are kept for each reason. */
export const KEPT = { samples: 256, largest: 12, longest: 8, perRefusal: 8, perType: 4, perMark: 48, defects: 8, kinds: 64, asked: 100 } as const

/**
 * The messages that one transaction caused. A timer that becomes due when everything else of its transaction has ended begins
 * a further part, since such chains may go on for ever.
 */
export class Tree implements Place {
  readonly block: number
  readonly index: number
  /** Height in which this part arrived; that of the transaction, where it is the first. */
  readonly start: number
  /** Counts all transactions of the run, from 0. */
  readonly ordinal: number
  /** In canonical order of their emission. */
  readonly messages: EndedEnvelope[] = []
  /** Messages beyond `MESSAGES_MAX`. */
  more = 0
  underWay = 0
  /** Height of the last end. */
  lastEnd = 0
  refused = false
  defective = false
  /** Refused at the door: what was given, and why it was not admitted. */
  door: { readonly given: Transaction | undefined; readonly refusal: Refusal } | undefined = undefined

  constructor(block: number, index: number, start: number, ordinal: number) {
    this.block = block
    this.index = index
    this.start = start
    this.ordinal = ordinal
  }

  get isFirst(): boolean {
    return this.start === this.block
  }

  get size(): number {
    return this.messages.length + this.more
  }

  /** A message that is under way from now on. */
  grow(message: EndedEnvelope): void {
    if (this.messages.length < MESSAGES_MAX) this.messages.push(message)
    else this.more++
    this.underWay++
  }
}

/** Trees of the transactions of one block that are not finished. */
interface Unfinished {
  readonly trees: (Tree | undefined)[]
  count: number
}

/**
 * Follows every transaction until the last message that it caused has ended, and then keeps its tree or lets it go: those that were asked for,
 * those with a mark, the largest, those over most blocks, the first with each kind of refusal, the first of each type, and an even sample of all.
 */
export class Trees {
  private readonly asked: ReadonlyMap<number, ReadonlySet<number>>
  private readonly unfinished = new Map<number, Unfinished>()
  private ordinal = 0
  /** The block that was looked up last, since messages of one block stand together. */
  private known: Unfinished | undefined = undefined
  private knownBlock = -1

  private readonly byAsking: Tree[] = []
  private readonly samples = new EverySoOften<Tree>(KEPT.samples)
  private readonly largest = new Largest<Tree>(KEPT.largest, ({ size }) => size)
  private readonly longest = new Largest<Tree>(KEPT.longest, ({ start, lastEnd }) => lastEnd - start)
  private readonly refusals = new FirstOf<Tree>(KEPT.perRefusal, KEPT.kinds)
  private readonly types = new FirstOf<Tree>(KEPT.perType, KEPT.kinds)
  private readonly defects = new FirstOf<Tree>(KEPT.defects, 1)
  private readonly marks = new FirstOf<Tree>(KEPT.perMark, KEPT.kinds)

  constructor(asked: readonly Place[]) {
    const byBlock = new Map<number, Set<number>>()
    for (const { block, index } of asked) byBlock.set(block, (byBlock.get(block) ?? new Set()).add(index))
    this.asked = byBlock
  }

  /** All transactions of the run so far. */
  get transactions(): number {
    return this.ordinal
  }

  /** Every so many transactions one is in the even sample. */
  get sampleStride(): number {
    return this.samples.stride
  }

  /** `given` are the transactions of the block. */
  see(block: Block, given: readonly Transaction[], marked: readonly { readonly chart: string; readonly message: EndedEnvelope }[]): void {
    const { ended, reconciled } = block.raw
    this.admit(block, given)
    const perhaps: Tree[] = []
    for (let index = 0; index < ended.length; index++) {
      const message = ended[index] as EndedEnvelope
      const tree = this.find(message.causeBlock, message.causeIndex)
      if (tree === undefined) continue
      tree.underWay--
      tree.lastEnd = block.height
      if (message.refusal !== undefined) tree.refused = true
      if (message.defect !== undefined) tree.defective = true
      if (tree.underWay === 0) perhaps.push(tree)
    }
    for (let index = 0; index < reconciled.length; index++) {
      const message = reconciled[index] as EndedEnvelope
      const tree = this.find(message.causeBlock, message.causeIndex) ?? this.begin(message.causeBlock, message.causeIndex, block.height + 1, -1)
      tree.grow(message)
    }
    for (const { chart, message } of marked) {
      const tree = this.find(message.causeBlock, message.causeIndex)
      if (tree !== undefined && this.marks.kept.get(chart)?.at(-1) !== tree) this.marks.offer(chart, tree)
    }
    for (const tree of perhaps) if (tree.underWay === 0) this.finish(tree)
  }

  private admit({ height, raw: { admissions } }: Block, given: readonly Transaction[]): void {
    for (let index = 0; index < admissions.length; index++) {
      const admission = admissions[index]
      const ordinal = this.ordinal++
      const tree = this.begin(height, index, height, ordinal)
      if (!(admission instanceof Failure)) {
        tree.grow(admission as EndedEnvelope)
        continue
      }
      tree.door = { given: given[index], refusal: admission }
      tree.lastEnd = height
      this.finish(tree)
    }
  }

  private begin(block: number, index: number, start: number, ordinal: number): Tree {
    let causes = this.causes(block)
    if (causes === undefined) {
      causes = { trees: [], count: 0 }
      this.unfinished.set(block, causes)
      this.known = causes
    }
    const tree = new Tree(block, index, start, ordinal)
    causes.trees[index] = tree
    causes.count++
    return tree
  }

  private causes(block: number): Unfinished | undefined {
    if (block === this.knownBlock) return this.known
    this.knownBlock = block
    return (this.known = this.unfinished.get(block))
  }

  private find(block: number, index: number): Tree | undefined {
    return this.causes(block)?.trees[index]
  }

  private finish(tree: Tree): void {
    const causes = this.causes(tree.block) as Unfinished
    causes.trees[tree.index] = undefined
    causes.count--
    if (causes.count === 0) {
      this.unfinished.delete(tree.block)
      this.known = undefined
      this.knownBlock = -1
    }
    this.judge(tree)
  }

  private judge(tree: Tree): void {
    if (tree.ordinal >= 0) this.samples.offer(tree.ordinal, tree)
    if (this.asked.size > 0 && this.asked.get(tree.block)?.has(tree.index) === true) this.byAsking.push(tree)
    if (tree.door !== undefined) return this.refusals.offer(tree.door.refusal._tag, tree)
    this.largest.offer(tree)
    this.longest.offer(tree)
    if (tree.defective) this.defects.offer("defect", tree)
    if (!tree.refused) return this.types.offer((tree.messages[0] as EndedEnvelope).message.name, tree)
    for (const tag of new Set(tree.messages.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal._tag])))) this.refusals.offer(tag, tree)
  }

  /** After the last block: what was kept, with the reasons, by place. */
  end(): readonly { readonly tree: Tree; readonly reasons: readonly string[] }[] {
    for (const { trees } of this.unfinished.values()) for (const tree of trees) if (tree !== undefined) this.finish(tree)
    const reasons = new Map<Tree, string[]>()
    const give = (tree: Tree, reason: string): void => {
      const known = reasons.get(tree)
      if (known === undefined) reasons.set(tree, [reason])
      else known.push(reason)
    }
    for (const tree of this.byAsking) give(tree, "asked for")
    for (const [chart, trees] of this.marks.kept) for (const tree of trees) give(tree, chart)
    for (const tree of this.defects.kept.get("defect") ?? []) give(tree, "defect")
    for (const [tag, trees] of this.refusals.kept) for (const tree of trees) give(tree, `first ${tag}`)
    for (const tree of this.largest.kept) give(tree, "largest")
    for (const tree of this.longest.kept) give(tree, "most blocks")
    for (const [type, trees] of this.types.kept) for (const tree of trees) give(tree, `first ${type}`)
    for (const { item } of this.samples.kept) give(item, "sample")
    return [...reasons]
      .map(([tree, given]) => ({ tree, reasons: given }))
      .sort(({ tree: left }, { tree: right }) => left.block - right.block || left.index - right.index || left.start - right.start)
  }
}
