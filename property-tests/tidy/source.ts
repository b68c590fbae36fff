import { readdirSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"

/** The project's folder. */
export const ROOT = join(import.meta.dirname, "../..")

/** What tools make; git does not know it. */
const MADE = new Set([".git", "node_modules", "dist", "coverage"])

/** Files of the project below a folder, as paths from the root with slashes, in a stable order. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !MADE.has(name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
    .sort()

/** Folders and files at the top. */
export const atTheTop = (kind: "folders" | "files"): readonly string[] =>
  readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => !MADE.has(entry.name) && entry.isDirectory() === (kind === "folders"))
    .map(({ name }) => name)
    .sort()

export const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8")

export const isTypeScript = (path: string): boolean => path.endsWith(".ts")

/** A regular expression may begin behind these; elsewhere a slash divides. */
const BEFORE_REGULAR_EXPRESSION = /(?:^|[(,=:[!&|?{};+\-*%~^<>\n]|\breturn|\btypeof|=>)\s*$/

/** TypeScript without its comments, and without what stands in strings where `strings` is false. Lines keep their numbers. */
export const codeOf = (text: string, { strings }: { readonly strings: boolean }): string => {
  let code = ""
  let at = 0
  const blank = (piece: string): string => piece.replace(/[^\n]/g, " ")
  const skipTo = (end: number, shown: boolean): void => {
    const piece = text.slice(at, end)
    code += shown ? piece : blank(piece)
    at = end
  }
  /** Depths of braces at which a template literal goes on. */
  const templates: number[] = []
  let depth = 0
  const template = (): void => {
    let end = at
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) end += text[end] === "\\" ? 2 : 1
    skipTo(end, strings)
    if (text[at] === "`") return skipTo(at + 1, true)
    templates.push(depth++)
    skipTo(at + 2, true)
  }
  while (at < text.length) {
    const char = text[at] as string
    if (text.startsWith("//", at)) skipTo(indexOrEnd(text, "\n", at), false)
    else if (text.startsWith("/*", at)) skipTo(Math.min(indexOrEnd(text, "*/", at) + 2, text.length), false)
    else if (char === '"' || char === "'") skipTo(endOfString(text, at), strings)
    else if (char === "/" && BEFORE_REGULAR_EXPRESSION.test(code.slice(-40))) skipTo(endOfRegularExpression(text, at), strings)
    else if (char === "`") {
      skipTo(at + 1, true)
      template()
    } else if (char === "}" && templates.at(-1) === depth - 1) {
      depth = templates.pop() as number
      skipTo(at + 1, true)
      template()
    } else {
      if (char === "{") depth++
      if (char === "}") depth--
      skipTo(at + 1, true)
    }
  }
  return code
}

const indexOrEnd = (text: string, what: string, from: number): number => {
  const found = text.indexOf(what, from)
  return found < 0 ? text.length : found
}

const endOfString = (text: string, from: number): number => {
  let end = from + 1
  while (end < text.length && text[end] !== text[from] && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1
  return end + 1
}

const endOfRegularExpression = (text: string, from: number): number => {
  let inClass = false
  let end = from + 1
  for (; end < text.length && text[end] !== "\n" && (inClass || text[end] !== "/"); end++) {
    if (text[end] === "\\") end++
    else if (text[end] === "[") inClass = true
    else if (text[end] === "]") inClass = false
  }
  return end + 1
}

/** What a file imports or re-exports: relative paths resolved from the root, names of packages as they are. */
export const importsOf = (path: string): readonly string[] => {
  const code = codeOf(textOf(path), { strings: true })
  const declared = code.matchAll(/^[ \t]*(?:import|export)\b(?:[^"'`;=()]*?\bfrom)?\s*["']([^"'\n]+)["']/gm)
  const inExpressions = code.matchAll(/\bimport\s*\(\s*["']([^"'\n]+)["']/g)
  return [...declared, ...inExpressions].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier,
  )
}
