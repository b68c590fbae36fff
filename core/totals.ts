import type { AssetId } from "./address.ts"
import type { Cell, Holding } from "./cell.ts"
import type { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"
import { Sum } from "./sum.ts"

/**
 * What the messages of a batch bring or pay together, asset by asset, so that each balance changes once and not with every message. Reused batch
 * after batch.
 */
export class Totals {
  /** Different assets so far, in the order of their first message. */
  count = 0
  private readonly assets: AssetId[] = []
  private readonly sums: Sum[] = []
  /** Places of all but the first two. */
  private readonly further = new Map<AssetId, number>()

  clear(): void {
    if (this.count > 2) this.further.clear()
    this.count = 0
  }

  add(funds: Funds): void {
    if (funds.amount === 0n) return
    for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) this.sumOf(entry.asset).add(entry.amount)
  }

  /** Adds all of it to the actor's balances and begins anew. */
  credit(kernel: Kernel, cell: Cell): void {
    for (let at = 0; at < this.count; at++) {
      const asset = this.assets[at] as AssetId
      kernel.add(cell, cell.holding(asset) ?? cell.addHolding(kernel.asset(asset)), (this.sums[at] as Sum).total)
    }
    this.clear()
  }

  /** Takes all of it from the actor's balances and begins anew; or, where one does not suffice, takes nothing. */
  take(kernel: Kernel, cell: Cell): boolean {
    const covered = this.isCovered(kernel, cell)
    if (covered) for (let at = 0; at < this.count; at++) kernel.take(cell, cell.holding(this.assets[at] as AssetId) as Holding, (this.sums[at] as Sum).total)
    this.clear()
    return covered
  }

  /** Whether the actor's balances suffice for all of it. */
  isCovered(kernel: Kernel, cell: Cell): boolean {
    for (let at = 0; at < this.count; at++) {
      const holding = cell.holding(this.assets[at] as AssetId)
      if (holding === undefined || !kernel.amounts.covers(holding.at, (this.sums[at] as Sum).total)) return false
    }
    return true
  }

  private sumOf(asset: AssetId): Sum {
    if (this.count > 0 && this.assets[0] === asset) return this.sums[0] as Sum
    if (this.count > 1 && this.assets[1] === asset) return this.sums[1] as Sum
    const known = this.count > 2 ? this.further.get(asset) : undefined
    if (known !== undefined) return this.sums[known] as Sum
    const at = this.count++
    if (at > 1) this.further.set(asset, at)
    this.assets[at] = asset
    const sum = (this.sums[at] ??= new Sum())
    sum.clear()
    return sum
  }
}
