import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"

/** The package as its users get it: packed, installed into an empty project, imported from plain JavaScript and from TypeScript. */

const ROOT = join(import.meta.dirname, "../..")
const BIN = join(ROOT, "node_modules/.bin")
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly files: readonly string[] }
const PROTOCOLS = ["amm/constant-product", "oracle", "token"]

const scratch = mkdtempSync(join(tmpdir(), "blockstep-pack-"))
const cleanUp = (): void => rmSync(scratch, { recursive: true, force: true })
afterAll(cleanUp)
const stage = join(scratch, "package")
const consumer = join(scratch, "consumer")
mkdirSync(stage)
mkdirSync(consumer)

/** A command with the pinned node in front; npm itself is the machine's. */
const run = (folder: string, command: string, ...args: readonly string[]) => {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env["PATH"]}`, NODE_OPTIONS: "" }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", env, timeout: 90_000 })
  return { status, stdout, stderr, output: `${stdout}${stderr}` }
}

/** Builds beside the project, so that its own dist stays as it is, and packs what `files` names. */
const pack = (): string => {
  const built = run(ROOT, join(BIN, "tsc"), "-p", ".config/tsconfig.build.json", "--outDir", join(stage, "dist"))
  if (built.status !== 0) throw new Error(built.output)
  const bundled = run(ROOT, process.execPath, ".config/bundle-page.js", join(stage, "dist"))
  if (bundled.status !== 0) throw new Error(bundled.output)
  for (const name of ["package.json", "README.md", "LICENSE", ...manifest.files]) {
    if (name !== "dist" && existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(stage, name), { recursive: true })
  }
  const packed = run(stage, "npm", "pack", "--ignore-scripts", "--json", "--pack-destination", scratch)
  if (packed.status !== 0) throw new Error(packed.output)
  return join(scratch, tarballIn(packed.stdout))
}

/** npm has printed a list, and an object by name. */
const tarballIn = (json: string): string => {
  const report = JSON.parse(json) as object
  return (Object.values(report)[0] as { readonly filename: string }).filename
}

const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/

const install = (): "installed" | "unreachable" => {
  const tarball = pack()
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  const { status, output } = run(consumer, "npm", "install", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock", tarball)
  if (status === 0) return "installed"
  if (OFFLINE.test(output)) return "unreachable"
  throw new Error(output)
}

/** Before the tests are collected, since whether they are skipped depends on it. */
const installed = (): "installed" | "unreachable" => {
  try {
    return install()
  } catch (problem) {
    cleanUp()
    throw problem
  }
}

const state = installed()
if (state === "unreachable") console.warn("SKIPPED: the package registry cannot be reached, so the packed package was not installed")

const JAVASCRIPT = `
import { Actor, Amount, actor, Message, openEngine, World } from "blockstep"
${PROTOCOLS.map((name, index) => `import * as protocol${index} from "blockstep/protocols/${name}"`).join("\n")}

const Put = Message.make("consumer/Put", { reply: { total: Amount } })
const Pot = Actor.make("consumer/Pot", {
  params: {}, state: { total: Amount }, messages: { Put }, create: () => ({ total: 0n }),
  handlers: { Put: ({ total }, _, { funds }) => ({ state: { total: total + funds.get("eth") }, reply: { total: total + funds.get("eth") } }) },
})
const genesis = { accounts: { alice: { eth: 100n } }, actors: [actor("pot", Pot, {})] }
const world = World.make(genesis)
world.send("alice", "pot", Put, {}, { funds: { eth: 40n } })
const block = world.step()
const engine = await openEngine({ genesis })
const receipt = engine.submit({ from: "alice", nonce: 0, to: "pot", message: Put, payload: {}, funds: { eth: 40n } })
await engine.step()
const header = await engine.header()
await engine.close()
console.log(JSON.stringify({
  status: block.receipts[0].status,
  total: String((await receipt).reply.total),
  sameRoot: header.root === block.header.root,
  alice: String(world.balance("alice", "eth")),
  protocols: [${PROTOCOLS.map((_, index) => `Object.keys(protocol${index}).length > 0`).join(", ")}],
}))
`

const TYPESCRIPT = `
import { Actor, Amount, actor, Message, openEngine, World, type Receipt } from "blockstep"
${PROTOCOLS.map((name, index) => `import * as protocol${index} from "blockstep/protocols/${name}"`).join("\n")}
${existsSync(join(ROOT, "sim/index.ts")) ? 'import * as sim from "blockstep/sim"' : "const sim = {}"}

export const used: readonly object[] = [${PROTOCOLS.map((_, index) => `protocol${index}`).join(", ")}, sim]
export const Put = Message.make("consumer/Put", { payload: { times: Amount }, reply: { total: Amount } })
export const Pot = Actor.make("consumer/Pot", {
  params: {},
  state: { total: Amount },
  messages: { Put },
  create: () => ({ total: 0n }),
  handlers: {
    Put: (pot, { times }, { funds }) => {
      const total: bigint = pot.total + times * funds.get("eth")
      return { state: { total }, reply: { total } }
    },
  },
})
const world = World.make({ actors: [actor("pot", Pot, {})] })
export const total: bigint = world.state(Pot, "pot").total
// @ts-expect-error: the payload's field is a bigint
world.send("alice", "pot", Put, { times: 5 })
// @ts-expect-error: there is no such field
export const missing = world.state(Pot, "pot").sum
export const receipts: Promise<readonly Receipt[]> = openEngine({ genesis: {} }).then((engine) => engine.submitAll([]))
`

describe.skipIf(state === "unreachable")("the packed package", () => {
  it("holds the built files and their types, and nothing of the sources or tests", () => {
    const files = run(join(consumer, "node_modules/blockstep"), "find", ".", "-type", "f").stdout.trim().split("\n")
    expect(files).toEqual(expect.arrayContaining(["./package.json", "./LICENSE", "./dist/core/index.js", "./dist/core/index.d.ts"]))
    expect(files.filter((path) => /property-tests|\/bench\/|(?<!\.d)\.ts$/.test(path))).toEqual([])
  })

  it("runs from plain JavaScript", () => {
    writeFileSync(join(consumer, "main.js"), JAVASCRIPT)
    const { stdout, stderr } = run(consumer, process.execPath, "main.js")
    expect(stderr).toBe("")
    expect(JSON.parse(stdout)).toEqual({ status: "handled", total: "40", sameRoot: true, alice: "60", protocols: PROTOCOLS.map(() => true) })
  })

  it.skipIf(!existsSync(join(ROOT, "sim/index.ts")))("has sim and the command line", () => {
    writeFileSync(join(consumer, "sim.js"), 'import * as sim from "blockstep/sim"\nconsole.log(Object.keys(sim).length > 0)')
    expect(run(consumer, process.execPath, "sim.js")).toMatchObject({ status: 0, stdout: "true\n" })
    expect(run(consumer, join(consumer, "node_modules/.bin/blockstep"), "--help").output).toMatch(/run/)
  })

  it("writes a report, with a page that was bundled when the package was built", () => {
    const { status, stdout } = run(consumer, join(consumer, "node_modules/.bin/blockstep"), "run", "market-day", "--blocks", "20", "--report", "report.html")
    expect(status).toBe(0)
    expect(stdout).toContain(`report: ${join(realpathSync(consumer), "report.html")}`)
    expect(existsSync(join(consumer, "node_modules/echarts"))).toBe(false)
    const html = readFileSync(join(consumer, "report.html"), "utf8")
    expect(html.length).toBeGreaterThan(400_000)
    expect(html).toContain("Apache License")
  })

  it("refuses to be imported past its exports", () => {
    writeFileSync(join(consumer, "inside.js"), 'import "blockstep/dist/core/kernel.js"')
    expect(run(consumer, process.execPath, "inside.js").stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, module: "nodenext", noEmit: true, types: [] }
  const consumers = {
    "that checks its libraries too": { ...strict, target: "es2024", lib: ["es2024", "dom"], skipLibCheck: false },
    "without types of node or browser": { ...strict, target: "es2022", lib: ["es2024"], skipLibCheck: true },
  }
  for (const [kind, compilerOptions] of Object.entries(consumers)) {
    it(`type-checks in a strict TypeScript project ${kind}`, () => {
      writeFileSync(join(consumer, "main.ts"), TYPESCRIPT)
      writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }))
      const { status, stdout } = run(consumer, join(BIN, "tsc"), "-p", ".")
      expect(stdout).toBe("")
      expect(status).toBe(0)
    })
  }
})
