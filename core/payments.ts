import { Account } from "./account.ts"
import { slotOf, type Address } from "./address.ts"
import type { Asset, Cell, Holding } from "./cell.ts"
import { CALL, Envelope, fromAsParent, NO_DEADLINE, sequenceAsParent, TRANSACTION } from "./envelope.ts"
import { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import { NO_PAYLOAD, Payment } from "./step.ts"

/** Eight times eight bytes of one payment, a line of a cache: two numbers that may be large, five that may not, and the amounts. */
const LONGS = 8
const SEQUENCE = 0
const PARENT = 1
/** By words of 32 bits. */
const WORDS = 16
const CAUSE_BLOCK = 4
const CAUSE_INDEX = 5
const BLOCK = 6
const INDEX = 7
const HOP = 8
/** By longs again. */
const AMOUNT = 5
const OTHER_AMOUNT = 6

/** The numbers of one payment, by which it is added. Whoever adds many uses one object for all. */
export class Slip {
  sequence = 0
  /** The parent's sequence, as an envelope has it. */
  parent = 0
  causeBlock = 0
  causeIndex = 0
  /** The position, which is the cause where it was not lifted. */
  block = 0
  index = 0
  hop = 0
}

/**
 * Plain payments to accounts that are under way, as numbers instead of objects. Most messages of a market are such, an account takes them as they arrive,
 * and nobody looks at them again: so nothing is made of them that the collector would have to move, and nothing is read that has left the processor's
 * caches. Whoever does ask for one gets the message that it stands for.
 */
export class Payments {
  count = 0
  /** Who is paid; nobody that this kernel knows, where the payment is on its way to another shard. */
  readonly to: (Cell | undefined)[] = []
  readonly assets: Asset[] = []
  /** The second asset of those that pay two. */
  readonly others: (Asset | undefined)[] = []
  /** The sender, or only its address where it lives elsewhere. */
  readonly senders: (Cell | Address)[] = []
  /** The sender of the message that caused it, where that is not who is paid. */
  readonly parents: (string | undefined)[] = []
  private numbers = new Float64Array(LONGS * 64)
  private limbs = new BigUint64Array(this.numbers.buffer)
  /** The same as words: of an amount, the lower half first. */
  words = new Uint32Array(this.numbers.buffer)

  /** Adds a payment of one amount or two below 2^64 and gives its place. `parent`: who sent the message that caused it, if that is not who is paid. */
  add(
    slip: Slip, sender: Cell | Address, parent: string | undefined, to: Cell | undefined, asset: Asset, amount: bigint, other: Asset | undefined, otherAmount: bigint,
  ): number {
    const place = this.count++
    const at = place * LONGS
    if (at === this.numbers.length) this.grow()
    const { numbers, words, limbs } = this
    this.to[place] = to
    this.assets[place] = asset
    this.others[place] = other
    this.senders[place] = sender
    this.parents[place] = parent
    numbers[at + SEQUENCE] = slip.sequence
    numbers[at + PARENT] = slip.parent
    words[at * 2 + CAUSE_BLOCK] = slip.causeBlock
    words[at * 2 + CAUSE_INDEX] = slip.causeIndex
    words[at * 2 + BLOCK] = slip.block
    words[at * 2 + INDEX] = slip.index
    words[at * 2 + HOP] = slip.hop
    limbs[at + AMOUNT] = amount
    limbs[at + OTHER_AMOUNT] = otherAmount
    return place
  }

  /** Where the amount stands in `words`. */
  amountAt(place: number): number {
    return (place * LONGS + AMOUNT) * 2
  }

  /** The same of the second asset. */
  otherAmountAt(place: number): number {
    return (place * LONGS + OTHER_AMOUNT) * 2
  }

  /** Brings it into the processor's caches. */
  peek(place: number): number {
    return this.words[this.amountAt(place)] as number
  }

  senderOf(place: number): Address {
    const sender = this.senders[place] as Cell | Address
    return typeof sender === "string" ? sender : sender.address
  }

  sequenceOf(place: number): number {
    return this.number(place, SEQUENCE)
  }

  parentOf(place: number): number {
    return this.number(place, PARENT)
  }

  causeBlockOf(place: number): number {
    return this.words[place * WORDS + CAUSE_BLOCK] as number
  }

  causeIndexOf(place: number): number {
    return this.words[place * WORDS + CAUSE_INDEX] as number
  }

  blockOf(place: number): number {
    return this.words[place * WORDS + BLOCK] as number
  }

  indexOf(place: number): number {
    return this.words[place * WORDS + INDEX] as number
  }

  hopOf(place: number): number {
    return this.words[place * WORDS + HOP] as number
  }

  amountOf(place: number): bigint {
    return this.limbs[place * LONGS + AMOUNT] as bigint
  }

  /** Of those that pay two assets. */
  otherAmountOf(place: number): bigint {
    return this.limbs[place * LONGS + OTHER_AMOUNT] as bigint
  }

  /** As JavaScript engines keep a number that needs no object: one message with a field that is none would make all messages slower. */
  private number(place: number, field: number): number {
    const value = this.numbers[place * LONGS + field] as number
    return value >= -(2 ** 30) && value < 2 ** 30 ? value | 0 : value
  }

  /** The message that a payment stands for. */
  envelope(place: number): Envelope {
    const to = this.to[place] as Cell
    const sender = this.senders[place] as Cell | Address
    const fromCell = typeof sender === "string" ? undefined : sender
    const asset = this.assets[place] as Asset
    const other = this.others[place]
    const amount = this.amountOf(place)
    const funds = other === undefined ? Funds.of(asset.name, amount) : Funds.both(asset.name, amount, other.name, this.otherAmountOf(place))
    const envelope = new Envelope(
      CALL, this.senderOf(place), fromCell, to.address, to, Payment, NO_PAYLOAD, funds, this.causeBlockOf(place), this.causeIndexOf(place), this.sequenceOf(place),
      this.hopOf(place), NO_DEADLINE, undefined, undefined, undefined, this.parents[place] ?? to.address, this.parentOf(place),
    )
    envelope.moveTo(this.blockOf(place), this.indexOf(place))
    return envelope
  }

  private grow(): void {
    const numbers = new Float64Array(this.numbers.length * 2)
    // Copies the bits: amounts are no numbers.
    numbers.set(this.numbers)
    this.numbers = numbers
    this.limbs = new BigUint64Array(numbers.buffer)
    this.words = new Uint32Array(numbers.buffer)
  }
}

const SLIP = new Slip()
/** The payment that leaves for another shard, before it is packed. */
const LEAVING = new Payments()

/**
 * Puts a plain payment of one asset or two that `envelope` causes on its way, as the actor's next message, without making a message of it. False: it
 * needs one, and nothing has happened. `receiver`: who lives at `to`, if anybody does here; `toSlot`: its slot, where that is known without visiting it, else -1.
 */
export const payPlainly = (kernel: Kernel, cell: Cell, envelope: Envelope, to: Address, receiver: Cell | undefined, toSlot: number, funds: Funds): boolean => {
  const { amount, rest } = funds
  if (!kernel.sparesMessages || rest?.rest !== undefined || envelope.ghost || envelope.hop >= kernel.config.limits.hopsMax) return false
  if (BigInt.asUintN(64, amount) !== amount || funds === Funds.none) return false
  if (rest !== undefined && BigInt.asUintN(64, rest.amount) !== rest.amount) return false
  const { abroad } = kernel
  const slot = toSlot >= 0 ? toSlot : receiver === undefined ? slotOf(to) : receiver.slot
  const stays = abroad === undefined || abroad.isHere(slot)
  // Who sent a transaction is an account, and has left the processor's caches since.
  const answers = to === envelope.from
  if (stays && (receiver === undefined || !((answers && envelope.kind === TRANSACTION) || receiver.definition === Account))) return false
  const { asset } = cell.holding(funds.asset) as Holding
  const other = rest === undefined ? undefined : (cell.holding(rest.asset) as Holding).asset
  if (asset.namePlace < 0 || cell.namePlace < 0 || (other !== undefined && other.namePlace < 0)) return false

  liftSlip(cell, envelope)
  SLIP.sequence = cell.sequence++
  SLIP.parent = sequenceAsParent(envelope)
  SLIP.hop = envelope.hop + 1
  abroad?.counts(cell.slot, slot)
  const payments = stays ? kernel.outbox.payments : LEAVING
  if (!stays) LEAVING.count = 0
  const place = payments.add(SLIP, cell, answers ? undefined : fromAsParent(envelope), receiver, asset, amount, other, rest === undefined ? 0n : rest.amount)
  const toPlace = answers ? placeOfSender(kernel, envelope) : -1
  if (stays) kernel.outbox.pushPayment(place, to, toPlace, kernel.cells.names, slot, kernel.config.sealed)
  else abroad.takesPayment(payments, place, to, toPlace, slot, kernel.cells.names)
  kernel.begin(asset).flightDelta.add(amount)
  if (other !== undefined) kernel.begin(other).flightDelta.add((rest as Funds).amount)
  return true
}

/** Where the bytes of a sender's address are kept, if it was touched when its transaction was admitted in this block; else -1. */
const placeOfSender = ({ changes, height }: Kernel, { kind, fromCell, causeBlock, endedAt }: Envelope): number =>
  kind === TRANSACTION && fromCell !== undefined && causeBlock === height ? changes.namePlace(endedAt) : -1

/** What `lift` of `kernel.ts` does for a message, for one that is never made: the position is the cause, or that of what left before if that is later. */
const liftSlip = (cell: Cell, { causeBlock, causeIndex }: Envelope): void => {
  if (causeBlock > cell.latestBlock || (causeBlock === cell.latestBlock && causeIndex >= cell.latestIndex)) {
    cell.latestBlock = causeBlock
    cell.latestIndex = causeIndex
  }
  SLIP.causeBlock = causeBlock
  SLIP.causeIndex = causeIndex
  SLIP.block = cell.latestBlock
  SLIP.index = cell.latestIndex
}

/** Credits a payment to its account as it arrives. False: a limit is near, or somebody asks for messages, and it needs to be one. */
export const takePayment = (kernel: Kernel, payments: Payments, place: number): boolean => {
  const cell = payments.to[place] as Cell
  kernel.touch(cell)
  const { capacity, mailboxMax } = kernel.config.limits
  if (!kernel.sparesMessages || cell.waiting > 0 || cell.taken >= capacity || cell.taken >= mailboxMax || cell.holdingsCount >= LIMITS.holdingsMax) return false
  const at = payments.amountAt(place)
  receive(kernel, cell, payments.assets[place] as Asset, payments.words, at)
  const other = payments.others[place]
  if (other !== undefined) receive(kernel, cell, other, payments.words, payments.otherAmountAt(place))
  cell.taken++
  kernel.paid++
  return true
}

const receive = (kernel: Kernel, cell: Cell, asset: Asset, words: Uint32Array, at: number): void => {
  const low = words[at] as number
  const high = words[at + 1] as number
  kernel.receiveWords(cell, cell.holdingOf(asset) ?? cell.addHolding(asset), low, high)
  asset.flightDelta.subtractWords(low, high)
}
