import { Account } from "./account.ts"
import { isAddress } from "./address.ts"
import type { Cell } from "./cell.ts"
import { Envelope, positionOf, TRANSACTION } from "./envelope.ts"
import { Funds, fundsProblem } from "./funds.ts"
import { remember, type Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import {
  InsufficientBalance,
  InvalidTransaction,
  NonceMismatch,
  show,
  Unauthenticated,
  UnknownAccount,
  UnknownAsset,
  type Refusal,
} from "./refusal.ts"
import type { Transaction } from "./transaction.ts"

/** What became of one given transaction at the door. */
export type Admission = Envelope | Refusal

/** Phase 1 of a block, for one transaction: all checks in their documented order, then nonce and funds are taken. */
export const admit = (kernel: Kernel, transaction: Transaction, index: number): Admission => {
  const malformed = formProblem(kernel, transaction)
  if (malformed !== undefined) return malformed
  const { from, nonce, to, message, payload, deadline } = transaction
  const cell = kernel.cells.get(from)
  if (cell === undefined || cell.definition !== Account) return new UnknownAccount({ address: from })
  const authenticate = kernel.config.authenticate
  if (authenticate !== undefined) {
    const problem = authenticate(transaction)
    if (problem !== undefined) return new Unauthenticated({ address: from, problem: problem.slice(0, 400) })
  }
  if (nonce !== cell.nonce) return new NonceMismatch({ address: from, expected: cell.nonce, given: nonce })
  const funds = transaction.funds === undefined ? Funds.none : Funds.from(transaction.funds)
  const uncovered = funds.isEmpty ? undefined : fundsShortage(kernel, cell, funds)
  if (uncovered !== undefined) return uncovered

  kernel.touch(cell)
  cell.nonce++
  if (!funds.isEmpty) kernel.debit(cell, funds)
  const envelope = new Envelope(
    TRANSACTION, from, cell, to, message, payload, funds, positionOf(kernel.height, index), nonce, 0,
    deadline ?? Infinity, undefined, undefined, undefined, "", NaN,
  )
  if (kernel.trace !== undefined) remember(kernel.trace, envelope)
  return envelope
}

const formProblem = (kernel: Kernel, transaction: Transaction): InvalidTransaction | undefined => {
  if (typeof transaction !== "object" || transaction === null) return invalid("transaction", "an object", transaction)
  const { from, nonce, to, message, payload, funds, deadline } = transaction
  if (!kernel.cells.has(from) && !isAddress(from)) return invalid("from", "an address", from)
  if (!Number.isSafeInteger(nonce) || nonce < 0) return invalid("nonce", "an integer from 0", nonce)
  if (!kernel.cells.has(to) && !isAddress(to)) return invalid("to", "an address", to)
  if (!kernel.registry.messageSet.has(message)) {
    return invalid("message", "a message that an actor of this world handles", (message as { name?: unknown } | undefined)?.name ?? message)
  }
  const issue = message.payload.check(payload)
  if (issue !== undefined) return invalid(issue.path === "" ? "payload" : `payload.${issue.path}`, issue.expected, issue.value)
  if (funds !== undefined) {
    const problem = fundsProblem(funds)
    if (problem !== undefined) return invalid(problem.path === "" ? "funds" : `funds.${problem.path}`, problem.expected, problem.value)
  }
  if (deadline !== undefined && (!Number.isSafeInteger(deadline) || deadline < 0 || deadline > LIMITS.heightMax)) {
    return invalid("deadline", "a block height", deadline)
  }
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
  new InvalidTransaction({ field, expected: expected.slice(0, 400), value: show(value) })

const fundsShortage = (kernel: Kernel, cell: Cell, funds: Funds): Refusal | undefined => {
  for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
    if (kernel.assets.get(entry.asset)?.issued !== true) return new UnknownAsset({ asset: entry.asset })
  }
  for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
    const available = cell.balance(entry.asset)
    if (available < entry.amount) {
      return new InsufficientBalance({ address: cell.address, asset: entry.asset, available, needed: entry.amount })
    }
  }
  return undefined
}
