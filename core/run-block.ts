import { Account } from "./account.ts"
import { isAddress, type Address } from "./address.ts"
import { admit, type Admission } from "./admission.ts"
import type { Arrivals } from "./arrivals.ts"
import { checkBook } from "./book.ts"
import type { Cell } from "./cell.ts"
import { deliver } from "./deliver.ts"
import { GROUP } from "./directory.ts"
import { Envelope } from "./envelope.ts"
import { InvalidBlockInput } from "./errors.ts"
import { execute } from "./execute.ts"
import type { Header } from "./header.ts"
import { allEnded, type Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import { Pile, Tally } from "./pile.ts"
import { reconcile } from "./reconcile.ts"
import { show } from "./show.ts"
import { headerOf, sealInputs, sealSlots, UNSEALED } from "./seal.ts"
import type { Stretch } from "./shard/stopwatch.ts"
import type { Transaction } from "./transaction.ts"

/** What the host gives a block besides transactions. */
export interface BlockInput {
  /** Seconds since 1970-01-01 00:00 UTC, not before the last block's; absent: the last block's plus `blockSeconds`. */
  readonly time?: number | undefined
  /** Accounts that come to life before the transactions are admitted. */
  readonly open?: readonly string[] | undefined
}

/** The raw outcome of a block, before anybody asks for it in words. */
export interface BlockOutcome {
  readonly header: Header
  readonly admissions: readonly Admission[]
  readonly ended: readonly Envelope[]
  readonly reconciled: readonly Envelope[]
  readonly touched: readonly Cell[]
  readonly viewDefects: readonly { readonly actor: string; readonly problem: string }[]
  /** How many transactions were given and refused, and how many messages ended: known without making the lists. */
  readonly totals: { readonly transactions: number; readonly refused: number; readonly ended: number }
  /** How each of several threads spent its time. */
  readonly stretches?: readonly (readonly Stretch[])[]
}

/** The one block function: admit, deliver, execute, reconcile, seal. Throws before the first change when the input does not fit. */
export const runBlock = (kernel: Kernel, transactions: readonly Transaction[], input: BlockInput = {}): BlockOutcome => {
  const { height, time: timeBefore, config, cells } = kernel
  const lives = (address: Address) => cells.has(address)
  const time = checkInput({ height, time: timeBefore, blockSeconds: config.blockSeconds, population: cells.size, lives }, transactions, input)
  begin(kernel, time)
  open(kernel, input.open ?? [])
  const admissions: Admission[] | undefined = config.tells ? [] : undefined
  const admitted = admitAll(kernel, transactions, admissions)
  sealInputs(kernel)
  const active = deliver(kernel, admitted)
  for (let index = 0; index < active.length; index++) execute(kernel, active[index] as Cell)
  const order = reconcile(kernel)
  if (config.sealed) sealSlots(kernel, order)
  checkBook(kernel)
  const numbers = { height: kernel.height, time, parent: kernel.header.root }
  kernel.header = config.sealed ? headerOf({ ...numbers, ...kernel.digests.combine(time, input.open ?? []) }) : { ...numbers, ...UNSEALED }
  kernel.arrivals = kernel.outbox.inOrder(order)
  return new Outcome(kernel, transactions.length, admitted.length, admissions)
}

/** What one kernel did in a block. */
class Outcome implements BlockOutcome {
  readonly header: Header
  readonly touched: readonly Cell[]
  readonly viewDefects: BlockOutcome["viewDefects"]
  readonly totals: { readonly transactions: number; readonly refused: number; readonly ended: number }
  private readonly admitted: readonly Admission[] | undefined
  private readonly endedWith: Pick<Kernel, "ended" | "credited" | "undelivered">
  private readonly arrivals: Arrivals
  private endedList: readonly Envelope[] | undefined = undefined
  private reconciledList: readonly Envelope[] | undefined = undefined

  /** Without `admissions` the world tells totals only. */
  constructor(kernel: Kernel, transactions: number, admitted: number, admissions: readonly Admission[] | undefined) {
    const { header, touched, viewDefects, ended, credited, undelivered } = kernel
    this.header = header
    this.admitted = admissions
    this.touched = touched
    this.viewDefects = viewDefects
    this.arrivals = kernel.arrivals
    this.endedWith = { ended, credited, undelivered }
    this.totals = { transactions, refused: transactions - admitted, ended: ended.length + credited.length + kernel.paid }
  }

  get admissions(): readonly Admission[] {
    return this.admitted ?? untold()
  }

  get ended(): readonly Envelope[] {
    if (this.admitted === undefined) return untold()
    return (this.endedList ??= allEnded(this.endedWith))
  }

  get reconciled(): readonly Envelope[] {
    return (this.reconciledList ??= this.arrivals.toArray())
  }
}

const untold = (): never => {
  throw new TypeError("a world tells receipts and messages only where its option `tell` is \"everything\"")
}

/** Admits transactions in their order, and lists what became of each where that is wanted. */
const admitAll = (kernel: Kernel, transactions: readonly Transaction[], admissions: Admission[] | undefined): Envelope[] => {
  const admitted: Envelope[] = []
  const senders: (Cell | undefined)[] = []
  const receivers: (Cell | undefined)[] = []
  for (let at = 0; at < transactions.length; at++) {
    if (at % GROUP === 0) findEnds(kernel, transactions, at, Math.min(GROUP, transactions.length - at), senders, receivers)
    const admission = admit(kernel, transactions[at] as Transaction, at, senders[at % GROUP], receivers[at % GROUP])
    if (admission instanceof Envelope) admitted.push(admission)
    if (admissions !== undefined) admissions.push(admission)
  }
  return admitted
}

/** Where the sums of what was read ahead go, so that no compiler drops the reading. */
let sink = 0

/** Looks up senders and receivers of a group of transactions, and reads what they say ahead, all at once. Nobody comes to life during admission, so the answers stay true. */
export const findEnds = (
  kernel: Kernel, transactions: readonly Transaction[], start: number, count: number, senders: (Cell | undefined)[], receivers: (Cell | undefined)[],
): void => {
  let sum = 0
  for (let at = 0; at < count; at++) {
    const transaction = transactions[start + at] as Transaction | null | undefined
    FROM[at] = transaction?.from as string
    TO[at] = transaction?.to as string
    if (typeof transaction?.payload === "object") sum++
    if (typeof transaction?.funds === "object") sum++
  }
  sink = (sink + sum) | 0
  kernel.cells.find(FROM, count, senders)
  kernel.cells.find(TO, count, receivers)
}

/** Scratch of `findEnds`. */
const FROM: Address[] = []
const TO: Address[] = []

/** What the input of a block is checked against. */
export interface Standing {
  readonly height: number
  readonly time: number
  readonly blockSeconds: number
  /** Actors alive. */
  readonly population: number
  readonly lives: (address: Address) => boolean
}

/** The time of the block. Throws `InvalidBlockInput`. */
export const checkInput = (standing: Standing, transactions: readonly unknown[], input: BlockInput): number => {
  const refuse = (field: string, expected: string, value: unknown): never => {
    throw new InvalidBlockInput({ field, expected, value: show(value) })
  }
  if (typeof input !== "object" || input === null) refuse("input", "an object", input)
  if (!Array.isArray(transactions)) refuse("transactions", "a list", transactions)
  if (transactions.length > LIMITS.transactionsMax) refuse("transactions", `at most ${LIMITS.transactionsMax}`, transactions.length)
  if (standing.height >= LIMITS.heightMax) refuse("height", `at most ${LIMITS.heightMax}`, standing.height + 1)
  const time = input.time ?? standing.time + standing.blockSeconds
  if (!Number.isSafeInteger(time) || time < standing.time) refuse("time", `whole seconds, at least ${standing.time}`, time)
  const open = input.open ?? []
  if (!Array.isArray(open)) refuse("open", "a list of addresses", open)
  for (const address of open) if (!isAddress(address)) refuse("open", "a list of addresses", address)
  const distinct = new Set<string>()
  const taken = open.find((address) => standing.lives(address) || distinct.size === distinct.add(address).size)
  if (taken !== undefined) refuse("open", "addresses where nobody lives", taken)
  if (standing.population + open.length > LIMITS.actorsMax) refuse("open", `within ${LIMITS.actorsMax} actors`, open.length)
  return time
}

/** Begins a block: everything that belongs to the last one is forgotten. */
export const begin = (kernel: Kernel, time: number): void => {
  beginAdmission(kernel, time)
  beginExecution(kernel)
}

/** The first part: all that admission writes to. */
export const beginAdmission = (kernel: Kernel, time: number): void => {
  kernel.height++
  kernel.time = time
  kernel.touched = []
  kernel.changes.clear()
  kernel.inputs.clear()
  kernel.digests.clear()
  kernel.changedAssets = []
}

/** The second part: what nothing is written to before messages are delivered. `tells`: whether anybody may ask for the messages that end. */
export const beginExecution = (kernel: Kernel, tells = kernel.config.tells): void => {
  kernel.outbox.clear()
  kernel.answerWriter.reset()
  kernel.publishers = []
  kernel.ended = tells ? new Pile() : new Tally()
  kernel.credited = tells ? new Pile() : new Tally()
  kernel.spawned.clear()
  kernel.viewDefects = []
  kernel.ghosts = undefined
  kernel.paid = 0
  kernel.sparesMessages = !tells && kernel.paysAtOnce && kernel.trace === undefined
}

/** Brings accounts to life that the host opens. */
export const open = (kernel: Kernel, addresses: readonly string[]): void => {
  for (const address of addresses) {
    const cell = kernel.addCell(address, Account, {})
    kernel.touch(cell)
    cell.born = true
  }
}
