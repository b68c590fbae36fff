import type { Address } from "./address.ts"
import type { Cell } from "./cell.ts"
import { returnUnhandled } from "./deliver.ts"
import { BOUNCE, HANDLED, REPLY, type Envelope } from "./envelope.ts"
import { Failure } from "./failure.ts"
import type { Kernel } from "./kernel.ts"

/** A message about to be handled, as a fault sees it. `kind` is an index of transaction, call, reply, bounce, timer. */
export type Intercepted = Pick<Envelope, "kind" | "from" | "to" | "message" | "payload" | "funds" | "causeBlock" | "causeIndex" | "hop" | "then" | "id">

/**
 * Faults that a test puts into a world, as a chain may have them: asked before each handling, in the order of handling. Must be
 * deterministic. A world without it pays one comparison for each message.
 */
export interface Interception {
  /**
   * A failure refuses the message before its handler runs: a transaction, call or timer bounces with that reason; of a reply or bounce the
   * credit stays, and its handler does not run. `{ reply }` changes what a reply says; it must fit the message's reply.
   */
  readonly message?: (message: Intercepted) => Failure | { readonly reply: unknown } | undefined
  /** What the handler of a message sees of a view, in place of what is published. */
  readonly view?: (message: Intercepted, address: Address, published: any) => any
}

/** Whether a fault took the place of the handling. */
export const isIntercepted = (kernel: Kernel, intercept: Interception, cell: Cell, envelope: Envelope): boolean => {
  const fault = intercept.message?.(envelope)
  if (fault === undefined) return false
  const returns = envelope.kind === REPLY || envelope.kind === BOUNCE
  if (!(fault instanceof Failure)) {
    if (envelope.kind === REPLY) envelope.payload = fault.reply
    return false
  }
  if (returns) {
    kernel.credit(cell, envelope)
    envelope.outcome = HANDLED
    envelope.endedAt = kernel.height
    envelope.refusal = fault
    kernel.end(envelope)
  } else returnUnhandled(kernel, cell, envelope, fault)
  return true
}
