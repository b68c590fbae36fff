import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { codeOf, filesBelow, ROOT, textOf } from "./source.ts"

/** What the package promises. After a deliberate change: `npx vitest run --config property-tests/vitest.config.ts property-tests/tidy -u`. */

const indexes = filesBelow(".").filter((path) => /^(?:core|sim|protocols\/.+)\/index\.ts$/.test(path) && !/^core\/.+\/index|^sim\/.+\/index/.test(path))

/** Names of the exported types, which do not exist at run time. */
const typesOf = (path: string): readonly string[] => {
  const blocks = codeOf(textOf(path), { strings: true }).matchAll(/export type \{([^}]*)\}/g)
  return [...blocks].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) => name.trim().split(" as ").at(-1) as string)
      .filter((name) => name !== ""),
  )
}

describe("public exports", () => {
  it("are those of core, sim and each protocol", () => expect(indexes).toContain("core/index.ts"))

  for (const path of indexes) {
    it(path, async () => {
      const values = Object.keys((await import(join(ROOT, path))) as object).sort()
      const types = typesOf(path).map((name) => `type ${name}`).sort()
      const list = [...values, ...types].join("\n")
      await expect(`${list}\n`).toMatchFileSnapshot(`exports/${path.replace("/index.ts", "").replaceAll("/", ".")}.txt`)
    })
  }
})
