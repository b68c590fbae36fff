import { isDeepStrictEqual } from "node:util"
import { expect } from "vitest"
import { Orderings, type Ordering, type World } from "../../core/index.ts"
import type { Scenario } from "./arbitrary.ts"
import { Follower, shadowsOf, stepWorld, worldOf } from "./engine.ts"
import { Reference } from "./interpreter.ts"
import { causal, type Block, type Policy } from "./shapes.ts"

/** A world against the interpreter, whoever executes its blocks. */

/** Equal as values; where they are not, with a readable difference. */
export const same = (actual: unknown, expected: unknown, what: string): void => {
  if (isDeepStrictEqual(actual, expected)) return
  expect(actual, what).toStrictEqual(expected)
  throw new Error(`${what} differ`)
}

/** Steps both and compares all that can be seen of them. */
export const compare = (
  { genesis, blocks }: Scenario,
  ordering: Ordering = Orderings.causal,
  policy: Policy = causal,
  world: World = worldOf(genesis, { ordering }),
  between: (height: number) => void = () => undefined,
): void => {
  const reference = new Reference(genesis, { policy })
  const follower = new Follower(genesis)
  let parent = world.header.root
  for (const inputs of blocks) {
    const expected = reference.step(inputs)
    const block = stepWorld(world, inputs)
    const at = `of block ${expected.height}`
    const told = follower.read(block)
    same(told.receipts, expected.receipts, `receipts ${at}`)
    same(told.ended, expected.ended, `ended messages ${at}`)
    same(told.sent, expected.sent, `reconciled messages ${at}`)
    same(told.changes, expected.changes, `changes ${at}`)
    same([told.height, told.time, block.header.height, block.header.parent], [expected.height, expected.time, expected.height, parent], `header ${at}`)
    compareReceipts(block.receipts, expected)
    numberGhosts(block)
    world.audit()
    same(world.pending + world.pendingTimers, reference.underWay().length, `messages under way ${at}`)
    parent = block.header.root
    between(block.height)
  }
  const actors = reference.actors()
  same(world.addresses, actors.map(({ address }) => address), "addresses")
  const shadows = shadowsOf(world)
  same(shadows, follower.shadows, "the world, and what its changes sum up to")
  for (const { address, kind, state, balances, nonce, sequence, view } of actors) same(shadows.get(address), { kind, nonce, sequence, balances, state, view }, address)
  same(world.assets, reference.assets(), "assets ever issued")
  for (const asset of reference.assets()) {
    same(world.supply(asset), reference.supplyOf(asset), `supply of ${asset}`)
    const held = actors.reduce((sum, { balances }) => sum + (balances[asset] ?? 0n), 0n)
    same(world.underWay(asset), reference.supplyOf(asset) - held, `${asset} under way`)
  }
}

/** A receipt says how its transaction ended, if it did in its own block. */
const compareReceipts = (receipts: ReturnType<typeof stepWorld>["receipts"], { ended }: Block): void => {
  for (const receipt of receipts) {
    if (receipt.status === "refused") continue
    const end = ended.find(({ id }) => id === receipt.id)
    same(receipt.status, end?.outcome ?? "pending", `status of ${receipt.id}`)
    if (receipt.status === "handled") same([receipt.reply, receipt.events.map(({ fields }) => fields)], [end?.reply, end?.events], `receipt of ${receipt.id}`)
    if (receipt.status === "bounced" || receipt.status === "expired") same(receipt.refusal._tag, end?.reason?.tag, `refusal of ${receipt.id}`)
  }
}

/** What comes back from where nobody lives is numbered from 0 in each block, in its order. */
const numberGhosts = ({ raw }: ReturnType<typeof stepWorld>): void => {
  const counts = new Map<string, number>()
  for (const { ghost, from, sequence } of raw.reconciled) {
    if (!ghost) continue
    same(sequence, counts.get(from) ?? 0, `number of a bounce from ${from}`)
    counts.set(from, sequence + 1)
  }
}
