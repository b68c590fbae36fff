import type { AnyDefinition } from "./actor.ts"
import { Account } from "./account.ts"
import type { AnyContinuation } from "./continuation.ts"
import type { AnyEvent } from "./event.ts"
import { BUILT_IN_FAILURES, type AnyFailureClass } from "./failure.ts"
import type { AnyMessage } from "./message.ts"
import type { AnyView } from "./view.ts"
import { DuplicateName } from "./errors.ts"

/** Every declaration that a world knows, by name: what stored bytes and JSON are resolved against. */
export interface Registry {
  readonly definitions: ReadonlyMap<string, AnyDefinition>
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly continuations: ReadonlyMap<string, AnyContinuation>
  readonly failures: ReadonlyMap<string, AnyFailureClass>
  readonly events: ReadonlyMap<string, AnyEvent>
  readonly views: ReadonlyMap<string, AnyView>
  /** For the test at the door whether a message type is known. Mostly it is the type that was asked for last. */
  readonly knows: (message: AnyMessage) => boolean
}

/** Collects the declarations. Throws `DuplicateName` when two different ones share a name or a name's hash. */
export const makeRegistry = (given: readonly AnyDefinition[]): Registry => {
  const definitions = new Map<string, AnyDefinition>()
  const messages = new Map<string, AnyMessage>()
  const continuations = new Map<string, AnyContinuation>()
  const failures = new Map<string, AnyFailureClass>()
  const events = new Map<string, AnyEvent>()
  const views = new Map<string, AnyView>()
  const codes = new Map<number, string>()

  const add = <D>(map: Map<string, D>, kind: string, name: string, declaration: D, code?: number): void => {
    const known = map.get(name)
    if (known !== undefined && known !== declaration) throw new DuplicateName({ kind, name })
    map.set(name, declaration)
    if (code === undefined) return
    const other = codes.get(code)
    if (other !== undefined && other !== name) throw new DuplicateName({ kind: `${kind} whose hash is that of ${other}`, name })
    codes.set(code, name)
  }

  for (const declared of BUILT_IN_FAILURES) add(failures, "failure", declared.tag, declared, declared.code)
  for (const definition of new Set<AnyDefinition>([Account, ...given])) {
    add(definitions, "actor", definition.name, definition)
    for (const message of definition.routes.keys()) addMessage(message)
    for (const message of definition.batchRoutes.keys()) addMessage(message)
    for (const continuation of definition.resumptions.keys()) {
      add(continuations, "continuation", continuation.name, continuation, continuation.code)
      addMessage(continuation.of)
    }
    for (const declared of definition.failures) add(failures, "failure", declared.tag, declared, declared.code)
    for (const event of (definition.events ?? []) as readonly AnyEvent[]) add(events, "event", event.name, event, event.code)
    if (definition.view !== undefined) add(views, "view", definition.view.name, definition.view as AnyView)
  }
  return { definitions, messages, continuations, failures, events, views, knows: knowing(new Set(messages.values())) }

  function addMessage(message: AnyMessage): void {
    add(messages, "message", message.name, message, message.code)
    for (const declared of message.failures) add(failures, "failure", declared.tag, declared, declared.code)
  }
}

const knowing = (messages: ReadonlySet<AnyMessage>): Registry["knows"] => {
  let latest: AnyMessage | undefined = undefined
  return (message) => {
    if (message === latest && message !== undefined) return true
    if (!messages.has(message)) return false
    latest = message
    return true
  }
}
