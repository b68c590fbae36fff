import { Amounts } from "./amounts.ts"
import type { Asset, Cell, Holding } from "./cell.ts"

/** What one handling changed so far, so that a refusal takes all of it back. */
export class Undo {
  private readonly holdings: Holding[] = []
  private readonly places: number[] = []
  private readonly saved = new Amounts()
  private readonly assets: Asset[] = []
  private readonly supplies: bigint[] = []
  private readonly issued: boolean[] = []
  private count = 0
  private assetCount = 0

  begin(): void {
    this.count = 0
    this.assetCount = 0
  }

  /** What was saved before needs not be saved again; a look at the first two spares a batch of orders for one pair of assets nearly all of it. */
  saveHolding(holding: Holding): void {
    if ((this.count > 0 && this.holdings[0] === holding) || (this.count > 1 && this.holdings[1] === holding)) return
    if (this.count === this.places.length) this.places.push(this.saved.begin())
    holding.asset.amounts.copy(holding.at, this.saved, this.places[this.count] as number)
    this.holdings[this.count++] = holding
  }

  saveAsset(asset: Asset): void {
    this.assets[this.assetCount] = asset
    this.issued[this.assetCount] = asset.issued
    this.supplies[this.assetCount++] = asset.supply
  }

  rollBack(cell: Cell): void {
    for (let index = this.count - 1; index >= 0; index--) {
      const holding = this.holdings[index] as Holding
      const amount = this.saved.get(this.places[index] as number)
      holding.asset.heldDelta.subtract(holding.amount)
      holding.asset.heldDelta.add(amount)
      holding.amount = amount
    }
    for (let index = this.assetCount - 1; index >= 0; index--) {
      const asset = this.assets[index] as Asset
      asset.supply = this.supplies[index] as bigint
      const issued = this.issued[index] as boolean
      if (asset.issued && !issued) cell.assetsIssued--
      asset.issued = issued
    }
    this.begin()
  }
}
