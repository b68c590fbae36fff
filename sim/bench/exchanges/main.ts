import { World } from "../../../core/index.ts"
import { orders, type Verb } from "./order-book.ts"
import { stableSwaps, weightedSwaps } from "./pools.ts"
import { threeHopRoutes } from "./routes.ts"
import { nameOf, type Workload } from "./workload.ts"

/** Each workload once through the engine and once through its bare loop, after a small one of the same kind for the compiler; `--quick` is smaller. */

const quick = process.argv.includes("--quick")
const transactions = quick ? 20_000 : 100_000
const shape = { accounts: 10_000, transactions, blockSize: 10_000 }
const small = { ...shape, transactions: 10_000 }

const timed = (call: () => void): number => {
  const before = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** CPU seconds of both, which must agree on every account. */
const run = (workload: Workload): { readonly engine: number; readonly bare: number; readonly messages: number } => {
  const world = World.make(workload.genesis)
  for (const block of workload.setup) world.step(block)
  let messages = 0
  const engine = timed(() => {
    for (const block of workload.blocks) messages += world.step(block).raw.ended.length
    while (world.pending > 0) messages += world.step().raw.ended.length
  })
  const plain = workload.bare()
  const bare = timed(() => plain.apply(workload.blocks))
  for (let index = 0; index < workload.accounts; index++) {
    for (const asset of workload.assetsOf(index)) {
      const [ours, theirs] = [world.balance(nameOf(index), asset), plain.balance(nameOf(index), asset)]
      if (ours !== theirs) throw new Error(`${workload.name}: ${nameOf(index)} has ${ours} ${asset}, in the bare loop ${theirs}`)
    }
  }
  return { engine, bare, messages }
}

const sizes = [1_000, 100_000, 1_000_000]
const verbs: readonly Verb[] = ["insert", "match", "cancel"]
const makers: (() => Workload)[] = [() => stableSwaps(shape), () => weightedSwaps(shape), () => threeHopRoutes(shape)]
for (const verb of verbs) {
  for (const size of sizes) makers.push(() => orders(verb, size, { ...shape, transactions: quick ? 10_000 : 50_000 }))
}
for (const warm of [stableSwaps, weightedSwaps, threeHopRoutes]) run(warm(small))
for (const verb of verbs) run(orders(verb, 20_000, small))

const pad = (text: string, width: number): string => text.padStart(width)
process.stdout.write(`${"workload".padEnd(40)}${pad("cpu us each", 14)}${pad("bare us", 10)}${pad("of bare", 10)}${pad("messages each", 15)}\n`)
for (const make of makers) {
  const workload = make()
  const count = workload.blocks.reduce((sum, block) => sum + block.length, 0)
  const { engine, bare, messages } = run(workload)
  const cells = [((engine * 1e6) / count).toFixed(2), ((bare * 1e6) / count).toFixed(2), (bare / engine).toFixed(3), (messages / count).toFixed(2)]
  process.stdout.write(`${workload.name.padEnd(40)}${pad(cells[0] as string, 14)}${pad(cells[1] as string, 10)}${pad(cells[2] as string, 10)}${pad(cells[3] as string, 15)}\n`)
}
