import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { blockstep } from "../sim/command-line.ts"

const folder = mkdtempSync(join(tmpdir(), "blockstep-check-"))
afterAll(() => rmSync(folder, { recursive: true }))
const TRAP = `${join(import.meta.dirname, "../zoo/02-trap-after-await.ts")}#zoo/02-buggy`
const SELF = join(import.meta.dirname, "../zoo/08-self-transfer.ts")

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe("blockstep check and replay", () => {
  const cases = join(folder, "found")

  it("finds, shrinks, charts and saves; what is saved plays again, on a page, too", async () => {
    const found = await blockstep("check", TRAP, "--runs", "300", "--seed", "2", "--save", cases, "--workers", "2")
    expect(found.code).toBe(1)
    expect(found.out).toContain("zoo02/Withdraw")
    expect(found.err).toContain("claims btc of vault is broken after step 1")
    const [file = ""] = readdirSync(cases)
    expect(found.err).toContain(`replay: blockstep replay ${join(cases, file)}`)
    expect(readFileSync(join(cases, file), "utf8")).not.toContain(import.meta.dirname)

    const first = await blockstep("check", TRAP, "--runs", "300", "--save", cases)
    expect([first.code, first.out, first.err]).toEqual([1, "", `still broken: blockstep replay ${join(cases, file)}`])

    const page = join(folder, "case.html")
    const again = await blockstep("replay", join(cases, file), "--html", page)
    expect(again.code).toBe(1)
    expect(again.out).toContain("alice -> vault  zoo02/Deposit")
    expect(again.out).toContain("vault balances.alice: nothing -> ")
    expect(again.out).toContain("claims btc of vault is broken after step 1")
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>[^]*<svg[^]*core\/Payment[^]*<\/html>\n$/)

    const machine = await blockstep("replay", join(cases, file), "--json")
    expect(JSON.parse(machine.out)).toMatchObject({ campaign: "zoo/02-buggy", still: true, finding: { oracle: "claims", detail: "btc" } })
  })

  it("passes on what is sound, in words and in JSON", async () => {
    const words = await blockstep("check", "token", "--runs", "64")
    expect(words.code).toBe(0)
    expect(words.out).toMatch(/Never reached\n[^]*token\/Mint\s+token\/FundsAttached\n/)
    expect(words.out).toMatch(/token\/Transfer +(?:\S+ +\d+\n +)*handled +\d+\n/)
    expect(words.out).toContain("continue with --from 64")
    const json = JSON.parse((await blockstep("check", "token", "--runs", "64", "--json")).out) as { [field: string]: unknown }
    expect(json).toMatchObject({ campaign: "token", seed: "0", runs: 64, next: 64, failing: null })
  })

  it("explores every order of short inputs", async () => {
    const { code, out } = await blockstep("check", "token", "--order", "exhaustive", "--runs", "4")
    expect(code).toBe(0)
    expect(out).toMatch(/^token, seed 0: 4 inputs, \d+ orders played, \d+ merged with others; every order is covered$/)
  })

  it("shows which pairs commute", async () => {
    const page = join(folder, "matrix.html")
    const { code, out } = await blockstep("check", "token", "--matrix", "--runs", "3", "--html", page)
    expect(code).toBe(0)
    expect(out).toMatch(/BalanceOf\s/)
    expect(readFileSync(page, "utf8")).toContain("<table>")
  })

  it("makes the table of the zoo", async () => {
    const registry = fileOf("zoo.mjs", `import entry from ${JSON.stringify(SELF)}\nexport default [entry]\n`)
    const { code, out } = await blockstep("check", "--zoo", "--registry", registry, "--seeds", "2", "--fixed-runs", "50")
    expect(code).toBe(0)
    expect(out).toMatch(/8 {2}Self-transfer with cached balances\s+2\/2/)
    const json = JSON.parse((await blockstep("check", "--zoo", "--registry", registry, "--seeds", "2", "--fixed-runs", "50", "--only", "8", "--json")).out) as { [field: string]: unknown }
    expect(json).toMatchObject({ seeds: 2, summary: { entries: 1, detected: 1, falseAlarms: 0 } })
  })

  const misuses: readonly (readonly [name: string, args: readonly string[], said: string])[] = [
    ["nothing to check", ["check"], "blockstep: name a campaign: a bundled protocol such as constant-product, a file such as ./my-campaign.ts, or --zoo"],
    ["an unknown protocol", ["check", "nosuch"], "blockstep: there is no campaign nosuch; there is constant-product"],
    ["a missing file", ["check", "./nowhere.ts"], "blockstep: ./nowhere.ts cannot be read: no such file"],
    ["a file without a campaign", ["check", fileOf("none.mjs", "export default 1")], "exports no campaign; export what Campaign.make gives"],
    ["a file that throws", ["check", fileOf("bad.mjs", 'throw new RangeError("oh")')], "cannot be loaded as a campaign: RangeError: oh"],
    ["a file with several", ["check", SELF], "has several campaigns, name one: zoo/08-buggy, zoo/08-fixed"],
    ["a name that it has not", ["check", `${SELF}#zoo/9`], "has no campaign zoo/9; it has zoo/08-buggy, zoo/08-fixed"],
    ["runs that are no number", ["check", "token", "--runs", "many"], 'blockstep: --runs must be an integer from 1 to 1000000000, but is "many"'],
    ["no workers", ["check", "token", "--workers", "0"], 'blockstep: --workers must be an integer from 1 to 64, but is "0"'],
    ["an unknown order", ["check", "token", "--order", "sideways"], "blockstep: --order must be one of causal, random, pct, delay, exhaustive"],
    ["an unknown objective", ["check", "token", "--maximise", "gain", "--runs", "1"], "blockstep: the campaign token has no objective gain; it has none"],
    ["a case that is no JSON", ["replay", fileOf("case.json", "{")], "cannot be read: SyntaxError"],
    ["a case that is none", ["replay", fileOf("other.json", "{}")], 'blockstep: the case\'s format must be "blockstep case 1"'],
    ["entries that are no numbers", ["check", "--zoo", "--registry", SELF, "--only", "a"], 'blockstep: --only must be numbers with commas between them, but is "a"'],
  ]
  for (const [name, args, said] of misuses) {
    it(`refuses ${name}`, async () => {
      const { code, err } = await blockstep(...args)
      expect(err).toContain(said)
      expect(code).toBe(2)
    })
  }
})
