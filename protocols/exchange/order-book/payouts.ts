import { pay, type Address, type Send } from "../../../core/index.ts"
import type { MarketState } from "./state.ts"

/** What one message pays to whom: one payment each, in the order in which they were met first. */
export class Payouts {
  readonly #owed = new Map<Address, { base: bigint; quote: bigint }>()

  add(owner: Address, base: bigint, quote: bigint): void {
    const owed = this.#owed.get(owner)
    if (owed === undefined) this.#owed.set(owner, { base, quote })
    else {
      owed.base += base
      owed.quote += quote
    }
  }

  sends(market: Pick<MarketState, "base" | "quote">): readonly Send[] {
    const sends: Send[] = []
    for (const [owner, { base, quote }] of this.#owed) {
      if (base > 0n || quote > 0n) sends.push(pay(owner, { [market.base]: base, [market.quote]: quote }))
    }
    return sends
  }
}
