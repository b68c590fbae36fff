import { isRefusal, type Answered, type Settled } from "./answers.ts"
import type { Cell } from "./cell.ts"
import type { Codec } from "./codec.ts"
import { BOUNCED, type Envelope } from "./envelope.ts"
import { SeriesDiffers } from "./errors.ts"
import type { Emitted } from "./event.ts"
import { Failure, type AnyFailureClass } from "./failure.ts"
import { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"
import { show } from "./show.ts"
import type { Send } from "./step.ts"

/** The law of a series: it says what its handler says to one message after the other. */

/** Compares what a series says to a message with what became of it alone, where `alone` is what its handler answered. Throws `SeriesDiffers`. */
export const compareAnswers = (kernel: Kernel, cell: Cell, envelope: Envelope, inSeries: Failure | Answered, alone: unknown): void => {
  const problem = differenceOf(envelope, inSeries, alone)
  if (problem !== undefined) throw differs(kernel, cell, envelope, problem)
}

/** Compares the state that a series leaves with the one that the actor has after its messages. Throws `SeriesDiffers`. */
export const compareStates = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], step: Settled): void => {
  const expected = isRefusal(step) ? cell.state : step.state
  if ((cell.definition.stateCodec as Codec<any>).equal(expected, cell.state)) return
  throw differs(kernel, cell, calls[calls.length - 1] as Envelope, `the state is ${show(expected)} instead of ${show(cell.state)}`)
}

export const differs = ({ height }: Kernel, { address }: Cell, { id, message }: Envelope, problem: string): SeriesDiffers =>
  new SeriesDiffers({ height, actor: address, id, type: message.name, problem })

const differenceOf = (envelope: Envelope, inSeries: Failure | Answered, alone: unknown): string | undefined => {
  if (envelope.outcome === BOUNCED) {
    const refusal = envelope.refusal as Failure
    return inSeries instanceof Failure && isSameFailure(inSeries, refusal) ? undefined : `${wordOf(inSeries)} instead of ${wordOf(refusal)}`
  }
  if (inSeries instanceof Failure) return `${wordOf(inSeries)} instead of an answer`
  const { reply, sends = [], events = [], mints = Funds.none, burns = Funds.none, spawns = [], timers = [] } = alone as Answered
  if (!Funds.from(mints).isEmpty || !Funds.from(burns).isEmpty || spawns.length + timers.length > 0) return "an answer that does not mint, burn, spawn or set a timer"
  if (!areEqual(envelope.message.reply as Codec<any> | undefined, inSeries.reply, reply)) return `the reply is ${show(inSeries.reply)} instead of ${show(reply)}`
  return listDifference("sends", inSeries.sends ?? [], sends, isSameSend) ?? listDifference("events", inSeries.events ?? [], events, isSameEvent)
}

const wordOf = (one: Failure | Answered): string => (one instanceof Failure ? `the failure ${String(one)}` : "an answer")

const isSameFailure = (left: Failure, right: Failure): boolean =>
  left.constructor === right.constructor && (left.constructor as AnyFailureClass).codec.equal(left.fields, right.fields)

const areEqual = (codec: Codec<any> | undefined, left: unknown, right: unknown): boolean => (codec === undefined ? left === right : codec.equal(left, right))

const listDifference = <A>(name: string, inSeries: readonly A[], alone: readonly A[], isSame: (left: A, right: A) => boolean): string | undefined => {
  if (inSeries.length !== alone.length) return `it has ${inSeries.length} ${name} instead of ${alone.length}`
  const at = inSeries.findIndex((one, index) => !isSame(one, alone[index] as A))
  return at < 0 ? undefined : `its ${name}[${at}] is ${show(inSeries[at])} instead of ${show(alone[at])}`
}

const isSameSend = (left: Send, right: Send): boolean =>
  left.to === right.to && left.message === right.message && left.message.payload.equal(left.payload as never, right.payload as never) &&
  String(left.funds) === String(right.funds) && left.deadline === right.deadline && left.then === right.then &&
  areEqual(left.then?.saved as Codec<any> | undefined, left.saved, right.saved)

const isSameEvent = (left: Emitted, right: Emitted): boolean => left.event === right.event && areEqual(left.event.codec as Codec<any>, left.fields, right.fields)
