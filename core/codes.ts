import type { ByteReader } from "./bytes.ts"
import type { AnyContinuation } from "./continuation.ts"
import type { AnyFailureClass } from "./failure.ts"
import type { AnyMessage } from "./message.ts"
import type { Registry } from "./registry.ts"

/** Declarations by the hash of their name, which no two of one kind share. */
export class Codes {
  /** Mostly the next is of the same type. */
  private last: AnyMessage | undefined = undefined
  private readonly messages = new Map<number, AnyMessage>()
  private readonly continuations = new Map<number, AnyContinuation>()
  private readonly failures = new Map<number, AnyFailureClass>()

  constructor({ messages, continuations, failures }: Registry) {
    for (const message of messages.values()) this.messages.set(message.code, message)
    for (const continuation of continuations.values()) this.continuations.set(continuation.code, continuation)
    for (const failure of failures.values()) this.failures.set(failure.code, failure)
  }

  message(reader: ByteReader): AnyMessage {
    const code = reader.u32()
    if (this.last?.code === code) return this.last
    return (this.last = this.messages.get(code) ?? reader.fail("a message that no definition handles"))
  }

  continuation(reader: ByteReader): AnyContinuation {
    return this.continuations.get(reader.u32()) ?? reader.fail("a continuation that no definition has")
  }

  failure(reader: ByteReader): AnyFailureClass {
    return this.failures.get(reader.u32()) ?? reader.fail("a failure that no definition declares")
  }
}
