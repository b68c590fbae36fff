import type { Address } from "../address.ts"
import type { ByteReader, ByteWriter } from "../bytes.ts"
import type { Transaction } from "../transaction.ts"
import type { Codes } from "../codes.ts"
import { readTransaction } from "../transaction-bytes.ts"

/** Who takes the transactions of a block that begin in one shard, with their places in the block, ascending. */
type Take = (index: number, transaction: Transaction) => void

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

/** Gives the shard's transactions to `take`. What the host's check of a sender found is noted in `problems` before. */
export const readGiven = (reader: ByteReader, codes: Codes, source: Source | undefined, place: Place, problems: Map<Transaction, string>, take: Take): void => {
  if (reader.u8() === SOURCE) {
    if (source === undefined) reader.fail("a block of a source, but the shard has none")
    ;(source as Source)(place, take)
    return
  }
  while (!reader.done) {
    const index = reader.varint()
    const problem = reader.text()
    const transaction = readTransaction(reader, codes)
    if (problem !== NO_PROBLEM) problems.set(transaction, problem)
    take(index, transaction)
  }
}
