import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { ZooEntry } from "../../sim/index.ts"

/** Every entry of this folder: each file `NN-name.ts` exports one by default. */
export const loadZoo = async (): Promise<readonly ZooEntry[]> => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^\d\d-[a-z0-9-]+\.ts$/.test(name)).sort()
  const modules = await Promise.all(files.map((file) => import(join(import.meta.dirname, file)) as Promise<{ readonly default: ZooEntry }>))
  return modules.map(({ default: entry }) => entry).sort((a, b) => a.number - b.number)
}

export { infeasible } from "./infeasible.ts"

export default loadZoo
