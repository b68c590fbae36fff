import { defineConfig } from "vitest/config"

/** All tests live in this room; `npm test` runs them after the type check and the linter. */
export default defineConfig({
  test: {
    root: import.meta.dirname + "/..",
    include: ["property-tests/**/*.test.ts"],
    testTimeout: process.env["BLOCKSTEP_LONG"] === "1" ? 3_600_000 : 120_000,
    maxWorkers: 2,
  },
})
