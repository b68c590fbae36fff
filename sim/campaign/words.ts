import type { AnyMessage, EndedMessage } from "../../core/index.ts"
import type { Arena } from "./arena.ts"
import type { Case, Decision, Fault, Step } from "./case.ts"
import type { Finding } from "./oracle.ts"
import type { Replay, ReplayedBlock } from "./replay.ts"

/** Cases, messages and findings as people read them. */

/** A JSON value on one line, without quotes around names. */
export const plainly = (json: unknown): string => {
  if (Array.isArray(json)) return `[${json.map(plainly).join(", ")}]`
  if (typeof json !== "object" || json === null) return String(json)
  const fields = Object.entries(json)
  return fields.length === 0 ? "" : `{ ${fields.map(([name, value]) => `${name}: ${plainly(value)}`).join(", ")} }`
}

export const stepInWords = (messages: ReadonlyMap<string, AnyMessage>, { action, send, seconds, blocks }: Step): string => {
  const wait = [...(seconds > 0 ? [`after ${seconds} s`] : []), ...(blocks === undefined ? [] : [blocks === 0 ? "in one block with the next" : `the next ${blocks} blocks later`])]
  const tail = wait.length === 0 ? "" : `  (${wait.join(", ")})`
  if (send === undefined) return `${action}${tail}`
  const payload = plainly(messages.get(send.message)?.payload.toJson(send.payload as never))
  const funds = Object.entries(send.funds).map(([asset, amount]) => `${String(amount)} ${asset}`)
  return `${send.from} -> ${send.to}  ${send.message} ${payload}${funds.length === 0 ? "" : ` with ${funds.join(" + ")}`}${tail}`
}

export const decisionInWords = ({ step, block, actor, at, choice }: Decision): string =>
  `${block} blocks after step ${step}, ${actor} takes at place ${at} the sender ${choice} behind the first`

export const faultInWords = ({ kind, step, nth, blocks }: Fault): string =>
  kind === "recover" ? `before step ${step}: the world is stored and restored` : `${kind} at message ${nth} of step ${step}${blocks === undefined ? "" : `, ${blocks} blocks`}`

export const findingInWords = ({ oracle, actor, detail, values, step }: Finding): string =>
  [`${oracle}${detail === "" ? "" : ` ${detail}`} of ${actor} is broken after step ${step}`, ...Object.entries(values).map(([name, value]) => `  ${name}: ${value}`)].join("\n")

/** Every part of a case, one a line. */
export const caseInWords = (arena: Arena, { parameters, steps, decisions, faults }: Case): readonly string[] => [
  ...parameters.map((at, index) => `with ${arena.campaign.parameters[index]?.[0]} = ${String(arena.campaign.parameters[index]?.[1][at])}`),
  ...steps.map((step, at) => `${at}  ${stepInWords(arena.messages, step)}`),
  ...decisions.map(decisionInWords),
  ...faults.map(faultInWords),
]

export const messageInWords = (messages: ReadonlyMap<string, AnyMessage>, { kind, type, payload, funds, end, refusal, reason, defect }: EndedMessage): string => {
  const message = messages.get(type)
  const codec = kind === "reply" ? message?.reply : message?.payload
  const said = codec === undefined || kind === "bounce" ? "" : ` ${plainly(codec.toJson(payload as never))}`
  const what = kind === "reply" ? `reply to ${type}` : kind === "bounce" ? `${type} comes back (${String(reason)})` : type
  const how = defect !== undefined ? `: defect, ${defect.problem}` : refusal !== undefined ? `: ${kind === "reply" || kind === "bounce" ? "its handler is refused" : end}, ${String(refusal)}` : ""
  return `${what}${said.trimEnd()}${funds.isEmpty ? "" : ` with ${String(funds)}`}${how}`
}

/** One change of one actor in a block: what, from, to. */
export interface Change {
  readonly actor: string
  readonly field: string
  readonly before: string
  readonly after: string
}

/** What each block changed, field by field, in the order of the blocks. */
export const changesOf = (arena: Arena, { blocks }: Pick<Replay, "blocks">): readonly (readonly Change[])[] => {
  const states = new Map<string, Json>()
  const balances = new Map<string, string>()
  for (const address of arena.plain.addresses) {
    states.set(address, stateJson(arena, address, arena.plain.observe(address).state))
    for (const [asset, amount] of arena.plain.balances(address)) balances.set(`${address} ${asset}`, String(amount))
  }
  const born = new Map<string, string>()
  return blocks.map(({ changes }: ReplayedBlock) =>
    changes.flatMap((change) => {
      const found: Change[] = []
      if (change.born !== undefined) born.set(change.address, change.born)
      for (const [asset, amount] of Object.entries(change.balances ?? {})) {
        const key = `${change.address} ${asset}`
        found.push({ actor: change.address, field: `holds ${asset}`, before: balances.get(key) ?? "0", after: String(amount) })
        balances.set(key, String(amount))
      }
      if (change.state !== undefined) {
        const after = stateJson(arena, change.address, change.state, born.get(change.address))
        differences(states.get(change.address), after, "", (field, was, is) => found.push({ actor: change.address, field, before: was, after: is }))
        states.set(change.address, after)
      }
      return found
    }),
  )
}

type Json = unknown

const stateJson = (arena: Arena, address: string, state: unknown, born?: string): Json => {
  const definition = arena.plain.has(address) ? arena.plain.definitionOf(address) : arena.definitions.get(born ?? "")
  return definition === undefined ? {} : definition.stateCodec.toJson(state as never)
}

/** Tables are lists of key and value in JSON; they are compared by key. */
const differences = (before: Json, after: Json, path: string, told: (field: string, before: string, after: string) => void): void => {
  const [was, is] = [entriesOf(before), entriesOf(after)]
  if (was === undefined || is === undefined) {
    if (plainly(before) !== plainly(after)) told(path, before === undefined ? "nothing" : plainly(before), after === undefined ? "nothing" : plainly(after))
    return
  }
  for (const key of [...new Set([...was.keys(), ...is.keys()])].sort()) differences(was.get(key), is.get(key), path === "" ? key : `${path}.${key}`, told)
}

const entriesOf = (json: Json): ReadonlyMap<string, Json> | undefined => {
  if (typeof json !== "object" || json === null) return undefined
  if (!Array.isArray(json)) return new Map(Object.entries(json))
  const pairs = json.every((item) => Array.isArray(item) && item.length === 2)
  return new Map(json.map((item: Json, index) => (pairs ? [plainly((item as readonly Json[])[0]), (item as readonly Json[])[1]] : [String(index), item])))
}
