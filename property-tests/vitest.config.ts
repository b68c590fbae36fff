import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** What a search once saved is replayed before anything else. */
class SavedCasesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const saved = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith("/saved-cases.test.ts")
    return [...sorted.filter(saved), ...sorted.filter((file) => !saved(file))]
  }
}

/** All tests live in this room; `npm test` runs them after the type check and the linter. */
export default defineConfig({
  test: {
    root: import.meta.dirname + "/..",
    include: ["property-tests/**/*.test.ts"],
    testTimeout: process.env["BLOCKSTEP_LONG"] === "1" ? 3_600_000 : 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: SavedCasesFirst },
    // Threads of the engine load the sources without the test runner; so their types are stripped once, and not once a thread.
    env: { NODE_COMPILE_CACHE: import.meta.dirname + "/../node_modules/.cache/compiled" },
  },
})
