import type { AnyDefinition, Context, Step } from "../core/index.ts"

type AnyHandler = (...given: any[]) => unknown

/**
 * Listens to what handlers answer, message by message, which a world does not keep: states between two messages are seen by nobody.
 * It stands in front of the handlers of the definitions that it is given, until `stop`.
 */
export class Handlings {
  private readonly undo = new Map<AnyDefinition, () => void>()
  private answers = new Map<string, unknown>()

  listen(definition: AnyDefinition): void {
    if (this.undo.has(definition)) return
    // The engine looks a handler up for each message, so a listener may take its place there and leave again.
    const routes = definition.routes as Map<unknown, AnyHandler>
    const resumptions = definition.resumptions as Map<unknown, AnyHandler>
    const { bounced } = definition
    const before = [[...routes], [...resumptions]] as const
    for (const [message, handler] of before[0]) routes.set(message, this.around(handler))
    for (const [continuation, handler] of before[1]) resumptions.set(continuation, this.around(handler))
    if (bounced !== undefined) (definition as { bounced?: unknown }).bounced = this.around(bounced as AnyHandler)
    this.undo.set(definition, () => {
      for (const [message, handler] of before[0]) routes.set(message, handler)
      for (const [continuation, handler] of before[1]) resumptions.set(continuation, handler)
      if (bounced !== undefined) (definition as { bounced?: unknown }).bounced = bounced
    })
  }

  stop(): void {
    for (const restore of this.undo.values()) restore()
    this.undo.clear()
  }

  /** Steps and failures by the identity of the message, since this was asked last. */
  take(): Answers {
    const { answers } = this
    this.answers = new Map()
    return answers as Answers
  }

  private around(handler: AnyHandler): AnyHandler {
    return (...given) => {
      const context = given.at(-1) as Context
      const { id } = context
      const answer = handler(...given)
      this.answers.set(id, answer)
      return answer
    }
  }
}

export type Answers = ReadonlyMap<string, Step<any>>
