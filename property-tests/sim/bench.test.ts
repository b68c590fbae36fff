import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { World } from "../../core/index.ts"
import { measure } from "../../sim/bench/measure.ts"
import { measureThreads } from "../../sim/bench/measure-threads.ts"
import { sheet } from "../../sim/bench/sheet.ts"
import type { Workload } from "../../sim/bench/workload.ts"

/** The sheet measures what it says: in each row the engine and the bare loop end with the same balances. No test depends on a figure. */

const SMALL = { accounts: 150, transactions: 200, blockSize: 50 }

/** The same workload in another size or setting; some of them take long to set up. */
const VARIANT = /, (?:no hashing|blocks of .*|1?00?,000.* accounts|1,000,000 accounts)$|at (?:100,000|1,000,000)$/

/** Of a world that applies a whole workload, and then what is under way. */
const rootAfter = ({ genesis, setup, blocks }: Workload): string => {
  const world = World.make(genesis)
  for (const block of [...setup, ...blocks]) world.step(block)
  while (world.pending > 0) world.step()
  return world.header.root
}

describe("the honest sheet", () => {
  const makers = new Map(sheet(false).filter(({ name }) => !VARIANT.test(name)).map(({ name, make }) => [name, make]))

  it.each([...makers])("%s ends in the engine as in the bare loop", async (_, make) => {
    const row = await measure(() => make(SMALL), 1, SMALL.blockSize)
    // The first of its four blocks is not timed.
    expect(row.transactions).toBe(SMALL.transactions - SMALL.blockSize)
    // All blocks were applied, whatever turns the sides took: where both left out the same ones, their balances would agree too.
    expect(row.root).toBe(rootAfter(make(SMALL)))
    expect(row.messagesPerSecond).toBeGreaterThan(0)
  })

  it("notices a bare loop that does something else", async () => {
    const make = makers.get("transfers") as NonNullable<ReturnType<typeof makers.get>>
    const wrong = () => {
      const workload = make(SMALL)
      return { ...workload, bare: () => ({ ...workload.bare(), apply: () => {} }) }
    }
    await expect(measure(wrong, 1, SMALL.blockSize)).rejects.toThrow(/^transfers: account-\d+ has \d+ cash in the engine and \d+ in the bare loop$/)
  })

  it("ends on two threads as on one and as the bare loop, and measures them beside each other", async () => {
    const { root, threads, besideOneThread } = await measureThreads({ name: "three-hop routes", shape: SMALL }, 1, 2)
    expect(threads).toBe(2)
    expect(root).toMatch(/^[0-9a-f]{64}$/)
    expect(besideOneThread?.speed).toBeGreaterThan(0)
    expect(besideOneThread?.apartSpeed).toBeGreaterThan(0)
  })

  it("measures another way to do the same beside a row, and holds it to nothing but its own bare loop", async () => {
    const singles = sheet(false).find(({ rival }) => rival !== undefined) as ReturnType<typeof sheet>[number]
    const { besideRival } = await measure(() => singles.make(SMALL), 1, SMALL.blockSize, () => (singles.rival as typeof singles.make)(SMALL))
    expect(singles.name).toBe("same orders, single messages")
    expect(besideRival?.workload).toBe("batch auction")
    expect(besideRival?.speed).toBeGreaterThan(0)
  })

  it("has rows of distinct names", () => {
    const names = sheet(false).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it("runs without digests in a process of its own, and then headers say nothing", () => {
    const at = (file: string): string => join(import.meta.dirname, "../../sim/bench", file)
    const script = `const { measure } = await import(${JSON.stringify(at("measure.ts"))}); const { transfers } = await import(${JSON.stringify(at("workloads/transfers.ts"))})
      console.log((await measure(() => transfers(${JSON.stringify(SMALL)}), 1, 100)).root)`
    const given = ["--input-type=module", "-e", script]
    expect(execFileSync(process.execPath, ["--import", at("unhashed.ts"), ...given], { encoding: "utf8" }).trim()).toBe("0".repeat(64))
    expect(execFileSync(process.execPath, given, { encoding: "utf8" }).trim()).not.toBe("0".repeat(64))
  })
})
