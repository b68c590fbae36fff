import type { AnyDefinition } from "../actor.ts"
import type { Codec, Fields } from "../codec.ts"
import type { AnyContinuation } from "../continuation.ts"
import type { AnyEvent } from "../event.ts"
import type { AnyFailureClass } from "../failure.ts"
import type { AnyMessage } from "../message.ts"

/** What two threads must agree on of a definition, part by part, as text. Code of handlers is not compared: compilers write it in many ways. */
export interface Fingerprint {
  readonly name: string
  readonly parts: { readonly [part: string]: string }
}

export const fingerprintOf = (definition: AnyDefinition): Fingerprint => {
  const { name, params, state, routes, batchRoutes, seriesRoutes, resumptions, events, view, capacity, publish, bounced } = definition
  return {
    name,
    parts: {
      params: describeFields(params as Fields),
      state: describeFields(state as Fields),
      messages: [...routes.keys()].map(describeMessage).sort().join("\n"),
      batches: [...batchRoutes.keys()].map(describeMessage).sort().join("\n"),
      series: [...seriesRoutes.keys()].map(({ name: type }) => type).sort().join("\n"),
      continuations: [...resumptions.keys()].map(describeContinuation).sort().join("\n"),
      events: ((events ?? []) as readonly AnyEvent[]).map((event) => `${event.name} ${describe(event.codec)}`).sort().join("\n"),
      view: view === undefined ? "none" : `${view.name} ${describe(view.codec)}${publish === undefined ? "" : ", published"}`,
      capacity: String(capacity ?? "none"),
      "handler of bounces": bounced === undefined ? "none" : "present",
    },
  }
}

/** The first part in which they differ. */
export const differingPart = (one: Fingerprint, other: Fingerprint): string | undefined => Object.keys(one.parts).find((part) => one.parts[part] !== other.parts[part])

const describeFields = (fields: Fields): string => `{ ${Object.keys(fields).sort().map((name) => `${name}: ${describe(fields[name] as Codec<any>)}`).join(", ")} }`

const describe = (codec: Codec<any>): string => {
  const { fields } = codec as { readonly fields?: Fields }
  return fields === undefined ? `${codec.expected} (${codec.bytesMax})` : describeFields(fields)
}

const describeMessage = ({ name, payload, reply, failures }: AnyMessage): string =>
  `${name} ${describe(payload as Codec<any>)} -> ${reply === undefined ? "nothing" : describe(reply as Codec<any>)} or ${failures.map(describeFailure).join(", ")}`

const describeFailure = ({ tag, codec }: AnyFailureClass): string => `${tag} ${describe(codec)}`

const describeContinuation = ({ name, of, saved, failures }: AnyContinuation): string =>
  `${name} of ${(of as AnyMessage).name} ${describe(saved as Codec<any>)} or ${failures.map(describeFailure).join(", ")}`
