import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ROOT, textOf } from "./source.ts"

/**
 * Every block of the documents that is marked `ts` is a whole program: it is type-checked and run against the sources.
 * A comment `// prints X` in it promises that its output has a line with X, in the order of the comments.
 */

interface Example {
  readonly title: string
  readonly code: string
}

const examplesOf = (document: string): readonly Example[] => {
  if (!existsSync(join(ROOT, document))) return []
  const text = textOf(document)
  return [...text.matchAll(/^```ts\b[^\n]*\n([\s\S]*?)^```/gm)].map(({ index, 1: code = "" }) => ({
    title: `${document}:${text.slice(0, index).split("\n").length}`,
    code,
  }))
}

const examples = ["README.md", "CONTRIBUTING.md"].flatMap(examplesOf)

/** The package's own names stand for its sources. */
const fromSources = (code: string): string =>
  code.replace(/(["'])blockstep(?:\/(sim|protocols\/[\w/-]+))?\1/g, (_, quote: string, entry = "core") => `${quote}${join(ROOT, entry as string, "index.ts")}${quote}`)

const promises = (code: string): readonly string[] => [...code.matchAll(/\/\/ prints (.+)$/gm)].map(([, line = ""]) => line.trim())

describe.skipIf(!existsSync(join(ROOT, "README.md")))("examples in the documents", () => {
  let folder = ""
  const fileOf = (index: number): string => join(folder, `example-${index}.ts`)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "blockstep-readme-"))
    for (const [index, { code }] of examples.entries()) writeFileSync(fileOf(index), fromSources(code))
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
    const types = join(ROOT, "node_modules/@types")
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions: { typeRoots: [types], noUnusedLocals: false, rewriteRelativeImportExtensions: false }, include: ["*.ts"] }),
    )
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction")
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("are in the README", () => expect(examples.filter(({ title }) => title.startsWith("README.md")).length).toBeGreaterThan(0))

  it("fit their types", () => {
    const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" })
    expect(stdout).toBe("")
    expect(status).toBe(0)
  })

  for (const [index, { title, code }] of examples.entries()) {
    it(`${title} runs`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", fileOf(index)], { encoding: "utf8", cwd: folder, timeout: 60_000 })
      expect(stderr).toBe("")
      expect(status).toBe(0)
      let rest = stdout
      for (const line of promises(code)) {
        expect(rest).toContain(line)
        rest = rest.slice(rest.indexOf(line) + line.length)
      }
    })
  }
})

describe("reading the documents", () => {
  it("points the package's names to the sources", () => {
    expect(fromSources('import { World } from "blockstep"')).toBe(`import { World } from "${join(ROOT, "core/index.ts")}"`)
    expect(fromSources("import { Swap } from 'blockstep/protocols/amm/constant-product'")).toContain("protocols/amm/constant-product/index.ts'")
    expect(fromSources('import * as sim from "blockstep/sim"')).toContain("sim/index.ts")
    expect(fromSources('const word = "blockstep-like"')).toBe('const word = "blockstep-like"')
  })

  it("finds what an example promises", () => expect(promises("a() // prints 5 eth\n// prints no more \nb()")).toEqual(["5 eth", "no more"]))
})
