import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { inHostileAmbience, marketDay, verify, type Verification } from "../../../sim/index.ts"
import { paying, planted, Poked, type Plant } from "../planted.ts"

const parted = (verification: Verification) => {
  if (verification.difference === undefined) throw new Error("the two runs did not part")
  return verification.difference
}

/** The first poke of block 2 in canonical order, from whoever's turn comes first. */
const firstPoke = { id: expect.stringMatching(/^(alice|bob)@0$/), type: "planted/Poke" }

const bits = (x: number): string => String(BigInt(x * 2 ** 60))

let pokes = 0

const BANNED: { readonly [name: string]: () => string } = {
  "Date.now": () => String(Math.floor(Date.now() / 86_400_000)),
  "new Date()": () => new Date().toISOString().slice(0, 10),
  "performance.now": () => String(Math.floor(performance.now() / 1e9)),
  "process.hrtime": () => String(Math.floor(process.hrtime()[0] / 1e9)),
  "process.hrtime.bigint": () => String(process.hrtime.bigint() / 10n ** 15n),
  "process.uptime": () => String(Math.floor(process.uptime() / 1e8)),
  "Math.random": () => String(Math.random()),
  "a counter of the module": () => String(++pokes),
  "Math.exp": () => bits(Math.exp(0.1)),
  "Math.log": () => bits(Math.log(3)),
  "Math.pow": () => bits(Math.pow(1.1, 2.2)),
  "Math.sin": () => bits(Math.sin(1)),
  "Math.cos": () => bits(Math.cos(1)),
  "Math.tan": () => bits(Math.tan(1)),
  "Math.cbrt": () => bits(Math.cbrt(2)),
  "Math.hypot": () => bits(Math.hypot(1, 2)),
  "Number.toLocaleString": () => (1234.5).toLocaleString(),
  "BigInt.toLocaleString": () => 1234n.toLocaleString(),
  "Date.toLocaleDateString": () => new Date(0).toLocaleDateString(),
  localeCompare: () => String("a".localeCompare("b")),
  "sort by localeCompare": () => ["b", "a", "c"].sort((left, right) => left.localeCompare(right)).join(),
  toLocaleUpperCase: () => "i".toLocaleUpperCase(),
  "Intl.NumberFormat": () => new Intl.NumberFormat().format(1234.5),
  "Intl.DateTimeFormat": () => Intl.DateTimeFormat().resolvedOptions().locale,
  "Intl.Collator": () => new Intl.Collator().resolvedOptions().locale,
  "Date.getHours": () => String(new Date(0).getHours()),
  "Date.getTimezoneOffset": () => String(new Date(0).getTimezoneOffset()),
  "a date by local fields": () => String(new Date(2020, 0, 1).getTime()),
  "Date.toString": () => new Date(0).toString(),
  "process.env": () => String(process.env["HOME"]),
  "a variable that is not set": () => process.env["BLOCKSTEP_NOWHERE"] ?? "none",
  "process.cwd": () => process.cwd(),
  readFileSync: () => String(readFileSync(import.meta.filename).length),
  existsSync: () => String(existsSync(import.meta.filename)),
  statSync: () => String(statSync(import.meta.filename).size),
  readdirSync: () => String(readdirSync(import.meta.dirname).length),
}

describe("verify", () => {
  it("finds nothing in a world that only depends on its inputs", () => {
    const clean = verify(planted({ value: ({ height, random }) => `${height} ${random.uint32()}` }))
    expect(clean.difference).toBeUndefined()
    expect(clean.header?.height).toBe(5)
  })

  it("finds nothing in market-day", () => {
    const { difference, header } = verify(marketDay, { blocks: 40 })
    expect(difference).toBeUndefined()
    expect(header?.height).toBe(40)
  })

  for (const [name, value] of Object.entries(BANNED)) {
    it(`catches ${name} in a handler, and names the first message`, () => {
      const difference = parted(verify(planted({ value })))
      expect(difference).toMatchObject({ block: 2, message: firstPoke })
      expect(difference.actor).toBe("keepers/a")
      expect(difference.parts).toContain(difference.field === "end" ? "messages" : "changes")
      expect(["state.value", "end"]).toContain(difference.field)
      expect(difference.first).not.toBe(difference.second)
    })
  }

  const ambient = () => String(Math.floor(Date.now() / 86_400_000))
  const WHERE: { readonly [field: string]: Plant } = {
    reply: { step: (_, clean) => ({ ...clean, reply: { value: ambient() } }) },
    "events[0].value": { step: (_, clean) => ({ ...clean, events: [Poked.make({ value: ambient() })] }) },
    "sends[0].funds": { step: ({ self }, clean) => ({ ...clean, sends: [paying(self, new Date(0).getTimezoneOffset() === -840 ? 1n : 2n)] }) },
    end: {
      step: (_, clean) => {
        if (new Date(0).getTimezoneOffset() === -840) throw new RangeError("only elsewhere")
        return clean
      },
    },
  }

  for (const [field, plant] of Object.entries(WHERE)) {
    it(`names ${field}`, () => {
      const difference = parted(verify(planted(plant)))
      expect(difference).toMatchObject({ block: 2, actor: "keepers/a", message: firstPoke })
      expect(difference.field.startsWith(field)).toBe(true)
    })
  }

  it("says what a defect was that only one run had", () => {
    const difference = parted(verify(planted(WHERE["end"] as Plant)))
    expect(difference.first).toBe("handled")
    expect(difference.second).toBe("bounced, RangeError: only elsewhere")
  })

  it("names the view that a publish made of the clock", () => {
    const difference = parted(verify(planted({ publish: (value) => (value === "" ? "" : ambient()) })))
    expect(difference).toMatchObject({ block: 2, actor: "keepers/a", field: "view.value", message: { type: "planted/Poke" } })
  })

  it("names the transaction that an agent drew from Math.random", () => {
    const difference = parted(verify(planted({ turn: () => BigInt(Math.floor(Math.random() * 2 ** 50)) })))
    expect(difference).toMatchObject({ block: 2, field: expect.stringMatching(/^transactions\[\d\]\.payload\.turn$/) })
    expect(difference.parts).toContain("inputs")
  })

  it("names the actor whose genesis asked the clock", () => {
    const difference = parted(verify(planted({ create: ambient })))
    expect(difference).toMatchObject({ block: 0, actor: "keepers/a", message: undefined, field: "state.value" })
  })

  it("catches a Map that tells the order in which a genesis built its actors", () => {
    const scenario = planted(() => {
      const born = new Map<string, number>()
      return { create: (self) => (born.set(self, born.size), ""), value: () => [...born.keys()].join() }
    })
    const difference = parted(verify(scenario))
    expect(difference).toMatchObject({ block: 2, actor: "keepers/a", message: firstPoke, field: "state.value" })
  })

  it("catches a Map of a module when the module can be loaded again", () => {
    const load = () => {
      const born = new Map<string, number>()
      return planted({ create: (self) => (born.set(self, born.size), ""), value: () => [...born.keys()].join() })
    }
    expect(parted(verify(load(), { again: load() }))).toMatchObject({ block: 2, actor: "keepers/a", message: firstPoke })
  })

  it("catches a counter of a module when the module can be loaded again", () => {
    const load = () => {
      let count = 0
      return planted({ value: () => String(++count) })
    }
    expect(parted(verify(load(), { again: load() }))).toMatchObject({ block: 2, message: firstPoke, field: "state.value", first: "1" })
  })

  it("puts everything back, also after a throw", () => {
    const ambience = () => [
      Date, Date.now, Math.random, Math.exp, performance.now, process.hrtime, process.env, process.cwd, Intl.NumberFormat, readFileSync,
      String.prototype.localeCompare, Number.prototype.toLocaleString, Date.prototype.getHours, process.env["TZ"],
    ]
    const before = ambience()
    expect(inHostileAmbience(() => new Date(0).getTimezoneOffset())).toBe(-840)
    expect(() => inHostileAmbience(() => { throw new Error("inside") })).toThrow("inside")
    expect(ambience()).toEqual(before)
    expect(new Date(0).getTimezoneOffset()).toBe(new Date().getTimezoneOffset())
  })
})
