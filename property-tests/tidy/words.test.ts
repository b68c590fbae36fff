import { describe, expect, it } from "vitest"
import { atTheTop, codeOf, filesBelow, isTypeScript, textOf } from "./source.ts"

/** Words that must not appear, with the reason that the failure gives. */

interface Rule {
  readonly pattern: RegExp
  readonly because: string
  /** Files that have a reason of their own. */
  readonly except?: readonly string[]
}

/** The same bits on every machine and in every run: core, protocols, and the parts of sim that feed them. */
const DETERMINISM: readonly Rule[] = [
  { pattern: /\bMath\s*\.\s*random\b/, because: "randomness comes from context.random or a seeded generator" },
  {
    pattern: /\bMath\s*\.\s*(?:a?(?:sin|cos|tan)h?|atan2|exp|expm1|log|log2|log10|log1p|pow|cbrt|hypot|fround|f16round|sumPrecise)\b/,
    because: "its last bit depends on the JavaScript engine",
  },
  { pattern: /\blocaleCompare\b|\btoLocale\w*|\bIntl\b/, because: "text is compared and written without a locale", except: ["sim/ambience.ts"] },
  {
    pattern: /\bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\b/,
    because: "the order of for...in depends on how the object was built",
    // They only ask whether there is a key too many, or walk an object that has one key.
    except: ["core/codec.ts", "core/funds.ts", "sim/bench/bare-loop.ts"],
  },
]

/** What holds the threads together: it loads modules, waits and shares memory, and measures its own time. */
const THREADS = [
  ...["activity", "local-crew", "mesh", "metrics", "modules", "stopwatch", "thread", "thread-crew", "threaded-world", "threads", "threads-body", "turns"].map((name) => `core/shard/${name}.ts`),
  "core/engine.ts",
  "core/engine-open.ts",
]

/** No clock, no ambient input or output, nothing that waits. */
const PURITY: readonly Rule[] = [
  { pattern: /\bDate\b/, because: "the host gives the time" },
  { pattern: /\bperformance\b/, because: "the host gives the time", except: THREADS },
  { pattern: /\bprocess\b/, because: "no ambient input" },
  { pattern: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, because: "nothing waits", except: THREADS },
  { pattern: /\b(?:fetch|XMLHttpRequest|WebSocket|navigator|globalThis|Atomics|SharedArrayBuffer)\b/, because: "no ambient input or output", except: THREADS },
  { pattern: /\b(?:randomBytes|randomUUID|randomInt|getRandomValues)\b/, because: "randomness comes from context.random" },
  { pattern: /\b(?:WeakRef|FinalizationRegistry)\b/, because: "what the garbage collector does differs from run to run" },
  { pattern: /\brequire\s*\(|\bimport\s*\(|\bimport\.meta\b/, because: "code is imported by name at the top", except: THREADS },
  // The one place where code is generated: a struct's loops, from nothing but its declared field names.
  { pattern: /\beval\b|\bFunction\s*\(/, because: "code is not generated", except: ["core/struct-code.ts"] },
  { pattern: /\b(?:async|await|Promise)\b/, because: "the block function is synchronous", except: THREADS },
  { pattern: /\bconsole\b/, because: "a library does not write to the terminal" },
]

/** Written so that neither pattern matches itself. */
const WARNING = /\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/
const MACHINE_PATH = /(?<![\w.])\/(?:[w]ork|[t]mp|[r]oot|[h]ome|[U]sers)\//

/** What breaks the rules, as `file:line: line (because)`. */
const breaches = (path: string, text: string, rules: readonly Rule[]): readonly string[] => {
  const shown = text.split("\n")
  const code = codeOf(text, { strings: false }).split("\n")
  return rules
    .filter(({ except = [] }) => !except.includes(path))
    .flatMap(({ pattern, because }) =>
      code.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${shown[index]?.trim()} (${because})`] : [])),
    )
}

const broken = (room: string, rules: readonly Rule[]): readonly string[] =>
  filesBelow(room)
    .filter(isTypeScript)
    .flatMap((path) => breaches(path, textOf(path), rules))

const everyText = (): readonly string[] =>
  [...atTheTop("files"), ...atTheTop("folders").flatMap(filesBelow)].filter((path) => /\.(?:ts|md|json|yml|yaml|csv|txt)$|\/run$|\.npmrc$|\.gitignore$/.test(path))

const linesWith = (pattern: RegExp): readonly string[] =>
  everyText().flatMap((path) =>
    textOf(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  )

describe("words that must not appear", () => {
  for (const room of ["core", "protocols"]) {
    it(`in ${room}: clocks, chance, locales, inexact mathematics, ambient input and output`, () => {
      expect(broken(room, [...DETERMINISM, ...PURITY])).toEqual([])
    })
  }
  it("in sim: chance, locales, inexact mathematics", () => expect(broken("sim", DETERMINISM)).toEqual([]))
  it("anywhere: notes about work that is left", () => expect(linesWith(WARNING)).toEqual([]))
  it("anywhere: paths of one machine", () => expect(linesWith(MACHINE_PATH)).toEqual([]))
})

describe("the rules catch what they name", () => {
  const planted = [
    "const now = Date.now()",
    "const now = new Date()",
    "const chance = Math.random()",
    "const chance = Math\n  .random()".replace("\n  ", ""),
    "const clock = performance.now()",
    "names.sort((a, b) => a.localeCompare(b))",
    "const text = amount.toLocaleString()",
    "const format = new Intl.NumberFormat()",
    'const seed = process.env["SEED"]',
    "setTimeout(() => step(), 5)",
    'const answer = fetch("https://example.org")',
    ...["sin", "cos", "exp", "log", "pow", "hypot", "atanh"].map((name) => `const x = Math.${name}(1)`),
    "for (const name in amounts) total += amounts[name]",
    "const word = `${Math.random()}`",
    "const outer = `${`${Date.now()}`}`",
    'const half = "a" + Math.random() // "',
    "const matched = /[\"']/.test(x) ? Math.random() : 0",
    "const step = async () => 1",
    'const loaded = import("./pool.ts")',
    'const answer = new Function("return 1")',
    'const answer = eval("1")',
  ]
  for (const line of planted) it(line, () => expect(breaches("core/planted.ts", line, [...DETERMINISM, ...PURITY])).not.toEqual([]))

  const innocent = [
    "// Date.now() is not for us",
    "/** Math.random\n * Intl */",
    'const message = "use Math.random()"',
    "const message = `Date.now() ${amount} Intl`",
    "const half = total / 2 // Math.random() / 2",
    "const root = Math.sqrt(2)",
    "const update = candidateDate",
  ]
  for (const line of innocent) it(`and nothing else: ${line.split("\n")[0]}`, () => expect(breaches("core/planted.ts", line, [...DETERMINISM, ...PURITY])).toEqual([]))
})
