import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { posix } from "node:path"
import type { Bytes } from "./abi.ts"

/** A compiler, by the name under which it is installed. */
export type Compiler = "solc" | "solc-0.8.19" | "solc-0.7.6"

/** What is to be compiled, and how. */
export interface Compilation {
  readonly compiler: Compiler
  /** Solidity by path. An imported path that is not here is read from `node_modules`, so a package's file is given as `import "@a/b/C.sol";`. */
  readonly sources: { readonly [path: string]: string }
  /** Packages to be read from another folder of `node_modules` than their own name's: one version of several that are installed. */
  readonly packages?: { readonly [name: string]: string }
  /** The compiler's own settings (optimizer, viaIR, evmVersion, libraries, metadata ...), as its documentation of the JSON input has them. */
  readonly settings?: { readonly [name: string]: unknown }
}

/** A compiled contract: its creation code is what `evm.deploy` takes. */
export interface Artifact {
  readonly abi: readonly unknown[]
  readonly bytecode: Bytes
}

/** Finds a contract by its name, or by `path:Name` where several share it. Throws where there is none, or one that cannot be deployed. */
export type Artifacts = (contract: string) => Artifact

interface Output {
  readonly contracts?: { readonly [path: string]: { readonly [name: string]: { readonly abi: readonly unknown[]; readonly evm: { readonly bytecode: { readonly object: string } } } } }
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
}

const require = createRequire(import.meta.url)
const cache = new URL("../../node_modules/.cache/blockstep-solc/", import.meta.url)

/**
 * Compiles Solidity in a process of its own and keeps the result on disk, by a hash of compiler, sources (the imported ones too) and settings:
 * only the first run of a new input compiles.
 *
 *     const contracts = await compile({ compiler: "solc-0.8.19", sources: { "T.sol": 'import "@morpho-org/morpho-blue/src/mocks/ERC20Mock.sol";' } })
 *     const token = await evm.deploy(contracts("ERC20Mock").bytecode)
 */
export async function compile({ compiler, sources, packages = {}, settings = {} }: Compilation): Promise<Artifacts> {
  const input = JSON.stringify({
    language: "Solidity",
    sources: withImports(sources, packages),
    settings: { ...settings, outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  })
  const { version } = require(`${compiler}/package.json`) as { version: string }
  const key = createHash("sha256").update(`${version}\n${input}`).digest("hex")
  const kept = new URL(`${key}.json`, cache)
  return finder(read(kept) ?? (await keep(kept, await run(compiler, input))))
}

/** The sources and everything that they import, in ascending order of their paths, so that equal inputs have equal keys. */
function withImports(given: Compilation["sources"], packages: NonNullable<Compilation["packages"]>): { readonly [path: string]: { readonly content: string } } {
  const found = new Map(Object.entries(given))
  const waiting = [...found.keys()]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const wanted of importsOf(found.get(path) as string)) {
      const resolved = wanted.startsWith(".") ? posix.join(posix.dirname(path), wanted) : wanted
      if (found.has(resolved)) continue
      found.set(resolved, installed(resolved, path, packages))
      waiting.push(resolved)
    }
  }
  return Object.fromEntries([...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([path, content]) => [path, { content }]))
}

function importsOf(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "")
  return [...code.matchAll(/\bimport\b[^;"']*["']([^"']+)["']/g)].map(([, path]) => path as string)
}

/** A package's file. By the package's folder, since a package may export nothing but its entry. */
function installed(path: string, importer: string, packages: NonNullable<Compilation["packages"]>): string {
  const name = Object.keys(packages).find((candidate) => path.startsWith(`${candidate}/`))
  const place = name === undefined ? path : `${packages[name]}${path.slice(name.length)}`
  const source = text(new URL(`../../node_modules/${place}`, import.meta.url))
  assert(source !== undefined, `${importer} imports ${path}, which is neither given nor installed`)
  return source
}

function text(url: URL): string | undefined {
  try {
    return readFileSync(url, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

function read(kept: URL): Output | undefined {
  const json = text(kept)
  return json === undefined ? undefined : (JSON.parse(json) as Output)
}

/** Written under a name of this process's own and then renamed, since several test files may compile the same at once. */
async function keep(kept: URL, output: Output): Promise<Output> {
  mkdirSync(cache, { recursive: true })
  const draft = new URL(`${kept.href}.${process.pid}`)
  writeFileSync(draft, JSON.stringify({ contracts: output.contracts }))
  renameSync(draft, kept)
  return output
}

// The compiler's wrapper leaves listeners on its process and never frees its memory: it gets a process of its own.
const script = `
const solc = require(process.argv[1])
let input = ""
process.stdin.setEncoding("utf8").on("data", (part) => { input += part }).on("end", () => process.stdout.write(solc.compile(input)))
`

async function run(compiler: Compiler, input: string): Promise<Output> {
  const child = spawn(process.execPath, ["-e", script, require.resolve(compiler)], { stdio: ["pipe", "pipe", "inherit"] })
  child.stdin.end(input)
  let json = ""
  for await (const part of child.stdout.setEncoding("utf8")) json += part
  assert(json !== "", `${compiler} answered nothing`)
  const output = JSON.parse(json) as Output
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage)
  assert(errors.length === 0, errors.join("\n"))
  return output
}

function finder({ contracts = {} }: Output): Artifacts {
  return (contract) => {
    const matches = Object.entries(contracts).flatMap(([path, byName]) =>
      Object.entries(byName).flatMap(([name, compiled]) => (name === contract || `${path}:${name}` === contract ? [compiled] : [])),
    )
    const [match] = matches
    assert(match !== undefined && matches.length === 1, `${matches.length} compiled contracts are called ${contract}`)
    const code = match.evm.bytecode.object
    assert(/^([0-9a-f]{2})+$/.test(code), `${contract} cannot be deployed: it is abstract, or needs a library's address`)
    return { abi: match.abi, bytecode: `0x${code}` }
  }
}
