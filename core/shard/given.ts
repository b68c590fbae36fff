import type { Address } from "../address.ts"
import type { ByteReader, ByteWriter } from "../bytes.ts"
import type { Transaction } from "../transaction.ts"
import type { Codes } from "../codes.ts"
import { readTransaction } from "../transaction-bytes.ts"

/** The transactions of a block that begin in one shard, with their places in the block, ascending. */
export interface Given {
  readonly transactions: readonly Transaction[]
  readonly indexes: readonly number[]
  /** What the host's check of the sender found. */
  readonly problems: ReadonlyMap<Transaction, string>
}

/** Where a source's transactions are asked for. */
export interface Place {
  readonly height: number
  /** Whether the account is of this shard. Slots move, so the answer is for this block only. */
  readonly owns: (address: Address) => boolean
  /** The same for the slot of an address, for a source that keeps it. */
  readonly ownsSlot: (slot: number) => boolean
}

/**
 * Gives each shard the transactions of its own accounts, so that none goes through the main thread. It calls `give` for each of them with its
 * place in the block, ascending, and must say the same on every machine and in every shard: the shards' parts together are the block.
 * Returns the number of transactions of the whole block.
 */
export type Source = (place: Place, give: (index: number, transaction: Transaction) => void) => number

const SENT = 0
const SOURCE = 1
const NO_PROBLEM = ""

/** Appends one transaction of a block: its place, what the host's check found, and its bytes. */
export const writeGiven = (writer: ByteWriter, index: number, problem: string | undefined, transaction: (writer: ByteWriter) => void): void => {
  writer.varint(index)
  writer.text(problem ?? NO_PROBLEM)
  transaction(writer)
}

/** Begins the list: what follows are transactions to the end, or the shard asks its source. */
export const beginGiven = (writer: ByteWriter, fromSource: boolean): void => writer.u8(fromSource ? SOURCE : SENT)

const NO_PROBLEMS: ReadonlyMap<Transaction, string> = new Map()

export const readGiven = (reader: ByteReader, codes: Codes, source: Source | undefined, place: Place): Given => {
  const transactions: Transaction[] = []
  const indexes: number[] = []
  if (reader.u8() === SOURCE) {
    if (source === undefined) reader.fail("a block of a source, but the shard has none")
    ;(source as Source)(place, (index, transaction) => {
      indexes.push(index)
      transactions.push(transaction)
    })
    return { transactions, indexes, problems: NO_PROBLEMS }
  }
  let problems: Map<Transaction, string> | undefined
  while (!reader.done) {
    indexes.push(reader.varint())
    const problem = reader.text()
    const transaction = readTransaction(reader, codes)
    transactions.push(transaction)
    if (problem !== NO_PROBLEM) (problems ??= new Map()).set(transaction, problem)
  }
  return { transactions, indexes, problems: problems ?? NO_PROBLEMS }
}
