import { Failure, type AnyDefinition, type BatchStep, type Context, type Step } from "../core/index.ts"

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
    const batchRoutes = definition.batchRoutes as Map<unknown, AnyHandler>
    const { bounced } = definition
    const before = [[...routes], [...resumptions], [...batchRoutes]] as const
    for (const [message, handler] of before[2]) batchRoutes.set(message, this.aroundBatch(handler))
    for (const [message, handler] of before[0]) routes.set(message, this.around(handler))
    for (const [continuation, handler] of before[1]) resumptions.set(continuation, this.around(handler))
    if (bounced !== undefined) (definition as { bounced?: unknown }).bounced = this.around(bounced as AnyHandler)
    this.undo.set(definition, () => {
      for (const [message, handler] of before[0]) routes.set(message, handler)
      for (const [continuation, handler] of before[1]) resumptions.set(continuation, handler)
      for (const [message, handler] of before[2]) batchRoutes.set(message, handler)
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

  /** Of a batch each message has an answer of its own; the state that it leaves stands with the first. */
  private aroundBatch(handler: AnyHandler): AnyHandler {
    return (state, calls: readonly { readonly id: string }[], context) => {
      const answer = handler(state, calls, context) as Partial<BatchStep<any, any>> | undefined
      for (const [index, { id }] of calls.entries()) {
        const one: unknown = answer?.answers?.[index]
        this.answers.set(id, index === 0 && typeof one === "object" && !(one instanceof Failure) ? { ...one, state: answer?.state } : one)
      }
      return answer
    }
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
