import { hashText } from "./address.ts"
import { Struct, type Codec, type Fields, type Values } from "./codec.ts"
import { Amount, Operation, SignedInteger } from "./fields.ts"

const NO_FIELDS = Object.freeze({})

/**
 * A declared, typed refusal. A handler returns one (or a helper that it calls throws one) and then nothing happened.
 * It is no `Error`: it carries no stack, so that a refused message costs no more than an accepted one.
 */
export class Failure {
  declare readonly _tag: string

  /** The declared fields, which can also be read from the failure itself. */
  readonly fields: object

  constructor(fields: object = NO_FIELDS) {
    this.fields = fields
  }

  /** One lower-case sentence that names the fields and their values. */
  get message(): string {
    return this._tag
  }

  /** The tag and the fields, bigints as decimal strings. */
  toJSON(): object {
    return { _tag: this._tag }
  }

  toString(): string {
    return `${this._tag}: ${this.message}`
  }
}

export interface FailureClass<Tag extends string = string, F extends Fields = Fields> {
  new (...fields: keyof F extends never ? [] : [fields: Values<F>]): Failure & { readonly _tag: Tag } & Values<F>
  readonly tag: Tag
  /** 32-bit hash of the tag; stands for the failure in headers. */
  readonly code: number
  readonly codec: Codec<Values<F>>
}

export interface AnyFailureClass {
  new (...fields: any): Failure
  readonly tag: string
  readonly code: number
  readonly codec: Codec<any>
}

export declare namespace Failure {
  export type Of<Classes extends readonly AnyFailureClass[]> = InstanceType<Classes[number]>
}

const RESERVED_FIELDS = ["_tag", "fields", "message", "toJSON", "toString"]

/** Declares a failure: `class PoolEmpty extends failure("amm/PoolEmpty", { ... }, (fields) => "...") {}`. The tag must be unique in a program. */
export const failure = <const Tag extends string, F extends Fields>(
  tag: Tag,
  fields: F,
  sentence: (fields: Values<F>) => string,
): FailureClass<Tag, F> => {
  for (const name of RESERVED_FIELDS) {
    if (Object.hasOwn(fields, name)) throw new TypeError(`the failure ${tag} declares a field ${name}, a name that every failure uses itself`)
  }
  class Declared extends Failure {
    static readonly tag = tag
    static readonly code = hashText(tag)
    static readonly codec = Struct(fields)
    declare readonly _tag: Tag
    override get message(): string {
      return sentence(this.fields as Values<F>)
    }
    override toJSON(): object {
      return { _tag: tag, ...(Declared.codec.toJson(this.fields as Values<F>) as object) }
    }
  }
  for (const name of Object.keys(fields)) {
    Object.defineProperty(Declared.prototype, name, {
      get(this: Failure) {
        return (this.fields as { readonly [name: string]: unknown })[name]
      },
    })
  }
  Object.defineProperty(Declared.prototype, "_tag", { value: tag })
  return Declared as unknown as FailureClass<Tag, F>
}

/** Raised when the result or an operand of checked arithmetic leaves its range. */
export class OutOfRange extends failure("core/OutOfRange", { operation: Operation, value: SignedInteger }, ({ operation, value }) =>
  `${value} is out of range in ${operation}`) {}

/** Raised by a division whose divisor is zero. */
export class DivisionByZero extends failure("core/DivisionByZero", { operation: Operation }, ({ operation }) =>
  `division by zero in ${operation}`) {}

/** Returned when a step spends more of an asset than the actor holds, the attached funds included. */
export class InsufficientFunds extends failure(
  "core/InsufficientFunds",
  { asset: Operation, available: Amount, needed: Amount },
  ({ asset, available, needed }) => `${needed} of ${asset} needed, ${available} available`,
) {}

/** Returned when an actor mints or burns an asset that it does not issue. */
export class NotIssuer extends failure("core/NotIssuer", { asset: Operation }, ({ asset }) => `the actor does not issue ${asset}`) {}

/** Returned when a limit of `limits.ts` is reached. */
export class LimitReached extends failure("core/LimitReached", { limit: Operation, maximum: SignedInteger }, ({ limit, maximum }) =>
  `the limit ${limit} of ${maximum} is reached`) {}

/** Returned when a spawned actor's address is in use, or its parameters do not fit. */
export class SpawnRefused extends failure("core/SpawnRefused", { address: Operation, problem: Operation }, ({ address, problem }) =>
  `${address} cannot be spawned: ${problem}`) {}

/** The reason of a bounce from an address where no actor lives. */
export class NoSuchActor extends failure("core/NoSuchActor", { address: Operation }, ({ address }) => `no actor lives at ${address}`) {}

/** The reason of a bounce by an actor whose definition has no handler for the message. */
export class UnknownMessage extends failure("core/UnknownMessage", { type: Operation }, ({ type }) =>
  `the actor has no handler for ${type}`) {}

/** The reason of a bounce from a full mailbox. */
export class MailboxFull extends failure("core/MailboxFull", { maximum: SignedInteger }, ({ maximum }) =>
  `the mailbox holds its maximum of ${maximum} messages`) {}

/** The reason of a bounce of a message that is too many hops from its transaction. */
export class HopLimit extends failure("core/HopLimit", { maximum: SignedInteger }, ({ maximum }) =>
  `the message is more than ${maximum} hops from its transaction`) {}

/** The reason of a bounce of a message that was not handled by its deadline (a block height). */
export class Expired extends failure("core/Expired", { deadline: SignedInteger }, ({ deadline }) => `the deadline, block ${deadline}, has passed`) {}

/**
 * The reason of a bounce by a handler that threw something that is no failure, or that returned a malformed step: a bug in the actor.
 * What was thrown is on the receipt only: its words may differ between versions of a JavaScript engine, so no actor sees them.
 */
export class Defective extends failure("core/Defective", {}, () => "the handler is defective; see the receipt") {}

/** Every failure that the engine itself can return, for any message. */
export const BUILT_IN_FAILURES = [
  OutOfRange,
  DivisionByZero,
  InsufficientFunds,
  NotIssuer,
  LimitReached,
  SpawnRefused,
  NoSuchActor,
  UnknownMessage,
  MailboxFull,
  HopLimit,
  Expired,
  Defective,
] as const
