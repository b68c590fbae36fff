import { show, type ActorChange, type Block, type Fields, type World } from "../core/index.ts"
import type { Answers } from "./handlings.ts"

/** Where two runs parted: the first block whose headers differ, and in it the first thing that does. */
export interface Difference {
  /** 0 is the genesis. */
  readonly block: number
  /** Which of the header's digests differ. */
  readonly parts: readonly ("inputs" | "changes" | "messages")[]
  readonly actor: string
  /** The first message, in canonical order, that ended otherwise; absent where none did. */
  readonly message: { readonly id: string; readonly type: string } | undefined
  /** What differs in it, such as `state.reserveX` or `events[0].price`. */
  readonly field: string
  readonly first: string
  readonly second: string
}

/** One block of one of the runs, with what its handlers answered. */
export interface Witness {
  readonly world: World
  readonly block: Block
  readonly answers: Answers
}

type Found = Pick<Difference, "field" | "first" | "second">
type Envelope = Block["raw"]["ended"][number]

/** The first difference of two blocks of the same height whose headers differ. Ask before either world steps on. */
export const differenceOf = (first: Witness, second: Witness): Difference => {
  const [one, other] = [first.block.header, second.block.header]
  const parts = (["inputs", "changes", "messages"] as const).filter((part) => one[part] !== other[part])
  const found = (parts.includes("inputs") ? inputDifference(first, second) : undefined) ?? messageDifference(first, second) ?? changeDifference(first, second)
  return { block: one.height, parts, ...(found ?? { actor: "world", message: undefined, field: "header", first: show(one), second: show(other) }) }
}

/** The genesis has no messages: its actors are compared. */
export const genesisDifference = (first: World, second: World): Difference => {
  const parts = (["inputs", "changes", "messages"] as const).filter((part) => first.header[part] !== second.header[part])
  for (const address of new Set([...first.addresses, ...second.addresses].sort())) {
    const where = { block: 0, parts, actor: address, message: undefined }
    const [one, other] = [first, second].map((world) => (world.has(address) ? world.definitionOf(address) : undefined))
    if (one === undefined || other === undefined || one.name !== other.name) {
      return { ...where, field: "definition", first: one?.name ?? "nobody", second: other?.name ?? "nobody" }
    }
    const found = fieldDifference("state", one.state, first.state(one, address), second.state(other, address)) ?? balanceDifference(first, second, address)
    if (found !== undefined) return { ...where, ...found }
  }
  return { block: 0, parts, actor: "world", message: undefined, field: "settings", first: first.header.root, second: second.header.root }
}

const balanceDifference = (first: World, second: World, address: string): Found | undefined =>
  unlike("balances", Object.fromEntries(first.balances(address)), Object.fromEntries(second.balances(address)))

/** Transactions, index by index: the agents, or what they are made of, were not the same. */
const inputDifference = (first: Witness, second: Witness): Omit<Difference, "block" | "parts"> | undefined => {
  const [ones, others] = [first.block.raw.admissions, second.block.raw.admissions]
  for (let index = 0; index < Math.max(ones.length, others.length); index++) {
    const [one, other] = [ones[index], others[index]].map(inputOf)
    const found = unlike(`transactions[${index}]`, one, other)
    if (found === undefined) continue
    const known = one ?? other
    const { id, type, from } = known as { readonly id?: string; readonly type?: string; readonly from?: string }
    return { actor: from ?? "world", message: id === undefined || type === undefined ? undefined : { id, type }, ...found }
  }
  return undefined
}

const inputOf = (admission: Block["raw"]["admissions"][number] | undefined) => {
  if (admission === undefined) return undefined
  if (!("kind" in admission)) return { refusal: String(admission) }
  const { id, from, to, message, payload, funds, deadline } = admission
  return { id, from, to, type: message.name, payload: message.payload.toJson(payload as never), funds: String(funds), deadline }
}

/** The first message in canonical order that both runs handled and that ended otherwise. */
const messageDifference = (first: Witness, second: Witness): Omit<Difference, "block" | "parts"> | undefined => {
  const others = new Map(second.block.raw.ended.map((envelope) => [envelope.id, envelope]))
  const inOrder = [...first.block.raw.ended].sort(
    (a, b) => a.positionBlock - b.positionBlock || a.positionIndex - b.positionIndex || (a.from === b.from ? a.sequence - b.sequence : a.from < b.from ? -1 : 1),
  )
  for (const one of inOrder) {
    const { id, to: actor } = one
    const other = others.get(id)
    const message = { id, type: one.message.name }
    if (other === undefined) return { actor, message, field: "end", first: endOf(one), second: "it did not end in this block" }
    const found = outcomeDifference(one, other) ?? stepDifference(first, actor, first.answers.get(id), second.answers.get(id))
    if (found !== undefined) return { actor, message, ...found }
  }
  return undefined
}

const ENDS = ["pending", "handled", "bounced", "expired"]

const endOf = ({ outcome, refusal, defect }: Envelope): string =>
  `${ENDS[outcome]}${refusal === undefined ? "" : `, ${defect === undefined ? String(refusal) : defect.problem}`}`

const outcomeDifference = (one: Envelope, other: Envelope): Found | undefined => {
  if (endOf(one) !== endOf(other)) return { field: "end", first: endOf(one), second: endOf(other) }
  const reply = one.message.reply
  if (reply === undefined || one.result === undefined || other.result === undefined) return undefined
  return unlike("reply", reply.toJson(one.result as never), reply.toJson(other.result as never))
}

/** What two handlings of a message answered: the state that each led to, and all that they sent. */
const stepDifference = ({ world }: Witness, actor: string, one: Answers extends ReadonlyMap<any, infer S> ? S | undefined : never, other: typeof one): Found | undefined => {
  if (one === undefined || other === undefined || !("state" in one) || !("state" in other)) return undefined
  const events = (step: typeof one) => step.events?.map(({ event, fields }) => ({ event: event.name, ...(event.codec.toJson(fields as never) as object) }))
  const sends = (step: typeof one) =>
    step.sends?.map(({ to, message, payload, funds, deadline, then, saved }) => ({
      to,
      type: message.name,
      payload: message.payload.toJson(payload as never),
      funds: String(funds),
      deadline,
      then: then?.name,
      saved: then === undefined ? undefined : then.saved.toJson(saved),
    }))
  const rest = ({ mints, burns, spawns, timers }: typeof one) => ({
    mints,
    burns,
    spawns: spawns?.map(({ name, definition, params }) => ({ name, definition: definition.name, params: params as unknown })),
    timers: timers?.map(({ blocks, message, payload }) => ({ blocks, type: message.name, payload: message.payload.toJson(payload as never) })),
  })
  return (
    fieldDifference("state", world.definitionOf(actor).state, one.state, other.state) ??
    unlike("events", events(one), events(other)) ??
    unlike("sends", sends(one), sends(other)) ??
    unlike("step", rest(one), rest(other))
  )
}

/** Where no message tells: the changes of the first actor that do not agree, and the last message that it handled. */
const changeDifference = (first: Witness, second: Witness): Omit<Difference, "block" | "parts"> | undefined => {
  const others = new Map(second.block.changes.map((change) => [change.address, change]))
  const ones = new Map(first.block.changes.map((change) => [change.address, change]))
  for (const actor of [...new Set([...ones.keys(), ...others.keys()])].sort()) {
    const [one, other] = [ones.get(actor), others.get(actor)].map(changeInJson(first.world, actor))
    const found = unlike("", one, other)
    if (found === undefined) continue
    const last = first.block.raw.ended.findLast(({ to }) => to === actor)
    return { actor, message: last === undefined ? undefined : { id: last.id, type: last.message.name }, ...found }
  }
  return undefined
}

const changeInJson = (world: World, actor: string) => (change: ActorChange | undefined): unknown => {
  if (change === undefined || !world.has(actor)) return change
  const { stateCodec, view } = world.definitionOf(actor)
  const { timers, ...rest } = change
  return {
    ...rest,
    ...(change.state !== undefined && { state: stateCodec.toJson(change.state as never) }),
    ...(change.view !== undefined && view !== undefined && { view: view.codec.toJson(change.view as never) }),
    ...(timers !== undefined && { timers: timers.map(({ due, message }) => ({ due, id: message.id, payload: show(message.payload) })) }),
  }
}

const fieldDifference = (path: string, fields: Fields, one: any, other: any): Found | undefined => {
  for (const name of Object.keys(fields).sort()) {
    const codec = fields[name] as Fields[string]
    if (!codec.equal(one[name], other[name])) return unlike(`${path}.${name}`, codec.toJson(one[name]), codec.toJson(other[name]))
  }
  return undefined
}

/** The first place in which two plain values differ. */
const unlike = (path: string, one: unknown, other: unknown): Found | undefined => {
  if (Object.is(one, other)) return undefined
  if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const step = Array.isArray(one) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`
      const found = unlike(step, one[name], other[name])
      if (found !== undefined) return found
    }
    return undefined
  }
  return { field: path, first: inWords(one), second: inWords(other) }
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } => typeof value === "object" && value !== null

const inWords = (value: unknown): string => (value === undefined ? "none" : typeof value === "string" ? value : typeof value === "bigint" ? String(value) : show(value))
