import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { marketDay, reportHtml, Run, Scenario, type PageData, type ReportData } from "../../../sim/index.ts"
import relay from "../relay-scenario.ts"
import { blockstep } from "../command-line.ts"

const folder = mkdtempSync(join(tmpdir(), "blockstep-report-"))
afterAll(() => rmSync(folder, { recursive: true }))
const RELAY = join(import.meta.dirname, "..", "relay-scenario.ts")
const BROKEN = join(import.meta.dirname, "..", "broken-scenario.ts")

const htmlOf = async (scenario: Scenario, blocks: number): Promise<string> => {
  const running = new Run(scenario, { blocks }, {})
  while (!running.done) running.step()
  return reportHtml(running.recorded("the command") as ReportData, running.report())
}

const dataIn = (html: string): PageData => JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1] ?? "")

describe("a report's file", () => {
  it("is one page that loads nothing, and is not allowed to", async () => {
    const html = await htmlOf(relay, 30)
    const own = html.replace(/<script>[\s\S]*<\/script>/, "")
    expect(own).not.toMatch(/<link|<img|<iframe|\bsrc=|@import|url\(/)
    expect(own).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">`)
    expect(html.match(/<\/script>/g)).toHaveLength(2)
    expect(html.match(/<script/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it("is the same for the same run", async () => expect(await htmlOf(relay, 30)).toBe(await htmlOf(relay, 30)))

  it("takes words of a scenario for words", async () => {
    const html = await htmlOf(Scenario.make({ ...relay, description: "</script><script>alert(1)</script><!--" }), 2)
    expect(html.match(/<\/script>/g)).toHaveLength(2)
    expect(html).not.toContain("<script>alert")
    expect(dataIn(html).description).toBe("</script><script>alert(1)</script><!--")
  })

  it("is below 6 MB however long the run is: what grows with it is bounded", { timeout: 900_000 }, async () => {
    // Up to the bounds of a chart's points (2,048 and 512) a report grows with its run; beyond, it must not.
    const html = await (process.env["BLOCKSTEP_LONG"] === "1" ? htmlOf(marketDay, 64_800) : htmlOf(relay, 2_100))
    const { stride, charts, mailboxes, transactions } = dataIn(html)
    expect(stride).toBeGreaterThan(1)
    for (const chart of charts) if (chart.kind === "lines") for (const { last } of chart.lines) expect(last.length).toBeLessThanOrEqual(2_048)
    expect(mailboxes.longest.length).toBeLessThanOrEqual(512)
    expect(transactions.shown.length).toBeLessThan(1_000)
    expect(html.length).toBeLessThan(6_000_000)
  })
})

describe("blockstep run --report", () => {
  it("writes the report, says where it is, and what makes it again", async () => {
    const file = join(folder, "relay.html")
    const { code, out, err } = await blockstep("run", RELAY, "--blocks", "30", "--report", file, "--tree", "7:1,8:0")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out.split("\n").at(-1)).toBe(`report: ${file}`)
    const first = readFileSync(file, "utf8")
    const { summary, blocks, command, transactions } = dataIn(first)
    expect(blocks).toBe(30)
    expect(out).toContain(summary.root)
    expect(command).toBe(`blockstep run ${RELAY} --blocks 30 --seed 0 --report ${file}`)
    expect(transactions.shown.filter(({ reasons }) => reasons.includes("asked for")).map(({ place }) => place)).toEqual(["7:1", "8:0"])
    await blockstep("run", RELAY, "--blocks", "30", "--report", file, "--tree", "7:1,8:0")
    expect(readFileSync(file, "utf8")).toBe(first)
  })

  it("leaves --json on one line of the standard output", async () => {
    const file = join(folder, "json.html")
    const { out, err } = await blockstep("run", RELAY, "--blocks", "5", "--json", "--report", file)
    expect(JSON.parse(out)).toMatchObject({ height: 5 })
    expect(out).not.toContain("\n")
    expect(err).toBe(`report: ${file}`)
  })

  it("tells of a broken invariant, and ends with 1", async () => {
    const file = join(folder, "broken.html")
    const { code, out } = await blockstep("run", BROKEN, "--report", file)
    expect(code).toBe(1)
    expect(out).toContain(`report: ${file}`)
    expect(dataIn(readFileSync(file, "utf8")).summary.violation).toEqual({ block: 4, actor: "keepers/a", invariant: "short", values: { length: "101" } })
  })

  const misuses: readonly (readonly [name: string, args: readonly string[], said: string])[] = [
    ["a folder that is not there", ["--report", join(folder, "nowhere", "x.html")], `blockstep: ${join(folder, "nowhere", "x.html")} cannot be written: `],
    ["a file that is no page", ["--report", "report.txt"], 'blockstep: --report must be a file that ends in .html, but is "report.txt"'],
    ["an empty name", ["--report", ""], 'blockstep: --report must be a file that ends in .html, but is ""'],
    ["a trace without a report", ["--tree", "1:0"], 'blockstep: --tree must be given together with --report, but is "1:0"'],
    ["a trace that names no transaction", ["--report", join(folder, "t.html"), "--tree", "1:0,seven"], 'blockstep: --tree must be transactions as BLOCK:INDEX, such as 12:0,40:3, at most 100, but is "1:0,seven"'],
    ["too many traces", ["--report", join(folder, "t.html"), "--tree", Array.from({ length: 101 }, () => "1:0").join(",")], "blockstep: --tree must be transactions as BLOCK:INDEX"],
  ]
  for (const [name, args, said] of misuses) {
    it(`says before the run what is wrong with ${name}`, async () => {
      // A run of so many blocks would take hours.
      const { code, out, err } = await blockstep("run", "market-day", "--blocks", "1000000", ...args)
      expect(err).toContain(said)
      expect({ code, out }).toEqual({ code: 2, out: "" })
    })
  }

  it("leaves what is in the file, and no file where there was none, when something else is wrong", async () => {
    const file = join(folder, "old.html")
    writeFileSync(file, "an old report")
    expect((await blockstep("run", "market-day", "--blocks", "0", "--report", file)).code).toBe(2)
    expect(readFileSync(file, "utf8")).toBe("an old report")
    const fresh = join(folder, "fresh.html")
    expect((await blockstep("run", "market-day", "--blocks", "0", "--report", fresh)).code).toBe(2)
    expect(existsSync(fresh)).toBe(false)
  })
})
