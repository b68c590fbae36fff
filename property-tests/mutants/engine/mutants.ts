import type { Mutant } from "../copy.ts"

/** One slip each in the engine, and a word of what tells of it. */
export const MUTANTS: readonly (Mutant & { readonly shows: string })[] = [
  { name: "a message is lost", file: "core/outbox.ts", text: "return new Arrivals(items)\n", instead: "return Arrivals.from([...new Arrivals(items)].slice(0, order.length > 2 ? -1 : order.length))\n", shows: "BookUnbalanced" },
  { name: "a message comes twice", file: "core/outbox.ts", text: "return new Arrivals(items)\n", instead: "return Arrivals.from([...new Arrivals(items), ...[...new Arrivals(items)].slice(-1)])\n", shows: "BookUnbalanced" },
  { name: "a message overtakes", file: "core/kernel.ts", text: "    envelope.moveTo(latest.latestBlock, latest.latestIndex)\n", instead: "", shows: "overtakes" },
  { name: "a mailbox is served from behind", file: "core/outbox.ts", text: "return new Arrivals(items)\n", instead: "return Arrivals.from([...new Arrivals(items)].reverse())\n", shows: "overtakes" },
  { name: "a credit is one more than the message brings", file: "core/kernel.ts", text: "this.undo.saveHolding(holding)\n    holding.asset.heldDelta.add(amount)\n    this.amounts.add(holding.at, amount)", instead: "this.undo.saveHolding(holding)\n    holding.asset.heldDelta.add(amount)\n    this.amounts.add(holding.at, amount > 3n ? amount + 1n : amount)", shows: "BookUnbalanced" },
  { name: "an account is paid one more than the message brings", file: "core/kernel.ts", text: "this.prepare(cell, holding)\n    holding.asset.heldDelta.add(amount)\n    this.amounts.add(holding.at, amount)", instead: "this.prepare(cell, holding)\n    holding.asset.heldDelta.add(amount)\n    this.amounts.add(holding.at, amount > 3n ? amount + 1n : amount)", shows: "BookUnbalanced" },
  { name: "what is minted is not in the supply", file: "core/apply.ts", text: "    asset.supply = supply\n", instead: "", shows: "BookUnbalanced" },
  { name: "what is refused does not come back", file: "core/deliver.ts", text: "  kernel.emit(cell, bounceOf(envelope, cell, cell.sequence++, reason))\n", instead: "", shows: "BookUnbalanced" },
  { name: "a refused handling leaves its traces", file: "core/execute.ts", text: "  kernel.undo.rollBack(cell)\n", instead: "", shows: "BookUnbalanced" },
  { name: "a series pays with what comes later in it", file: "core/series.ts", text: " && totals.isCovered(kernel, cell)", instead: "", shows: "in a series otherwise than alone" },
  { name: "a series goes on behind a message of another type", file: "core/series.ts", text: "envelope.message !== message || ", instead: "", shows: "in a series otherwise than alone" },
  { name: "a fork shares its messages with its origin", file: "core/fork.ts", text: "for (const envelope of kernel.arrivals) fork.arrivals.push(copy(envelope))", instead: "fork.arrivals = kernel.arrivals", shows: "another world" },
  { name: "handlers see a clock", file: "core/handling-context.ts", text: "return this.kernel.time\n", instead: "return this.kernel.time + (Math.floor(performance.now() * 1_000) % 97)\n", shows: "another world" },
  { name: "handlers see chance", file: "core/handling-context.ts", text: "this.now.cell.balance(asset)\n", instead: "(Math.random() < 0.5 ? 0n : this.now.cell.balance(asset))\n", shows: "another world" },
]
