/**
 * The model of core/MODEL.md, followed to the letter and as naively as possible: the whole world is copied, sorted and summed
 * whenever that reads better. It shares no code with the engine, and stands beside it to be compared. It computes no hashes.
 */
import { isDeepStrictEqual } from "node:util"
import { canonically, compare, lifted } from "./canonical-order.ts"
import { add, copyOf, credited, emit, inherited, issues, newborn, subtract, viewOf, type Cell, type Emission } from "./cell.ts"
import {
  ACCOUNT, AMOUNT_MAX, OUT_OF_RANGE, behave, behaveTogether, entries, kindOf,
  type Environment, type Input, type MessageType, type Payload, type Refusal, type Reply, type State, type Step,
} from "./script.ts"
import { causal, type Actor, type Block, type Change, type Ended, type Genesis, type Inputs, type Limits, type Message, type Policy, type Receipt, type Transaction } from "./shapes.ts"
import { malformed } from "./transaction-form.ts"

// --- The model -------------------------------------------------------------------------------------------------------

type Attempt = { readonly refusal: Refusal } | { readonly cell: Cell; readonly step: Step }

const refusal = (name: string, fields: Refusal["fields"] = {}): Refusal => ({ tag: `core/${name}`, fields })

export class Reference {
  readonly genesis: Genesis
  height = 0
  time: number
  #cells = new Map<string, Cell>()
  /** The world as of the last boundary. */
  #before = new Map<string, Cell>()
  #arrivals: Message[] = []
  #transactions: Message[] = []
  /** Index of the next transaction of this block; refused ones count. */
  #admitting = 0
  #ended: Ended[] = []
  /** Bounces from addresses where nobody lives. */
  #ghosts = new Map<string, Emission[]>()
  readonly #policy: Policy
  readonly #trace: ((instruction: string) => void) | undefined

  constructor(genesis: Genesis, options: { readonly policy?: Policy; readonly trace?: (instruction: string) => void } = {}) {
    this.genesis = genesis
    this.time = genesis.time
    this.#policy = options.policy ?? causal
    this.#trace = options.trace
    for (const { address, kind, balances } of genesis.actors) this.#cells.set(address, newborn(address, kind, balances))
  }

  /** One whole block. */
  step(inputs: Inputs = { transactions: [] }): Block {
    this.begin(inputs.time, inputs.open)
    const receipts = inputs.transactions.map((transaction) => this.admit(transaction))
    return { ...this.finish(), receipts }
  }

  begin(time = this.time + this.genesis.blockSeconds, open: readonly string[] = []): void {
    if (time < this.time) throw new RangeError(`time ${time} is before ${this.time}`)
    this.height++
    this.time = time
    this.#before = copyOf(this.#cells)
    this.#transactions = []
    this.#ended = []
    this.#ghosts = new Map()
    for (const address of open) {
      if (this.#cells.has(address)) throw new RangeError(`somebody lives at ${address}`)
      this.#cells.set(address, newborn(address, ACCOUNT, {}))
    }
  }

  /** 1. Admit. */
  admit(transaction: Transaction): Receipt {
    const index = this.#admitting++
    const reason = this.#inadmissible(transaction)
    if (reason !== undefined) return { status: "refused", reason }
    const { from, nonce, to, payload, funds, deadline } = transaction
    const account = this.#cell(from)
    account.nonce++
    for (const [asset, amount] of entries(funds)) subtract(account.balances, asset, amount)
    const id = `${from}@${nonce}`
    this.#transactions.push({
      id, kind: "transaction", from, to, type: transaction.type as MessageType, payload, funds: Object.fromEntries(entries(funds)),
      cause: [this.height, index], hop: 0, deadline, then: undefined, reason: undefined, parent: undefined,
    })
    return { status: "admitted", id }
  }

  /** 2. Deliver, 3. execute, 4. reconcile. */
  finish(): Omit<Block, "receipts"> {
    this.#admitting = 0
    this.#deliver()
    for (const address of [...this.#cells.keys()].sort()) this.#execute(address)
    const sent = this.#reconcile()
    this.audit()
    const ended = [...this.#ended].sort((left, right) => compare(left.to, right.to))
    return { height: this.height, time: this.time, ended, sent, changes: this.#changes() }
  }

  nonceOf(address: string): number {
    return this.#cells.get(address)?.nonce ?? 0
  }

  /** Every actor, ascending by address. */
  actors(): readonly Actor[] {
    return [...this.#cells.values()]
      .sort((left, right) => compare(left.address, right.address))
      .map(({ outbox: _outbox, set: _set, spawned: _spawned, ...actor }) => copyOf(actor))
  }

  /** Every asset that was ever issued, ascending. */
  assets(): readonly string[] {
    const held = [...this.genesis.actors.map(({ balances }) => balances), ...[...this.#cells.values()].map(({ minted }) => minted)]
    return [...new Set(held.flatMap((amounts) => Object.keys(amounts)))].sort()
  }

  /** Genesis + minted - burned. */
  supplyOf(asset: string): bigint {
    const atGenesis = this.genesis.actors.reduce((sum, { balances }) => sum + (balances[asset] ?? 0n), 0n)
    return [...this.#cells.values()].reduce((sum, { minted, burned }) => sum + (minted[asset] ?? 0n) - (burned[asset] ?? 0n), atGenesis)
  }

  /** Nothing waits and nothing is under way. */
  get quiet(): boolean {
    return this.#arrivals.length === 0 && [...this.#cells.values()].every(({ mailbox, timers }) => mailbox.length === 0 && timers.length === 0)
  }

  /** Identities of all messages under way, waiting in mailboxes or set as timers. */
  underWay(): readonly string[] {
    return [...this.#arrivals, ...[...this.#cells.values()].flatMap(({ mailbox, timers }) => [...mailbox, ...timers])].map(({ id }) => id)
  }

  /** Per asset: holdings + funds under way = genesis + minted - burned. */
  audit(): void {
    const sum: Record<string, bigint> = {}
    const cells = [...this.#cells.values()]
    for (const { balances } of this.genesis.actors) for (const [asset, amount] of entries(balances)) add(sum, asset, -amount)
    for (const { minted } of cells) for (const [asset, amount] of entries(minted)) add(sum, asset, -amount)
    for (const { burned } of cells) for (const [asset, amount] of entries(burned)) add(sum, asset, amount)
    for (const { balances } of cells) for (const [asset, amount] of entries(balances)) add(sum, asset, amount)
    for (const { funds } of [...this.#arrivals, ...cells.flatMap(({ mailbox }) => mailbox)]) for (const [asset, amount] of entries(funds)) add(sum, asset, amount)
    for (const [asset, difference] of entries(sum)) throw new Error(`the book of ${asset} is off by ${difference} in block ${this.height}`)
  }

  // --- 1. Admit ---

  #inadmissible(transaction: Transaction): Refusal | undefined {
    const field = malformed(transaction)
    if (field !== undefined) return refusal("InvalidTransaction", { field })
    const { from, nonce, funds } = transaction
    const account = this.#cells.get(from)
    if (account?.kind !== ACCOUNT) return refusal("UnknownAccount", { address: from })
    if (nonce !== account.nonce) return refusal("NonceMismatch", { address: from, expected: account.nonce, given: nonce })
    for (const [asset] of entries(funds)) if (!this.#everIssued(asset)) return refusal("UnknownAsset", { asset })
    for (const [asset, needed] of entries(funds)) {
      const available = account.balances[asset] ?? 0n
      if (available < needed) return refusal("InsufficientBalance", { address: from, asset, available, needed })
    }
    return undefined
  }

  #everIssued(asset: string): boolean {
    return this.assets().includes(asset)
  }

  // --- 2. Deliver ---

  #deliver(): void {
    const arriving = [...this.#arrivals, ...this.#transactions]
    this.#arrivals = []
    for (const to of [...new Set(arriving.map((message) => message.to))].sort()) {
      const arrivals = this.#policy(arriving.filter((message) => message.to === to), to, this.height)
      const cell = this.#cells.get(to)
      if (cell === undefined) {
        for (const message of arrivals) this.#giveBack(message, "bounced", refusal("NoSuchActor", { address: to }))
        continue
      }
      for (const message of arrivals) {
        const reason = this.#undeliverable(message, cell)
        if (reason === undefined) cell.mailbox.push(message)
        else this.#giveBack(message, "bounced", reason)
      }
    }
  }

  #undeliverable(message: Message, cell: Cell): Refusal | undefined {
    const { hopsMax, mailboxMax } = this.genesis.limits
    if (message.kind !== "transaction" && message.kind !== "call") return undefined
    if (message.hop > hopsMax) return refusal("HopLimit", { maximum: BigInt(hopsMax) })
    if (cell.mailbox.length >= mailboxMax) return refusal("MailboxFull", { maximum: BigInt(mailboxMax) })
    return undefined
  }

  /** Ends a transaction, call or timer unhandled: the same funds go back to its sender, for its continuation if it names one. */
  #giveBack(message: Message, outcome: "bounced" | "expired", reason: Refusal): void {
    const bounce = bounceOf(message, reason)
    const cell = this.#cells.get(message.to)
    if (cell !== undefined) emit(cell, bounce, message)
    else {
      const outbox = this.#ghosts.get(message.to) ?? []
      this.#ghosts.set(message.to, outbox)
      outbox.push({ ...bounce, ...inherited(message), id: `${message.id}!`, from: message.to, sequence: outbox.length })
    }
    this.#end(message, outcome, { reason })
  }

  #end(message: Message, outcome: Ended["outcome"], more: Partial<Ended>): void {
    const { id, kind, from, to, type } = message
    this.#ended.push({ id, kind, from, to, type, outcome, reason: undefined, handlerFailure: undefined, events: [], reply: undefined, ...more })
  }

  // --- 3. Execute ---

  #execute(address: string): void {
    const { mailbox, kind } = this.#cell(address)
    const portion = mailbox.splice(0, kindOf(kind).capacity)
    const inBatch = ({ kind: what, type, deadline }: Message): boolean =>
      what !== "reply" && what !== "bounce" && kindOf(kind).batches.includes(type) && (deadline === undefined || deadline >= this.height)
    for (const message of portion.filter((one) => !inBatch(one))) {
      if (message.kind === "reply" || message.kind === "bounce") this.#resume(message)
      else this.#handle(message)
    }
    const together = portion.filter(inBatch)
    for (const type of new Set(together.map((message) => message.type))) this.#handleTogether(address, type, together.filter((message) => message.type === type))
  }

  /** All messages of one type: one state at the end, every message answered for itself, or all of them refused. */
  #handleTogether(address: string, type: MessageType, messages: readonly Message[]): void {
    const settled = this.#settle(address, type, messages)
    if ("refusal" in settled) {
      for (const message of messages) this.#giveBack(message, "bounced", settled.refusal)
      return
    }
    this.#cells.set(address, settled.cell)
    for (const [message, outcome, more] of settled.ends) this.#end(message, outcome, more)
  }

  #settle(address: string, type: MessageType, messages: readonly Message[]): { readonly refusal: Refusal } | { readonly cell: Cell; readonly ends: readonly (readonly [Message, "handled" | "bounced", Partial<Ended>])[] } {
    const cell = messages.reduce((credit, { funds }) => credited(credit, funds), this.#cell(address))
    const { sender: _sender, funds: _funds, id: _id, ...env } = this.#environment(cell, messages[0] as Message)
    const calls = messages.map(({ id, from, payload, funds }) => ({ id, sender: from, payload: payload as Payload, funds }))
    const results = behaveTogether(kindOf(cell.kind), cell.state as State, type, calls, env)
    for (const result of results) {
      if ("failure" in result && result.failure.tag === OUT_OF_RANGE.tag) return { refusal: OUT_OF_RANGE }
      if ("defect" in result && result.defect === "throw") return { refusal: refusal("Defective") }
    }
    if (results.some((result) => "defect" in result && result.defect === "undeclaredFailure")) return { refusal: refusal("Defective") }
    for (const [index, result] of results.entries()) {
      if ("failure" in result) for (const [asset, amount] of entries((messages[index] as Message).funds)) subtract(cell.balances, asset, amount)
    }
    const ends: (readonly [Message, "handled" | "bounced", Partial<Ended>])[] = []
    for (const [index, result] of results.entries()) {
      const message = messages[index] as Message
      if ("defect" in result) return { refusal: result.defect === "negativeMint" ? OUT_OF_RANGE : refusal("Defective") }
      if ("failure" in result) {
        emit(cell, bounceOf(message, result.failure), message)
        ends.push([message, "bounced", { reason: result.failure }])
      } else {
        const problem = this.#apply(cell, result.step, message)
        if (problem !== undefined) return { refusal: problem }
        ends.push([message, "handled", { events: result.step.events, reply: result.step.reply }])
      }
    }
    return { cell, ends }
  }

  #handle(message: Message): void {
    const cell = this.#cell(message.to)
    if (message.deadline !== undefined && message.deadline < this.height) {
      return this.#giveBack(message, "expired", refusal("Expired", { deadline: BigInt(message.deadline) }))
    }
    if (!kindOf(cell.kind).handles.includes(message.type)) return this.#giveBack(message, "bounced", refusal("UnknownMessage", { type: message.type }))
    const attempt = this.#attempt(credited(cell, message.funds), message, { on: "message", type: message.type, payload: message.payload as Payload })
    if ("refusal" in attempt) return this.#giveBack(message, "bounced", attempt.refusal)
    this.#cells.set(message.to, attempt.cell)
    this.#end(message, "handled", { events: attempt.step.events, reply: attempt.step.reply })
  }

  /** A reply or bounce: its funds stay whatever its handler does. */
  #resume(message: Message): void {
    const cell = credited(this.#cell(message.to), message.funds)
    this.#cells.set(message.to, cell)
    const input = resumption(message, cell)
    if (input === undefined || message.hop > this.genesis.limits.hopsReturnMax) return this.#end(message, "handled", {})
    const attempt = this.#attempt(copyOf(cell), message, input)
    if ("refusal" in attempt) return this.#end(message, "handled", { handlerFailure: attempt.refusal })
    this.#cells.set(message.to, attempt.cell)
    this.#end(message, "handled", { events: attempt.step.events })
  }

  /** Runs the handler and applies its step to `cell`, a copy that is thrown away when there is a refusal. */
  #attempt(cell: Cell, message: Message, input: Input): Attempt {
    const result = behave(kindOf(cell.kind), cell.state, input, this.#environment(cell, message))
    if ("failure" in result) return { refusal: result.failure }
    if ("defect" in result) return { refusal: result.defect === "negativeMint" ? OUT_OF_RANGE : refusal("Defective") }
    const problem = this.#apply(cell, result.step, message)
    return problem === undefined ? { cell, step: result.step } : { refusal: problem }
  }

  #environment(cell: Cell, message: Message): Environment {
    return {
      self: cell.address, sender: message.from, id: message.id, funds: message.funds, height: this.height, time: this.time,
      balance: (asset) => cell.balances[asset] ?? 0n,
      supply: (asset) => (issues(cell, asset) ? this.#supply(cell, asset) : 0n),
      view: (address) => this.#before.get(address)?.view,
      trace: this.#trace,
    }
  }

  #supply(cell: Cell, asset: string): bigint {
    const atGenesis = this.genesis.actors.reduce((sum, { balances }) => sum + (balances[asset] ?? 0n), 0n)
    return atGenesis + (cell.minted[asset] ?? 0n) - (cell.burned[asset] ?? 0n)
  }

  #apply(cell: Cell, step: Step, message: Message): Refusal | undefined {
    const { limits } = this.genesis
    const reached = (limit: keyof Limits): Refusal => refusal("LimitReached", { limit, maximum: BigInt(limits[limit]) })
    if (step.sends.length > limits.sendsMax) return reached("sendsMax")
    if (step.events.length > limits.eventsMax) return reached("eventsMax")
    if (step.spawns.length > limits.spawnsMax) return reached("spawnsMax")
    if (step.timers.length > limits.timersPerStepMax) return reached("timersPerStepMax")
    // A timer that the actor could never handle makes the step malformed.
    if (step.timers.some(({ type }) => ![...kindOf(cell.kind).handles, ...kindOf(cell.kind).batches].includes(type))) return refusal("Defective")
    for (const [asset, amount] of entries(step.mints)) {
      if (!issues(cell, asset)) return refusal("NotIssuer", { asset })
      if (this.#supply(cell, asset) + amount > AMOUNT_MAX) return OUT_OF_RANGE
      add(cell.minted, asset, amount)
      add(cell.balances, asset, amount)
    }
    for (const [asset, needed] of entries(step.burns)) {
      const available = cell.balances[asset] ?? 0n
      if (!issues(cell, asset)) return refusal("NotIssuer", { asset })
      if (available < needed) return refusal("InsufficientFunds", { asset, available, needed })
      add(cell.burned, asset, needed)
      subtract(cell.balances, asset, needed)
    }
    for (const { to, type, payload, funds, deadline, then } of step.sends) {
      for (const [asset, needed] of entries(funds)) {
        const available = cell.balances[asset] ?? 0n
        if (available < needed) return refusal("InsufficientFunds", { asset, available, needed })
        subtract(cell.balances, asset, needed)
      }
      emit(cell, { kind: "call", to, type, payload, funds: Object.fromEntries(entries(funds)), deadline, then, reason: undefined }, message)
    }
    for (const { name, kind } of step.spawns) {
      const address = `${cell.address}/${name}`
      if (this.#cells.has(address) || cell.spawned.some((child) => child.address === address)) return refusal("SpawnRefused", { address })
      cell.spawned.push({ address, kind })
    }
    for (const [index, { blocks }] of step.timers.entries()) {
      if (blocks > limits.timerBlocksMax) return reached("timerBlocksMax")
      if (cell.timers.length + index + 1 > limits.timersMax) return reached("timersMax")
    }
    if (message.then !== undefined && message.kind === "call") {
      const { from: to, type, then } = message
      emit(cell, { kind: "reply", to, type, payload: step.reply, funds: {}, deadline: undefined, then, reason: undefined }, message)
    }
    for (const timer of step.timers) this.#setTimer(cell, timer, message)
    cell.state = step.state
    return undefined
  }

  #setTimer(cell: Cell, { blocks, type, payload }: Step["timers"][number], message: Message): void {
    const due = this.height + blocks
    const sequence = cell.sequence++
    const id = `${cell.address}#${sequence}`
    cell.set.push({ id, due, type, payload })
    cell.timers.push({
      id, kind: "timer", from: cell.address, to: cell.address, type, payload, funds: {}, cause: message.cause, hop: 0,
      deadline: undefined, then: undefined, reason: undefined, parent: message.id, due, sequence,
    })
  }

  // --- 4. Reconcile ---

  #reconcile(): readonly Message[] {
    const cells = [...this.#cells.values()]
    const outboxes = [...cells.map(({ outbox }) => outbox), ...this.#ghosts.values()]
    const due = cells.flatMap(({ timers }) => timers.filter((timer) => timer.due === this.height + 1))
    const placed = [...outboxes.flatMap(lifted), ...due.map((timer) => ({ emission: timer, position: timer.cause }))]
    placed.sort(canonically)
    this.#arrivals = placed.map(({ emission }) => {
      const { sequence: _sequence, due: _due, ...message } = emission as Emission & { due?: number }
      return message
    })
    for (const cell of cells) {
      cell.outbox = []
      cell.timers = cell.timers.filter((timer) => timer.due > this.height + 1)
      for (const { address, kind } of cell.spawned) this.#cells.set(address, newborn(address, kind, {}))
      cell.spawned = []
    }
    for (const cell of this.#cells.values()) cell.view = viewOf(cell.kind, cell.state)
    return copyOf(this.#arrivals)
  }

  #changes(): readonly Change[] {
    const changes: Change[] = []
    for (const cell of [...this.#cells.values()].sort((left, right) => compare(left.address, right.address))) {
      const { address, kind, nonce, sequence, set, state, view, balances } = cell
      const old = this.#before.get(address)
      cell.set = []
      const assets = [...new Set([...Object.keys(balances), ...Object.keys(old?.balances ?? {})])].sort()
      const change: Change = {
        address, nonce, sequence, timers: set,
        born: old === undefined ? kind : undefined,
        balances: assets.filter((asset) => (balances[asset] ?? 0n) !== (old?.balances[asset] ?? 0n)).map((asset) => [asset, balances[asset] ?? 0n] as const),
        state: isDeepStrictEqual(state, old?.state) ? undefined : state,
        view: isDeepStrictEqual(view, old?.view) ? undefined : view,
      }
      const same = old !== undefined && nonce === old.nonce && sequence === old.sequence && change.balances.length === 0 && change.state === undefined
      if (!same) changes.push(copyOf(change))
    }
    return changes
  }

  #cell(address: string): Cell {
    const cell = this.#cells.get(address)
    if (cell === undefined) throw new Error(`nobody lives at ${address}`)
    return cell
  }
}

// --- Pieces ----------------------------------------------------------------------------------------------------------

/** The input of a reply's or bounce's handler; undefined when it has none. */
const resumption = (message: Message, cell: Cell): Input | undefined => {
  const { kind, then, funds: refund, type, from: by } = message
  const reason = message.reason?.tag ?? ""
  if (kind === "reply") return then === undefined ? undefined : { on: "reply", then, reply: message.payload as Reply | undefined }
  if (then !== undefined) return { on: "failed", then, reason, refund }
  if (kindOf(cell.kind).bounced === undefined) return undefined
  return { on: "bounced", type, payload: message.payload as Payload, reason, refund, by }
}

const bounceOf = ({ from, type, payload, funds, then }: Message, reason: Refusal) =>
  ({ kind: "bounce", to: from, type, payload, funds, deadline: undefined, then, reason }) as const
