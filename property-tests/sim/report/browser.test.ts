import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { chromium, type Browser, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { marketDay, reportHtml, Run, type ReportData, type Scenario } from "../../../sim/index.ts"
import relay from "../relay-scenario.ts"

/** The report as people see it, in Debian's chromium. */

const CHROMIUM = "/usr/bin/chromium"
const there = existsSync(CHROMIUM)
if (!there) console.warn(`SKIPPED: there is no browser at ${CHROMIUM}, so no report was opened in one`)

const ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
let folder: string
let browser: Browser
let files: { readonly relay: string; readonly market: string }

const fileOf = async (scenario: Scenario, blocks: number): Promise<string> => {
  const running = new Run(scenario, { blocks }, {})
  while (!running.done) running.step()
  const file = join(folder, `${scenario.name}.html`)
  writeFileSync(file, await reportHtml(running.recorded(`blockstep run ${scenario.name}`) as ReportData, running.report()))
  return file
}

interface Opened {
  readonly page: Page
  /** Whatever a silent page does not do. */
  readonly noise: string[]
}

const open = async (file: string, { width = 1280, scheme = "light" as "light" | "dark" } = {}): Promise<Opened> => {
  const context = await browser.newContext({ viewport: { width, height: 850 }, colorScheme: scheme })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const noise: string[] = []
  const url = pathToFileURL(file).href
  page.on("console", (message) => noise.push(`console: ${message.text()}`))
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`))
  page.on("request", (request) => request.url() !== url && noise.push(`request: ${request.url()}`))
  await page.goto(url)
  await page.waitForSelector("html.ready")
  return { page, noise }
}

const drawnIn = async (page: Page): Promise<readonly number[]> => {
  const counts: number[] = []
  for (const plot of await page.locator(".plot").all()) {
    await plot.scrollIntoViewIfNeeded()
    await plot.locator("svg").waitFor({ state: "attached" })
    counts.push(await plot.locator("svg path").count())
  }
  return counts
}

describe.skipIf(!there)("a report in a browser", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "blockstep-browser-"))
    files = { relay: await fileOf(relay, 120), market: await fileOf(marketDay, 150) }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      it(`draws every chart, silently and without network: ${scheme}, ${width} px`, async () => {
        // Every chart kind in all four; what users see first in two of them.
        for (const file of (scheme === "light") === (width === 390) ? [files.relay] : [files.relay, files.market]) {
          const { page, noise } = await open(file, { width, scheme })
          const drawn = await drawnIn(page)
          expect(drawn.length).toBeGreaterThanOrEqual(8)
          // More than the frame of the axes.
          expect(Math.min(...drawn)).toBeGreaterThan(6)
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width)
          const dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
          expect(dark).toBe(scheme === "dark" ? "rgb(18, 20, 23)" : "rgb(245, 244, 240)")
          expect(noise).toEqual([])
          await page.context().close()
        }
      })
    }
  }

  it("says at the head what came of the run", async () => {
    const { page } = await open(files.market)
    const head = await page.locator("header.top").innerText()
    for (const words of ["market-day", "Every invariant held after every block", "won most", "liquidity providers", "lost most", "root of the last header", "blockstep run market-day"]) expect(head).toContain(words)
    await page.context().close()
  })

  it("opens a transaction's messages at a click: the refusal and its bounce are marked", async () => {
    const { page, noise } = await open(files.relay)
    await page.getByLabel("search transactions").fill("nobody")
    const option = page.locator("#transaction-list [role=option]").first()
    await option.click()
    const place = await option.locator(".place").innerText()
    const panel = page.locator("#transaction-panel")
    expect(await panel.innerText()).toContain(`Transaction ${place} from`)
    expect(await panel.locator("svg.sequence .message").count()).toBeGreaterThanOrEqual(2)
    expect(await panel.locator("svg.sequence .message.trouble .cross").count()).toBeGreaterThan(0)
    expect(await panel.locator("svg.sequence").innerHTML()).toContain("comes back: NoSuchActor")
    await panel.locator("svg.sequence .message").nth(1).click()
    expect(await panel.locator(".message-details").innerText()).toContain("core/NoSuchActor")
    expect(noise).toEqual([])
    await page.context().close()
  })

  it("opens it by keyboard alone, and goes through its messages", async () => {
    const { page, noise } = await open(files.relay)
    await page.locator("#transaction-list").focus()
    const before = await page.locator("#transaction-panel .where").innerText()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    const chosen = page.locator("#transaction-list [aria-selected=true]")
    expect(await chosen.count()).toBe(1)
    const after = await page.locator("#transaction-panel .where").innerText()
    expect(after).not.toBe(before)
    expect(after).toContain(await chosen.locator(".place").innerText())
    await page.keyboard.press("Enter")
    const label = () => page.evaluate("document.activeElement.getAttribute('aria-label')") as Promise<string>
    expect(await label()).toMatch(/^transaction, Pass/)
    await page.keyboard.press("ArrowDown")
    expect(await label()).toMatch(/^(call|bounce|reply|timer), /)
    const outline = await page.evaluate("getComputedStyle(document.activeElement.querySelector('.hit')).strokeWidth")
    expect(outline).toBe("2.5px")
    expect(noise).toEqual([])
    await page.context().close()
  })

  it("reads a chart by arrow keys, and lists the transactions of a bar's blocks", async () => {
    const { page, noise } = await open(files.relay)
    const figure = page.locator("#blocks figure").first()
    await figure.locator(".plot").focus()
    await figure.locator(".plot svg").waitFor({ state: "attached" })
    for (const key of ["Home", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key)
    const said = await figure.locator("output").textContent()
    expect(said).toMatch(/^blocks? \d+.*: transactions \d+; messages \d+; refused/)
    const [, from] = /^blocks? (\d+)/.exec(said ?? "") ?? []
    await page.keyboard.press("Enter")
    expect(await page.locator(".counted output").innerText()).toContain(`blocks ${from} to`)
    expect(await page.evaluate("document.activeElement.id")).toBe("transaction-list")
    expect(noise).toEqual([])
    await page.context().close()
  })

  it("reads the last values of every chart by keyboard, which are there", async () => {
    const { page, noise } = await open(files.relay)
    for (const figure of await page.locator("figure").all()) {
      await figure.locator(".plot").focus()
      await figure.locator(".plot svg").waitFor({ state: "attached" })
      await page.keyboard.press("End")
      const title = await figure.locator("h3").innerText()
      expect(await figure.locator("output").textContent(), title).toMatch(/: .*\d/)
    }
    expect(noise).toEqual([])
    await page.context().close()
  })

  it("shows part of the run in all charts, and has tables for who does not see them", async () => {
    const { page, noise } = await open(files.relay)
    await page.getByLabel("first block of the charts").focus()
    for (let press = 0; press < 40; press++) await page.keyboard.press("ArrowRight")
    expect(await page.locator(".range-words").innerText()).toBe("blocks 40 to 120")
    const figure = page.locator("figure", { hasText: "Money moved" })
    await figure.locator("summary").focus()
    await page.keyboard.press("Enter")
    expect(await figure.locator("tbody th").first().innerText()).toMatch(/^41 to/)
    expect(noise).toEqual([])
    await page.context().close()
  })

  it("prints in light colours, without what only a screen needs", async () => {
    const { page, noise } = await open(files.market, { scheme: "dark" })
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000)
    await page.emulateMedia({ media: "print" })
    expect(await page.locator("nav").isVisible()).toBe(false)
    expect(await page.locator("#transaction-panel svg.sequence").isVisible()).toBe(true)
    expect(noise).toEqual([])
    await page.context().close()
  })
})
