import type { Sending, Step } from "./case.ts"
import { isRelative, relativeTo } from "./relative.ts"

/** Simpler forms of one step, the boldest first. */
export function* simplerSteps(step: Step, accounts: readonly string[]): Generator<Step> {
  if (step.blocks !== undefined) yield { ...step, blocks: undefined }
  if (step.blocks !== undefined && step.blocks > 1) yield { ...step, blocks: 1 }
  for (const seconds of smallerNumbers(BigInt(step.seconds))) yield { ...step, seconds: Number(seconds) }
  const { send } = step
  if (send === undefined) return
  const place = accounts.indexOf(send.from)
  for (let at = 0; at < place; at++) yield { ...step, send: { ...send, from: accounts[at] as string } }
  for (const asset of Object.keys(send.funds).sort()) {
    const { [asset]: amount, ...rest } = send.funds
    yield { ...step, send: { ...send, funds: rest } }
    for (const value of simplerValues(amount, accounts)) yield { ...step, send: { ...send, funds: { ...send.funds, [asset]: value as bigint } } }
  }
  for (const payload of simplerValues(send.payload, accounts)) yield { ...step, send: { ...send, payload } satisfies Sending }
}

/** Smaller numbers, shorter lists, false, null, an earlier account. Texts and words stay. */
function* simplerValues(value: unknown, accounts: readonly string[]): Generator<unknown> {
  if (typeof value === "bigint") yield* smallerNumbers(value)
  else if (typeof value === "number") for (const number of smallerNumbers(BigInt(value))) yield Number(number)
  else if (value === true) yield false
  else if (typeof value === "string") {
    const place = accounts.indexOf(value)
    for (let at = 0; at < (place < 0 ? 0 : place); at++) yield accounts[at]
  } else if (isRelative(value)) {
    if (value.plus !== 0n) yield relativeTo(value.source, value.numerator, value.denominator, 0n, value.maximum)
    if (value.numerator !== value.denominator) yield relativeTo(value.source, 1n, 1n, value.plus, value.maximum)
  } else if (Array.isArray(value)) yield* simplerLists(value, accounts)
  else if (typeof value === "object" && value !== null) {
    for (const name of Object.keys(value).sort()) {
      const own = (value as { readonly [name: string]: unknown })[name]
      for (const simpler of simplerValues(own, accounts)) yield { ...value, [name]: simpler }
    }
  }
}

function* simplerLists(list: readonly unknown[], accounts: readonly string[]): Generator<readonly unknown[]> {
  if (list.length > 1) yield []
  for (let at = 0; at < list.length; at++) yield [...list.slice(0, at), ...list.slice(at + 1)]
  for (let at = 0; at < list.length; at++) {
    for (const simpler of simplerValues(list[at], accounts)) yield [...list.slice(0, at), simpler, ...list.slice(at + 1)]
  }
  // What comes twice stays equal: its elements become simpler together.
  for (const twice of new Set(list.filter((item, at) => list.indexOf(item) < at))) {
    for (const simpler of simplerValues(twice, accounts)) yield list.map((item) => (item === twice ? simpler : item))
  }
}

/** 0, 1, round ones, parts of the way, one less where that ends soon: each strictly nearer to 0. */
function* smallerNumbers(value: bigint): Generator<bigint> {
  const sign = value < 0n ? -1n : 1n
  const size = value * sign
  if (value < 0n) yield size
  let last = -1n
  for (const candidate of [0n, 1n, 2n, roundedDown(size), size >> 1n, size - (size >> 2n), size - (size >> 4n), size > CREEPING_MAX ? size : size - 1n]) {
    if (candidate < 0n || candidate >= size || candidate <= last) continue
    last = candidate
    yield candidate * sign
  }
}

/** Above this, numbers are not taken down one by one: two that hang together would creep for ever. */
const CREEPING_MAX = 32n

/** The power of ten below: easier to read than what chance left. */
const roundedDown = (size: bigint): bigint => (size < 10n ? 0n : 10n ** BigInt(size.toString().length - 1))
