import { syncBuiltinESMExports } from "node:module"

/**
 * Another machine, as far as a program can tell: during `inHostileAmbience(compute)` every ambient source answers otherwise. What `compute`
 * makes of its arguments alone is the same inside and outside; what asks the clock, chance, the locale, the time zone, the environment, the
 * processor's transcendental functions or the file system is not.
 *
 * Only for one synchronous call: everything is put back before it returns or throws. Out of reach are functions that a module took hold of
 * before (`const now = Date.now`), and the operator `**`, which no program can replace.
 */
export const inHostileAmbience = <A>(compute: () => A): A => {
  const undo: (() => void)[] = []
  try {
    for (const change of CHANGES) change(undo)
    return compute()
  } finally {
    for (const restore of undo.reverse()) restore()
  }
}

type Change = (undo: (() => void)[]) => void

/** Replaces a property, whatever it is, and remembers what it was. */
const replace = (undo: (() => void)[], owner: object, name: string, value: unknown): void => {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: before?.enumerable ?? false })
  undo.push(() => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  })
}

type AnyFunction = (...given: any[]) => any

/** Replaces a method by another that is given the old one's answer. */
const alter = (undo: (() => void)[], owner: object, name: string, change: (answer: any) => unknown): void => {
  const original = (owner as { readonly [name: string]: unknown })[name]
  if (typeof original !== "function") return
  replace(undo, owner, name, function (this: unknown, ...given: readonly unknown[]) {
    return change((original as AnyFunction).apply(this, given as unknown[]))
  })
}

const LATER_MS = 1_234_567_891
const OFFSET_MINUTES = -14 * 60

/** Another time, and another place: 14 hours east. */
const clock: Change = (undo) => {
  const Real = Date
  const now = Real.now
  class Elsewhere extends Real {
    constructor(...given: readonly any[]) {
      if (given.length === 0) super(now() + LATER_MS)
      else if (given.length === 1) super(given[0])
      else super(new Real(...(given as [number, number])).getTime() + (OFFSET_MINUTES - new Real(0).getTimezoneOffset()) * 60_000)
    }
    static override now(): number {
      return now() + LATER_MS
    }
  }
  replace(undo, Real, "now", Elsewhere.now)
  replace(undo, globalThis, "Date", Elsewhere)
  for (const [local, universal] of LOCAL_FIELDS) {
    const read = Real.prototype[universal]
    replace(undo, Real.prototype, local, function (this: Date) {
      return read.call(new Real(this.getTime() - OFFSET_MINUTES * 60_000))
    })
  }
  replace(undo, Real.prototype, "getTimezoneOffset", () => OFFSET_MINUTES)
  for (const name of ["toString", "toDateString", "toTimeString"]) alter(undo, Real.prototype, name, (text: string) => `${text} elsewhere`)
  alter(undo, performance, "now", (milliseconds: number) => milliseconds + LATER_MS)
  alter(undo, process, "uptime", (seconds: number) => seconds + LATER_MS)
  const hrtime = process.hrtime
  const shifted = (before?: [number, number]): [number, number] => {
    const [seconds, nanoseconds] = hrtime(before)
    return [seconds + LATER_MS, nanoseconds]
  }
  replace(undo, process, "hrtime", Object.assign(shifted, { bigint: () => hrtime.bigint() + BigInt(LATER_MS) * 1_000_000n }))
}

const LOCAL_FIELDS = [
  ["getFullYear", "getUTCFullYear"],
  ["getMonth", "getUTCMonth"],
  ["getDate", "getUTCDate"],
  ["getDay", "getUTCDay"],
  ["getHours", "getUTCHours"],
  ["getMinutes", "getUTCMinutes"],
] as const

const chance: Change = (undo) => {
  alter(undo, Math, "random", (drawn: number) => 1 - 2 ** -53 - drawn)
}

/** Functions that IEEE 754 leaves open to the last bit. */
const TRANSCENDENTAL = [
  "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp", "expm1", "hypot", "log", "log10", "log1p", "log2",
  "pow", "sin", "sinh", "tan", "tanh",
]

const floats: Change = (undo) => {
  for (const name of TRANSCENDENTAL) alter(undo, Math, name, nextUp)
}

/** The neighbour of a number, one unit in the last place further from zero; of 0 and of what is no number, itself. */
const nextUp = (x: number): number => {
  if (!Number.isFinite(x) || x === 0) return x
  BITS.setFloat64(0, x)
  BITS.setBigUint64(0, BITS.getBigUint64(0) + 1n)
  return BITS.getFloat64(0)
}

const BITS = new DataView(new ArrayBuffer(8))

/** The default locale becomes one with other digits, another order and another idea of capitals. */
const locale: Change = (undo) => {
  for (const prototype of [Number.prototype, BigInt.prototype, Date.prototype]) {
    for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) withLocale(undo, prototype, name, "ar-EG", 0)
  }
  withLocale(undo, Array.prototype, "toLocaleString", "ar-EG", 0)
  withLocale(undo, String.prototype, "toLocaleUpperCase", "tr", 0)
  withLocale(undo, String.prototype, "toLocaleLowerCase", "tr", 0)
  const compare = String.prototype.localeCompare
  replace(undo, String.prototype, "localeCompare", function (this: string, that: string, ...given: readonly any[]): number {
    const order = compare.call(this, that, ...given)
    return given[0] === undefined ? -order : order
  })
  for (const name of ["NumberFormat", "DateTimeFormat", "Collator", "PluralRules", "ListFormat", "RelativeTimeFormat", "Segmenter"] as const) {
    const Real = Intl[name] as unknown as new (...given: any[]) => object
    const foreign = (given: readonly unknown[]): unknown[] => [given[0] ?? "ar-EG", ...given.slice(1)]
    replace(undo, Intl, name, new Proxy(Real, {
      construct: (target, given) => new target(...foreign(given)),
      apply: (target, _, given) => new target(...foreign(given)),
    }))
  }
}

const withLocale = (undo: (() => void)[], prototype: object, name: string, foreign: string, position: number): void => {
  const original = (prototype as { readonly [name: string]: unknown })[name] as AnyFunction | undefined
  if (original === undefined) return
  replace(undo, prototype, name, function (this: unknown, ...given: unknown[]) {
    given[position] ??= foreign
    return original.apply(this, given)
  })
}

/** Other values in the environment, other arguments, another place in the file system, and no files. */
const surroundings: Change = (undo) => {
  const real = process.env
  const zone = real["TZ"]
  real["TZ"] = "Pacific/Kiritimati"
  undo.push(() => {
    if (zone === undefined) delete real["TZ"]
    else real["TZ"] = zone
  })
  replace(undo, process, "env", new Proxy(real, { get: (target, name) => (typeof name === "string" ? `another ${name}` : Reflect.get(target, name)) }))
  alter(undo, process, "cwd", (path: string) => `${path}/elsewhere`)
  const files = process.getBuiltinModule("node:fs")
  for (const name of ["readFileSync", "readdirSync", "statSync", "openSync"]) {
    replace(undo, files, name, () => {
      throw new Error("no such file, in a hostile ambience")
    })
  }
  replace(undo, files, "existsSync", () => false)
  syncBuiltinESMExports()
}

/** Undone last: the names that modules imported follow what was put back. */
const imports: Change = (undo) => {
  undo.push(syncBuiltinESMExports)
}

/** In this order; undone in the reverse one. */
const CHANGES: readonly Change[] = [imports, surroundings, clock, chance, floats, locale]
