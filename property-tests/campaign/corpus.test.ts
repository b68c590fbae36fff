import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { action, amounts, Campaign, CaseOfOtherDefinitions, check, checkInParallel, InvalidCase, loadCorpus, saveCorpus, type CheckReport } from "../../sim/index.ts"
import { Searcher } from "../../sim/campaign/search.ts"
import { token } from "../../sim/campaigns/token.ts"
import { blockstep } from "../sim/command-line.ts"
import { Deposit, Note, Withdraw, worldOf, type Flaw } from "./piggy.ts"

const actions = [action(Deposit, "piggy", { funds: ["gold"] }), action(Withdraw, "piggy", { payload: { amount: amounts(1000n) } }), action(Note, "piggy")]
const campaignOf = (flaw: Flaw) => Campaign.make({ name: "piggy", world: worldOf(flaw), actions })
const saved = (campaign: Campaign, report: CheckReport) => saveCorpus(new Searcher(campaign, 0n, { guided: true }), report.kept)
const jsonOf = (report: CheckReport): string => JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value))

const sound = campaignOf("none")
const broken = campaignOf("pays twice from the third withdrawal")

describe("a corpus", () => {
  const first = check(sound, { runs: 200, seed: 4 })
  const corpus = saved(sound, first)

  it("keeps what reaches something new, and nothing twice", () => {
    expect(corpus.cases.length).toBeGreaterThan(5)
    expect(corpus.cases.length).toBeLessThanOrEqual(first.corpus)
    expect(new Set(corpus.cases.map((one) => JSON.stringify(one))).size).toBe(corpus.cases.length)
    expect(saved(sound, { ...first, kept: loadCorpus(sound, corpus) })).toEqual(corpus)
  })

  it("teaches the next search what is not new any more", () => {
    const again = check(sound, { runs: 1, seed: 9, corpus: loadCorpus(sound, corpus) })
    // All that the first search reached but what only its amounts in relation to the state do.
    expect(again.features).toBeGreaterThan(first.features * 0.9)
    expect(again.runs).toBe(1)
    expect(check(sound, { runs: 1, seed: 9 }).features).toBeLessThan(first.features * 0.75)
  })

  it("says at once what a change of the code broke", () => {
    const { failing, runs, next } = check(broken, { runs: 500, seed: 4, corpus: loadCorpus(broken, corpus) })
    expect(failing).toMatchObject({ replayed: true, finding: { oracle: "claims" } })
    expect([runs, next]).toEqual([0, 0])
    expect(failing?.case.steps.map((step) => step.action)).toEqual(["Deposit", "Withdraw", "Withdraw", "Withdraw"])
  })

  it("gives the same report for any count of workers", async () => {
    const module = new URL("../../sim/campaigns/token.ts", import.meta.url).href
    const earlier = loadCorpus(token, saveCorpus(new Searcher(token, 0n, { guided: true }), check(token, { runs: 100, seed: 3 }).kept))
    const reports = await Promise.all((process.env["BLOCKSTEP_LONG"] === "1" ? [1, 2, 5] : [1, 2]).map((workers) => checkInParallel({ module, campaign: "token" }, { runs: 150, seed: 5, workers, assembled: true, corpus: earlier })))
    const alone = jsonOf(check(token, { runs: 150, seed: 5, corpus: earlier }))
    for (const report of reports) expect(jsonOf(report)).toBe(alone)
    expect(jsonOf(check(token, { runs: 150, seed: 5 }))).not.toBe(alone)
  })

  it("is refused where it is another's or damaged", () => {
    expect(() => loadCorpus(sound, { ...corpus, format: "blockstep corpus 9" })).toThrow(InvalidCase)
    expect(() => loadCorpus(sound, { ...corpus, definitions: "0123456789abcdef" })).toThrow(CaseOfOtherDefinitions)
    expect(() => loadCorpus(token, corpus)).toThrow("campaign must be token, but is piggy")
    expect(() => loadCorpus(sound, { ...corpus, cases: [{ ...corpus.cases[0], parameters: [1] }] })).toThrow("an index for each of the campaign's parameters")
    expect(() => loadCorpus(sound, { ...corpus, cases: [{ ...corpus.cases[0], steps: 3 }] })).toThrow("steps must be a list, but is 3")
  })
})

describe("blockstep check --corpus", () => {
  const folder = mkdtempSync(join(tmpdir(), "blockstep-corpus-"))
  afterAll(() => rmSync(folder, { recursive: true }))

  it("keeps the corpus under the definitions' fingerprint, and starts with it", async () => {
    const given = ["check", "token", "--runs", "64", "--json", "--corpus", join(folder, "kept")]
    const first = JSON.parse((await blockstep(...given)).out) as { readonly features: number }
    const [file = "", ...others] = readdirSync(join(folder, "kept"))
    expect(file).toMatch(/^token-[0-9a-f]{16}\.json$/)
    expect(others).toEqual([])
    const second = JSON.parse((await blockstep(...given)).out) as { readonly features: number }
    expect(second.features).toBeGreaterThan(first.features)
    writeFileSync(join(folder, "kept", file), readFileSync(join(folder, "kept", file), "utf8").slice(0, 40))
    const damaged = await blockstep(...given)
    expect(damaged.code).toBe(2)
    expect(damaged.err).toContain("SyntaxError")
  })

  it("says which options mean nothing where every order is played", async () => {
    const refused = await blockstep("check", "token", "--order", "exhaustive", "--seconds", "2")
    expect(refused.code).toBe(2)
    expect(refused.err).toContain("--seconds means nothing with --order exhaustive")
  })
})
