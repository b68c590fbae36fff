import { Account } from "./account.ts"
import { isAddress } from "./address.ts"
import { MalformedBytes } from "./bytes.ts"
import type { Cell, Holding } from "./cell.ts"
import { Envelope, NO_DEADLINE, TRANSACTION } from "./envelope.ts"
import { writeEnvelope } from "./envelope-bytes.ts"
import { Funds, fundsOf } from "./funds.ts"
import { remember, type Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import {
  InsufficientBalance,
  InvalidTransaction,
  NonceMismatch,
  Unauthenticated,
  UnknownAccount,
  UnknownAsset,
  type Refusal,
} from "./refusal.ts"
import { clip, show } from "./show.ts"
import type { Transaction } from "./transaction.ts"

/** What became of one given transaction at the door. */
export type Admission = Envelope | Refusal

/** Phase 1 of a block, for one transaction: all checks in their documented order, then nonce and funds are taken. */
export const admit = (kernel: Kernel, transaction: Transaction, index: number, cell: Cell | undefined, toCell: Cell | undefined): Admission => {
  const form = checkForm(kernel, transaction, cell, toCell)
  if (!(form instanceof Funds)) return form
  const funds = form
  const { from, nonce, to, message, payload, deadline } = transaction
  if (cell === undefined || cell.definition !== Account) return new UnknownAccount({ address: from })
  const authenticate = kernel.config.authenticate
  if (authenticate !== undefined) {
    const problem = answerOf(authenticate, transaction)
    if (problem !== undefined) return new Unauthenticated({ address: from, problem: clip(String(problem)) })
  }
  if (nonce !== cell.nonce) return new NonceMismatch({ address: from, expected: cell.nonce, given: nonce })
  const uncovered = fundsShortage(kernel, cell, funds)
  if (uncovered !== undefined) return uncovered

  kernel.touch(cell)
  cell.nonce++
  const envelope = new Envelope(
    TRANSACTION, from, cell, to, toCell, message, payload, funds, kernel.height, index, nonce, 0, deadline ?? NO_DEADLINE, undefined, undefined,
    undefined, "", 0,
  )
  // For whoever asks which messages of a batch have one sender: it needs not visit the cell for that.
  envelope.endedAt = cell.place
  debit(kernel, cell, envelope)
  if (kernel.config.sealed) {
    writeEnvelope(kernel.inputs.writer, envelope, kernel.cells.names)
    kernel.inputs.note(cell.slot)
  }
  if (kernel.trace !== undefined) remember(kernel.trace, envelope)
  return envelope
}

/** The funds of a transaction that has its form, which depends on nothing but the transaction; or the first field that has not. */
export const checkForm = (kernel: Kernel, transaction: Transaction | MalformedBytes, cell: Cell | undefined, toCell: Cell | undefined): Funds | InvalidTransaction => {
  if (transaction instanceof MalformedBytes) return invalid("bytes", "those of a transaction", transaction.message)
  if (typeof transaction !== "object" || transaction === null) return invalid("transaction", "an object", transaction)
  const malformed = formProblem(kernel, transaction, cell, toCell)
  if (malformed !== undefined) return malformed
  const { deadline } = transaction
  const funds = transaction.funds === undefined ? Funds.none : fundsOf(transaction.funds, kernel.assets, cell)
  if (!(funds instanceof Funds)) return invalid(funds.path === "" ? "funds" : `funds.${funds.path}`, funds.expected, funds.value)
  if (deadline !== undefined && (!Number.isSafeInteger(deadline) || deadline < 0 || deadline > LIMITS.heightMax)) {
    return invalid("deadline", "a block height", deadline)
  }
  return funds
}

/** What the host's check of a sender says. */
export const answerOf = (authenticate: NonNullable<Kernel["config"]["authenticate"]>, transaction: Transaction): string | undefined => {
  try {
    return authenticate(transaction)
  } catch {
    return "the host's check failed"
  }
}

const formProblem = (
  kernel: Kernel,
  { from, nonce, to, message, payload }: Transaction,
  cell: Cell | undefined,
  toCell: Cell | undefined,
): InvalidTransaction | undefined => {
  if (cell === undefined && !isAddress(from)) return invalid("from", "an address", from)
  if (!Number.isSafeInteger(nonce) || nonce < 0) return invalid("nonce", "an integer from 0", nonce)
  if (toCell === undefined && !isAddress(to)) return invalid("to", "an address", to)
  if (!kernel.registry.knows(message)) {
    return invalid("message", "a message that an actor of this world handles", (message as { name?: unknown } | undefined)?.name ?? message)
  }
  const issue = message.payload.check(payload)
  if (issue !== undefined) return invalid(issue.path === "" ? "payload" : `payload.${issue.path}`, issue.expected, issue.value)
  return payloadSizeProblem(kernel, message, payload)
}

const payloadSizeProblem = (kernel: Kernel, message: Transaction["message"], payload: unknown): InvalidTransaction | undefined => {
  if (message.payload.bytesMax <= LIMITS.payloadBytesMax) return undefined
  kernel.writer.reset()
  message.payload.write(kernel.writer, payload as never)
  const size = kernel.writer.length
  return size <= LIMITS.payloadBytesMax ? undefined : invalid("payload", `at most ${LIMITS.payloadBytesMax} bytes`, size)
}

const invalid = (field: string, expected: string, value: unknown): InvalidTransaction =>
  new InvalidTransaction({ field: clip(field), expected: clip(expected), value: show(value) })

/** Takes funds that were checked to be there. */
const debit = (kernel: Kernel, cell: Cell, envelope: Envelope): void => {
  for (let entry: Funds | undefined = envelope.funds; entry !== undefined && entry.amount !== 0n; entry = entry.rest) {
    const holding = cell.holding(entry.asset) as Holding
    envelope.asset ??= holding.asset
    kernel.debit(cell, holding, entry.amount)
  }
}

const fundsShortage = (kernel: Kernel, cell: Cell, funds: Funds): Refusal | undefined => {
  if (funds.isEmpty) return undefined
  let short: Refusal | undefined
  for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
    const holding = cell.holding(entry.asset)
    if (holding !== undefined && kernel.amounts.covers(holding.at, entry.amount)) continue
    if (kernel.assets.get(entry.asset)?.issued !== true) return new UnknownAsset({ asset: entry.asset })
    const available = holding === undefined ? 0n : holding.amount
    short ??= new InsufficientBalance({ address: cell.address, asset: entry.asset, available, needed: entry.amount })
  }
  return short
}
