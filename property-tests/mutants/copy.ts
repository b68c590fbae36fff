import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { filesBelow, isTypeScript, ROOT, textOf } from "../tidy/source.ts"

/** One slip in the project's source: a text that stands once in a file, and what stands there instead. */
export interface Mutant {
  readonly name: string
  /** From the root of the project. */
  readonly file: string
  readonly text: string
  readonly instead: string
}

/**
 * Imports a module out of a copy of some of the project, in which there is one slip (or none). Imports of what is not copied lead to the
 * project itself, so that a copy and the rest agree on everything else.
 */
export const importWith = async <Module>(mutant: Mutant | undefined, module: string, copied: readonly string[]): Promise<Module> => {
  if (mutant !== undefined && !copied.includes(mutant.file)) throw new Error(`"${mutant.name}": ${mutant.file} is not copied`)
  const folder = mkdtempSync(join(tmpdir(), "mutant-"))
  try {
    for (const file of copied) {
      const path = join(folder, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, redirected(file, mutant !== undefined && file === mutant.file ? mutated(mutant) : textOf(file), copied))
    }
    return (await import(join(folder, module))) as Module
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The TypeScript files of a folder of the project. */
export const sourcesIn = (folder: string): readonly string[] => filesBelow(folder).filter(isTypeScript)

const mutated = ({ name, file, text, instead }: Mutant): string => {
  const source = readFileSync(join(ROOT, file), "utf8")
  const count = source.split(text).length - 1
  if (count !== 1) throw new Error(`"${name}": its text stands ${count} times in ${file}, not once`)
  return source.replace(text, () => instead)
}

const redirected = (file: string, text: string, copied: readonly string[]): string =>
  text.replace(/^((?:import|export) [^"\n]*?from ")([^"\n]+)(")|^(\} from ")([^"\n]+)(")/gm, (whole, ...groups: (string | undefined)[]) => {
    const [before, path, after] = groups[0] === undefined ? groups.slice(3, 6) : groups.slice(0, 3)
    if (path === undefined || path.startsWith("node:")) return whole
    if (!path.startsWith(".")) return `${before}${fileURLToPath(import.meta.resolve(path))}${after}`
    const target = resolve(ROOT, dirname(file), path)
    return copied.includes(relative(ROOT, target)) ? whole : `${before}${target}${after}`
  })
