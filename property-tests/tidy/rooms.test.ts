import { posix } from "node:path"
import { describe, expect, it } from "vitest"
import { atTheTop, filesBelow, importsOf, isTypeScript, textOf } from "./source.ts"

/** core knows nothing, protocols know core, sim knows both, tests know all. */

const ROOMS = ["core", "protocols", "sim", "property-tests"]
const PROTOCOL_FILES = ["messages.ts", "failures.ts", "math.ts", "invariants.ts", "index.ts"]
/** Names that say nothing about what is inside. */
const EMPTY_NAMES = /^(?:utils?|helpers?|types?|common|misc|shared)(?:\.ts|$)/

const sources = (room: string): readonly string[] => filesBelow(room).filter(isTypeScript)

/** The folders of protocols, such as protocols/amm/constant-product: those with an index. */
const PROTOCOLS = filesBelow("protocols")
  .filter((path) => posix.basename(path) === "index.ts")
  .map((path) => posix.dirname(path))

/** Deep imports only: the barrel costs a quarter of a second at start. */
const isEffect = (name: string): boolean => name.startsWith("effect/")

const within = (folder: string, path: string): boolean => path.startsWith(`${folder}/`) && isTypeScript(path)

/** What holds threads together. */
const THREADING = ["node:perf_hooks", "node:timers", "node:worker_threads"]

const core = (path: string, imported: string): boolean =>
  within("core", imported) || isEffect(imported) || ["immer", "node:crypto"].includes(imported) || (within("core/shard", path) && THREADING.includes(imported))

const protocols = (path: string, imported: string): boolean => {
  const own = PROTOCOLS.find((folder) => within(folder, path)) ?? "no protocol's folder"
  const anothersMessages = PROTOCOLS.some((folder) => imported === `${folder}/messages.ts`)
  return imported === "core/index.ts" || within(own, imported) || anothersMessages || isEffect(imported) || imported === "immer"
}

/** A package of its own, which users never install: what it declares is its own affair. */
const PEERS = "sim/bench/peers"
const { dependencies, optionalDependencies } = JSON.parse(textOf(`${PEERS}/package.json`)) as { readonly [kind: string]: { readonly [name: string]: string } }
const PEER_PACKAGES = new Set(Object.keys({ ...dependencies, ...optionalDependencies }))

/** The page of a report runs in a browser: it knows its data's form, and nothing of the world that they come from. */
const page = (_: string, imported: string): boolean =>
  within("sim/report/page", imported) || imported === "sim/report/data.ts" || imported.startsWith("echarts/")

/** It takes the threads' engine apart to time each part, which nobody else may. */
const SCALING = "sim/bench/scaling"

const sim = (path: string, imported: string): boolean =>
  within("sim/report/page", path)
    ? page(path, imported)
    : (within(PEERS, path) && PEER_PACKAGES.has(imported)) ||
      (within("sim", imported) && !within("sim/report/page", imported)) ||
      imported === "core/index.ts" ||
      (within(SCALING, path) && within("core", imported)) ||
      PROTOCOLS.some((folder) => imported === `${folder}/index.ts`) ||
      isEffect(imported) ||
      imported.startsWith("@effect/platform-node/") ||
      imported === "fast-check" ||
      imported.startsWith("node:")

describe("rooms", () => {
  for (const [room, allowed] of Object.entries({ core, protocols, sim })) {
    it(`${room} imports only what it may`, () => {
      const wrong = sources(room).flatMap((path) =>
        importsOf(path)
          .filter((imported) => !allowed(path, imported))
          .map((imported) => `${path} imports ${imported}`),
      )
      expect(wrong).toEqual([])
    })
  }

  it("are the only folders at the top, beside those of tools", () => {
    expect(atTheTop("folders").filter((name) => !name.startsWith("."))).toEqual([...ROOMS].sort())
  })

  it("hold no file or folder whose name says nothing", () => {
    const parts = ROOMS.flatMap(filesBelow).filter((path) => path.split("/").some((part) => EMPTY_NAMES.test(part)))
    expect(parts).toEqual([])
  })
})

describe("the peers of the benchmarks", () => {
  it("are imported by nobody else, and have exact versions", () => {
    const others = sources("sim").filter((path) => !within(PEERS, path)).flatMap((path) => importsOf(path).filter((imported) => within(PEERS, imported)))
    expect(others).toEqual([])
    for (const version of Object.values({ ...dependencies, ...optionalDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it("are locked without the host of a registry", () => expect(textOf(`${PEERS}/package-lock.json`)).not.toMatch(/"resolved": "http/))
})

describe("protocols", () => {
  it("are there", () => expect(PROTOCOLS.length).toBeGreaterThan(0))

  for (const folder of PROTOCOLS) {
    it(`${folder} has its files`, () => {
      const names = filesBelow(folder).map((path) => posix.relative(folder, path))
      expect(names).toEqual(expect.arrayContaining(PROTOCOL_FILES))
    })
  }

  it("leave no file outside of a protocol's folder", () => {
    expect(sources("protocols").filter((path) => !PROTOCOLS.some((folder) => within(folder, path)))).toEqual([])
  })
})
