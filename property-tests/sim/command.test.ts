import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { blockstep } from "./command-line.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const BROKEN = join(import.meta.dirname, "broken-scenario.ts")
const AMBIENT = join(import.meta.dirname, "ambient-scenario.ts")
const BORN = join(import.meta.dirname, "born-scenario.ts")
const folder = mkdtempSync(join(tmpdir(), "blockstep-"))
afterAll(() => rmSync(folder, { recursive: true }))

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const HOURS = ["timestamp,close", "0,100", "3600,101", "7200,99"]
const csv = (name: string, ...lines: readonly string[]): string => fileOf(name, `${lines.join("\n")}\n`)
const prices = csv("good.csv", ...HOURS)

const MISUSES: readonly (readonly [name: string, args: readonly string[], said: string])[] = [
  ["an unknown scenario", ["run", "nosuch"], "blockstep: there is no scenario nosuch; there is market-day, exchange-day, or a file such as ./my-scenario.ts"],
  ["a scenario named like a method", ["run", "constructor"], "blockstep: there is no scenario constructor; there is market-day, exchange-day, or a file such as ./my-scenario.ts"],
  ["a missing scenario file", ["run", "./nowhere.ts"], "blockstep: ./nowhere.ts cannot be read: no such file"],
  ["a scenario file that throws", ["run", fileOf("throws.mjs", 'throw new RangeError("oh")')], "cannot be loaded as a scenario: RangeError: oh"],
  ["a scenario file that does not parse", ["run", fileOf("unparsed.mjs", "export default {")], "cannot be loaded as a scenario: "],
  ["a scenario file without a default export", ["run", fileOf("empty.mjs", "export const a = 1")], "cannot be loaded as a scenario: it has no default export"],
  ["a malformed scenario", ["run", fileOf("malformed.mjs", 'export default { name: "a b" }')], 'blockstep: the scenario\'s name must be lower-case words joined by -, such as market-day, but is "a b"'],
  ["no scenario", ["run"], "blockstep: Missing required argument: scenario\ntry blockstep run --help"],
  ["an unknown command", ["walk"], 'blockstep: Unknown subcommand "walk" for "blockstep"\ntry blockstep --help'],
  ["an unknown option", ["run", "market-day", "--sed", "1"], "blockstep: Unrecognized flag: --sed in command blockstep run"],
  ["too many words", ["run", "market-day", "twice"], 'blockstep: Unexpected positional argument: "twice"'],
  ["blocks that are no number", ["run", "market-day", "--blocks", "many"], 'blockstep: --blocks must be an integer, but is "many"'],
  ["a fraction of a block", ["run", "market-day", "--blocks", "1.5"], 'blockstep: --blocks must be an integer, but is "1.5"'],
  ["no blocks", ["run", "market-day", "--blocks", "0"], "blockstep: blocks must be a whole number from 1 to 1000000, but is 0"],
  ["too many blocks", ["run", "market-day", "--blocks", "99999999999999999999"], "blockstep: blocks must be a whole number from 1 to 1000000, but is "],
  ["a seed that is no number", ["run", "market-day", "--seed", "lucky"], 'blockstep: --seed must be an integer, but is "lucky"'],
  ["a seed of more than 64 bits", ["run", "market-day", "--seed", "18446744073709551616"], "blockstep: seed must be an integer from 0 to 2^64 - 1, but is 18446744073709551616"],
  ["a seed below zero", ["run", "market-day", "--seed=-1"], "blockstep: seed must be an integer from 0 to 2^64 - 1, but is -1"],
  ["a date without prices", ["run", "market-day", "--from", "2020-03-08"], 'blockstep: --from must be given together with --prices, but is "2020-03-08"'],
  ["a missing price file", ["run", "market-day", "--prices", "nowhere.csv"], "blockstep: nowhere.csv cannot be read: "],
  ["a bad date", ["run", "market-day", "--prices", prices, "--from", "8.3.2020"], "blockstep: from is \"8.3.2020\", not a UTC date such as 2020-03-12 or 2020-03-12T10:30:00Z"],
  ["a date of no calendar", ["run", "market-day", "--prices", prices, "--to", "2020-02-30"], "blockstep: to is \"2020-02-30\", not a UTC date"],
  ["a range without prices", ["run", "market-day", "--prices", prices, "--from", "2020-03-08"], "blockstep: the range from 1583625600 to 10800 is empty"],
  ["a missing column", ["run", "market-day", "--prices", csv("column.csv", "timestamp,price", "0,1", "1,1")], 'has no column close in its header "timestamp,price"'],
  ["a gap", ["run", "market-day", "--prices", csv("gap.csv", ...HOURS, "18000,100")], "gap.csv:5 has the timestamp 18000, 10800 s after the row above it, where rows are 3600 s apart"],
  ["a negative price", ["run", "market-day", "--prices", csv("negative.csv", ...HOURS, "10800,-1")], "negative.csv:5 has -1 as close, and a price is above zero"],
  ["unsorted rows", ["run", "market-day", "--prices", csv("unsorted.csv", ...HOURS, "3000,100")], "unsorted.csv:5 has the timestamp 3000, earlier than 7200 above it"],
  ["more blocks than prices", ["run", "market-day", "--prices", prices, "--blocks", "900"], "blockstep: blocks must be a whole number from 1 to 899, since the prices last from 0 to 10800 at 12 s a block, but is 900"],
  ["verify of an unknown scenario", ["verify", "nosuch"], "blockstep: there is no scenario nosuch"],
]

describe("blockstep", () => {
  for (const [name, args, said] of MISUSES) {
    it(`says in a sentence what is wrong with ${name}, with exit code 2`, async () => {
      const { code, out, err } = await blockstep(...args)
      expect(err).toContain(said)
      expect(err).not.toMatch(/\n {4}at /)
      expect({ code, out }).toEqual({ code: 2, out: "" })
    })
  }

  it("tells a run in tables of at most 80 columns", async () => {
    const { code, out, err } = await blockstep("run", "market-day", "--blocks", "300", "--prices", prices)
    expect({ code, err }).toEqual({ code: 0, err: "" })
    for (const part of ["market-day, seed 1", "root", "transactions", "messages", "Prices (USD)", "outside", "pool 0.05 %", "Trades (USD)", "Who won, who lost", "Liquidity providers against holding", "Refused", "transactions/s"]) {
      expect(out).toContain(part)
    }
    expect(out).toContain("from 1970-01-01 00:00 to 1970-01-01 01:00 UTC")
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80)
    // eslint-disable-next-line no-control-regex -- that no colours are in it is the point
    expect(out).not.toMatch(/\x1b/)
  })

  it("prints one object on one line with --json", async () => {
    const { code, out } = await blockstep("run", "market-day", "--blocks", "50", "--seed", "7", "--json")
    expect(code).toBe(0)
    expect(out).not.toContain("\n")
    const { height, root, transactions, messages, refused, seconds, tps, scenario, seed, violation, defects, prices, trades, results, providers } = JSON.parse(out)
    expect({ scenario, seed, height, violation, defects }).toEqual({ scenario: "market-day", seed: "7", height: 50, violation: null, defects: 0 })
    expect(root).toMatch(/^[0-9a-f]{64}$/)
    for (const number of [transactions, messages, refused, seconds, tps]) expect(typeof number).toBe("number")
    for (const told of [prices.outside.first, trades["pool 0.30 %"].volume, results["noise traders"].difference, providers["founder, 0.30 %"].fees]) expect(told).toMatch(/^-?\d+(\.\d+)?$/)
  })

  it("ends with 1 at a broken invariant, and names block, actor, invariant, values and the command that replays it", async () => {
    const { code, out, err } = await blockstep("run", BROKEN, "--json")
    expect(code).toBe(1)
    expect(err).toContain(`block 4: keepers/a broke the invariant short\n  length: 101\nreplay: blockstep run ${BROKEN} --blocks 4 --seed 0`)
    expect(out.trim().split("\n")).toHaveLength(1)
    expect(JSON.parse(out)).toMatchObject({ height: 4, violation: { block: 4, actor: "keepers/a", invariant: "short", values: { length: "101" } } })
  })

  it("comes to the same violation in the replay", async () => {
    const first = await blockstep("run", BROKEN)
    const replay = await blockstep("run", BROKEN, "--blocks", "4", "--seed", "0")
    expect(replay.code).toBe(1)
    expect(replay.err).toBe(first.err)
    expect(replay.out).toContain("broken, see below")
  })

  it("verifies", async () => {
    const { code, out } = await blockstep("verify", "market-day", "--blocks", "20")
    expect(code).toBe(0)
    expect(out).toMatch(/^market-day, seed 1: two runs of 20 blocks, every header agrees\n {2}root {2}[0-9a-f]{64}$/)
  })

  it("ends with 1 where two runs part, and names the first message", async () => {
    const { code, out, err } = await blockstep("verify", AMBIENT)
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toMatch(/^block 2: the two runs part, in the header's changes\n {2}actor {4}keepers\/a\n {2}message {2}(alice|bob)@0, planted\/Poke\n {2}differs {2}state.value\n {2}first {4}\d+\n {2}second {3}\d+\nreplay: blockstep verify .* --blocks 2 --seed 0$/)
  })

  it("finds, in a process of its own, what a module remembers that the scenario's file imports, and ends it with 1", () => {
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", join(ROOT, "sim", "main.ts"), "verify", BORN], { cwd: ROOT, encoding: "utf8" })
    expect(stderr).toContain("first    keepers/a,keepers/b,keepers/c,keepers/d,keepers/e\n  second   keepers/e,keepers/d,keepers/c,keepers/b,keepers/a")
    expect(status).toBe(1)
  })

  it("tells its version and its commands", async () => {
    expect((await blockstep("--version")).out).toMatch(/^blockstep v\d+\.\d+\.\d+$/)
    const { code, out } = await blockstep("run", "--help")
    expect(code).toBe(0)
    for (const option of ["--blocks N", "--seed S", "--prices FILE.csv", "--from DATE", "--to DATE", "--json"]) expect(out).toContain(option)
  })
})
