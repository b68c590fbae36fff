import { MAX_TICK, MIN_TICK } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { MalformedRecording } from "./failures.ts"
import type { RecordedState } from "./recording.ts"

/** What `state.json` says. Throws `MalformedRecording` with the line and the path of the field. */
export const parseState = (text: string, file: string): RecordedState => {
  const json = new Field(file, text, [], parseJson(text, file))
  const start = json.at("start")
  const tickSpacing = json.at("tickSpacing").integer(1, 16_383)
  return {
    name: json.at("pool").name(),
    symbols: symbolsOf(json.at("symbols")),
    feePips: json.at("fee").integer(0, 999_999),
    tickSpacing,
    sqrtPriceX96: start.at("sqrtPriceX96").whole(160),
    tick: start.at("tick").integer(MIN_TICK, MAX_TICK),
    liquidity: start.at("liquidity").whole(128),
    netLiquidityAtTick: new Map(netOf(json.at("netLiquidityAtTick"), tickSpacing)),
  }
}

const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The engine's words differ between versions; only the position is taken, where they tell it.
    const position = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length)
    const before = text.slice(0, position).split("\n")
    const column = String((before.at(-1) as string).length + 1)
    throw new MalformedRecording({ file, row: before.length, column, expected: "JSON", value: text.slice(position, position + 20) })
  }
}

const symbolsOf = (field: Field): readonly [string, string] => {
  const { value } = field
  const symbols: readonly unknown[] = Array.isArray(value) ? value : []
  const names = symbols.filter((symbol) => typeof symbol === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(symbol)) as readonly string[]
  if (symbols.length === 2 && new Set(names).size === 2) return [names[0] as string, names[1] as string]
  return field.refuse("two different names of assets, of letters and digits")
}

const netOf = (field: Field, tickSpacing: number): readonly (readonly [number, bigint])[] => {
  const { value } = field
  if (typeof value !== "object" || value === null || Array.isArray(value)) return field.refuse("an object of net liquidity by tick")
  return Object.keys(value).map((key) => {
    const tick = Number(key)
    const entry = field.at(key)
    const isTick = /^-?\d{1,6}$/.test(key) && tick >= MIN_TICK && tick <= MAX_TICK && tick % tickSpacing === 0
    if (!isTick) return entry.refuse(`a tick that is a multiple of ${tickSpacing} as the name`, key)
    return [tick, entry.signed(128)]
  })
}

/** A value in the file, and where it stands. */
class Field {
  readonly value: unknown
  private readonly file: string
  private readonly text: string
  private readonly path: readonly string[]

  constructor(file: string, text: string, path: readonly string[], value: unknown) {
    this.file = file
    this.text = text
    this.path = path
    this.value = value
  }

  at(name: string): Field {
    const { value } = this
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.refuse("an object")
    const field = new Field(this.file, this.text, [...this.path, name], (value as { readonly [name: string]: unknown })[name])
    return Object.hasOwn(value, name) ? field : field.refuse("a value", "absent")
  }

  refuse(expected: string, value = typeof this.value === "string" ? this.value : (JSON.stringify(this.value) ?? "absent")): never {
    throw new MalformedRecording({ file: this.file, row: this.line(), column: this.path.join(".") || "the whole", expected, value })
  }

  name(): string {
    return typeof this.value === "string" && this.value !== "" && this.value.length <= 100 ? this.value : this.refuse("a name")
  }

  integer(minimum: number, maximum: number): number {
    const { value } = this
    const fits = Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
    return fits ? (value as number) : this.refuse(`an integer from ${minimum} to ${maximum}`)
  }

  /** Text, since JSON's numbers are exact up to 2^53 only. */
  whole(bits: number): bigint {
    const value = typeof this.value === "string" && /^\d{1,50}$/.test(this.value) ? BigInt(this.value) : -1n
    return value >= 0n && value < 1n << BigInt(bits) ? value : this.refuse(`a whole number from 0 to 2^${bits} - 1 in quotes`)
  }

  signed(bits: number): bigint {
    const value = typeof this.value === "string" && /^-?\d{1,40}$/.test(this.value) ? BigInt(this.value) : undefined
    return value !== undefined && (value < 0n ? -value : value) < 1n << BigInt(bits) ? value : this.refuse("a whole number in quotes")
  }

  /** The line on which the last name of the path stands behind the ones before it. */
  private line(): number {
    let at = 0
    for (const name of this.path) {
      const found = this.text.indexOf(JSON.stringify(name), at)
      if (found >= 0) at = found
    }
    return this.text.slice(0, at).split("\n").length
  }
}
