import { Account } from "../account.ts"
import type { ByteReader } from "../bytes.ts"
import { isSpelled } from "../names.ts"
import type { Cell, Holding } from "../cell.ts"
import type { Kernel } from "../kernel.ts"
import { Payment } from "../step.ts"
import type { Bag } from "./bag.ts"

/**
 * Payments from other shards that accounts take straight from their bytes: no message is made of them. An account takes what it can take at once
 * in any order, so nobody can tell it from a message that was delivered (`deliver.ts`), as long as no limit is near and nobody asks for receipts.
 */
export class Takings {
  /** Payments taken in this block. */
  count = 0
  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  /** Whether messages of so many bytes, with all others that arrive in this block, cannot fill any mailbox; else their order would show. */
  begin(bytes: number, others: number): boolean {
    const { paysAtOnce, config } = this.kernel
    this.count = 0
    return paysAtOnce && bytes / BYTES_MIN + others < config.limits.mailboxMax
  }

  /** Credits a packed transaction if it is a plain payment that an account takes at once; else does nothing. */
  credit(reader: ByteReader, bag: Bag, at: number): boolean {
    const { bytes } = reader
    const start = bag.starts[at] as number
    const toAt = start + 2 + (bytes[start + 1] as number)
    const toLength = bytes[toAt] as number
    if (bytes[start + 1]! > SHORT_MAX || toLength > SHORT_MAX) return false
    const codeAt = afterNumbers(bytes, toAt + 1 + toLength)
    if (!isPayment(bytes, codeAt)) return false
    const cell = this.kernel.cells.spelled(bag.toHashes[at] as number, bag.receivers[at], reader, toAt)
    if (cell === undefined || cell.definition !== Account) return false
    const assetLength = bytes[codeAt + CODE_BYTES] as number
    const holding = heldIn(cell, bytes, codeAt + CODE_BYTES + 1, assetLength)
    // A new one would count towards a limit.
    if (holding === undefined || holding.asset.amounts.isZero(holding.at)) return false
    reader.offset = codeAt + CODE_BYTES + 1 + assetLength
    const amount = reader.uint()
    // No other asset, no deadline, no continuation.
    const { offset } = reader
    if (offset + 3 !== bag.ends[at] || bytes[offset] !== 0 || bytes[offset + 1] !== 0 || bytes[offset + 2] !== 0) return false
    this.take(cell, holding, amount)
    return true
  }

  private take(cell: Cell, holding: Holding, amount: bigint): void {
    const { kernel } = this
    kernel.touch(cell)
    kernel.receive(cell, holding, amount)
    cell.taken++
    this.count++
  }
}

/** Less than the shortest packed transaction. */
const BYTES_MIN = 16
/** The longest text whose length is one byte. */
const SHORT_MAX = 127
const CODE_BYTES = 4
/** Sequence, block and index of the cause, hop. */
const NUMBERS = 4

const afterNumbers = (bytes: Uint8Array, from: number): number => {
  let at = from
  for (let number = 0; number < NUMBERS; number++) while ((bytes[at++] as number) > SHORT_MAX);
  return at
}

const PAYMENT = Uint8Array.of(Payment.code, Payment.code >>> 8, Payment.code >>> 16, Payment.code >>> 24)

const isPayment = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === PAYMENT[0] && bytes[at + 1] === PAYMENT[1] && bytes[at + 2] === PAYMENT[2] && bytes[at + 3] === PAYMENT[3]

/** The actor's balance of the asset with this name, if it ever held any. */
export const heldIn = (cell: Cell, bytes: Uint8Array, from: number, length: number): Holding | undefined => {
  if (cell.holdingsCount === 0) return undefined
  for (let holding: Holding | undefined = cell; holding !== undefined; holding = holding.next) {
    if (isSpelled(holding.asset.name, bytes, from, length)) return holding
  }
  return undefined
}
