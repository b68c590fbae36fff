import { BookUnbalanced } from "./errors.ts"
import type { Envelope } from "./envelope.ts"
import type { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"

/** Counts funds of a message that starts to be under way between two blocks (1), or that ends being so (-1). */
export const addFlight = (kernel: Kernel, envelope: Envelope, sign: 1 | -1): void => {
  const { funds } = envelope
  if (funds.isEmpty) return
  for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
    const asset = kernel.begin(entry === funds ? kernel.assetOf(envelope) : kernel.asset(entry.asset))
    if (sign === 1) asset.flightDelta.add(entry.amount)
    else asset.flightDelta.subtract(entry.amount)
  }
}

/** Per asset: the change of what is held and under way must be what was minted less what was burned. */
export const checkBook = (kernel: Kernel): void => {
  for (const asset of kernel.changedAssets) {
    const underWay = asset.flightDelta.total
    const held = asset.heldDelta.total
    asset.inFlight += underWay
    if (held + underWay === asset.supply - asset.supplyBefore && asset.inFlight >= 0n) continue
    throw new BookUnbalanced({ height: kernel.height, asset: asset.name, held: held + asset.supplyBefore, underWay, expected: asset.supply })
  }
}
