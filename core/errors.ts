import * as Data from "effect/Data"

/** Errors at the edge: of whoever sets a world up, drives it, or loads it. Refusals inside of a world are failures, not errors. */

/** A part of the genesis does not fit. Nothing was built. */
export class InvalidGenesis extends Data.TaggedError("core/InvalidGenesis")<{
  readonly field: string
  readonly expected: string
  readonly value: string
}> {
  override get message(): string {
    return `genesis ${this.field} must be ${this.expected}, but is ${this.value}`
  }
}

/** A family's name, size or keys do not fit. Nothing was made. */
export class InvalidFamily extends Data.TaggedError("core/InvalidFamily")<{
  readonly field: string
  readonly expected: string
  readonly value: string
}> {
  override get message(): string {
    return `family ${this.field} must be ${this.expected}, but is ${this.value}`
  }
}

/** Two different declarations share a name (or the hash of one), so that stored bytes would be ambiguous. */
export class DuplicateName extends Data.TaggedError("core/DuplicateName")<{ readonly kind: string; readonly name: string }> {
  override get message(): string {
    return `two different declarations of a ${this.kind} are called ${this.name}`
  }
}

/** The input of a block does not fit. The world is as it was. */
export class InvalidBlockInput extends Data.TaggedError("core/InvalidBlockInput")<{
  readonly field: string
  readonly expected: string
  readonly value: string
}> {
  override get message(): string {
    return `block input ${this.field} must be ${this.expected}, but is ${this.value}`
  }
}

/** The book does not balance: a bug in the engine, never in an actor. The world must not be used further. */
export class BookUnbalanced extends Data.TaggedError("core/BookUnbalanced")<{
  readonly height: number
  readonly asset: string
  readonly held: bigint
  readonly underWay: bigint
  readonly expected: bigint
}> {
  override get message(): string {
    return `block ${this.height}: ${this.asset} held ${this.held} and under way ${this.underWay} do not sum to ${this.expected}`
  }
}

/** An ordering policy lost, added or swapped messages of one sender to one receiver. The world must not be used further. */
export class OrderBroken extends Data.TaggedError("core/OrderBroken")<{
  readonly policy: string
  readonly height: number
  readonly actor: string
  readonly problem: string
}> {
  override get message(): string {
    return `ordering policy ${this.policy} at block ${this.height}, mailbox of ${this.actor}: ${this.problem}`
  }
}

/** A series handler does not say what its handler says: a bug of the actor, which only a strict world looks for. The world must not be used further. */
export class SeriesDiffers extends Data.TaggedError("core/SeriesDiffers")<{
  readonly height: number
  readonly actor: string
  /** Of the first message that differs; of the last one where the state differs. */
  readonly id: string
  readonly type: string
  readonly problem: string
}> {
  override get message(): string {
    return `block ${this.height}: ${this.actor} handles ${this.type} ${this.id} in a series otherwise than alone: ${this.problem}`
  }
}

/** A world did not become quiet within the bound. It stands at the last block that was stepped. */
export class NotQuiet extends Data.TaggedError("core/NotQuiet")<{
  readonly blocks: number
  readonly messages: number
  readonly timers: number
}> {
  override get message(): string {
    return `after ${this.blocks} blocks ${this.messages} messages and ${this.timers} timers are still under way`
  }
}

/** A snapshot is not one, is damaged, or is of other definitions. */
export class InvalidSnapshot extends Data.TaggedError("core/InvalidSnapshot")<{ readonly problem: string }> {
  override get message(): string {
    return `the snapshot cannot be restored: ${this.problem}`
  }
}

/** Nothing lives at an address that the host asked about. */
export class NoActorAt extends Data.TaggedError("core/NoActorAt")<{ readonly address: string }> {
  override get message(): string {
    return `no actor lives at ${this.address}`
  }
}

/** An option of the engine does not fit. Nothing was opened. */
export class InvalidEngineOption extends Data.TaggedError("core/InvalidEngineOption")<{
  readonly option: string
  readonly expected: string
  readonly value: string
}> {
  override get message(): string {
    return `engine option ${this.option} must be ${this.expected}, but is ${this.value}`
  }
}
