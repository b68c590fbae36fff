import { Asset, Cell } from "./cell.ts"
import { PENDING, type Envelope } from "./envelope.ts"
import { Kernel } from "./kernel.ts"

/** A copy that shares nothing that can still change. States, payloads and views are values and are shared. */
export const forkKernel = (kernel: Kernel): Kernel => {
  const fork = new Kernel(kernel.config, kernel.registry, kernel.time, kernel.header, kernel)
  fork.height = kernel.height
  for (const asset of kernel.assets.values()) {
    const copy = new Asset(fork.amounts, asset.name, fork.cells.names.add(asset.name), asset.supply, asset.issued)
    copy.inFlight = asset.inFlight
    fork.assets.set(asset.name, copy)
  }
  for (const cell of kernel.cells.values()) fork.cells.add(copyCell(fork, cell))
  const copies = new Map<Envelope, Envelope>()
  const copy = (envelope: Envelope): Envelope => {
    const known = copies.get(envelope)
    if (known !== undefined) return known
    const made = envelope.copy((address) => fork.cells.get(address))
    made.endedAt = envelope.endedAt
    copies.set(envelope, made)
    return made
  }
  for (const cell of kernel.leftovers) {
    const twin = fork.cells.get(cell.address) as Cell
    for (let envelope = cell.first; envelope !== undefined; envelope = envelope.next) twin.enqueue(copy(envelope))
    fork.leftovers.push(twin)
  }
  for (const envelope of kernel.arrivals) fork.arrivals.push(copy(envelope))
  fork.held = kernel.held.map(copy)
  fork.holds = [...kernel.holds]
  for (const [due, timers] of kernel.timers) fork.timers.set(due, timers.map(copy))
  for (const envelope of kernel.arrivals) if (kernel.released.has(envelope)) fork.released.add(copy(envelope))
  if (kernel.trace !== undefined) {
    fork.trace = new Map([...kernel.trace].map(([cause, envelopes]) => [cause, envelopes.map((one) => (one.outcome === PENDING ? copy(one) : one))]))
  }
  return fork
}

const copyCell = (fork: Kernel, cell: Cell): Cell => {
  const copy = new Cell(cell.address, cell.definition, cell.state)
  copy.sequence = cell.sequence
  copy.nonce = cell.nonce
  copy.timersPending = cell.timersPending
  copy.assetsIssued = cell.assetsIssued
  copy.view = cell.view
  for (const { asset, amount } of cell.holdings()) if (amount > 0n) copy.addHolding(fork.asset(asset.name)).amount = amount
  return copy
}
