import { inCanonicalOrder } from "./canonical-order.ts"
import type { Cell, Holding } from "./cell.ts"
import type { Codec } from "./codec.ts"
import type { Envelope } from "./envelope.ts"
import { BookUnbalanced } from "./errors.ts"
import type { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"

/** Phase 4a of a block: births, views, the book, and all messages in one order. */
export const reconcile = (kernel: Kernel, admitted: readonly Envelope[]): readonly Envelope[] => {
  bringToLife(kernel)
  publishViews(kernel)
  const due = kernel.timers.get(kernel.height + 1)
  if (due !== undefined) {
    kernel.timers.delete(kernel.height + 1)
    for (const timer of due) {
      timer.endedAt = 0
      const cell = kernel.cells.get(timer.to) as Cell
      cell.timersPending--
      kernel.out.push(timer)
    }
  }
  checkBook(kernel, admitted)
  return inCanonicalOrder(kernel.out)
}

const bringToLife = (kernel: Kernel): void => {
  for (const cell of kernel.spawned) {
    kernel.cells.set(cell.address, cell)
    kernel.touch(cell)
    cell.born = true
  }
}

/** Replaces the views of actors whose state changed. A `publish` that fails leaves the old view and is reported as a defect of the block. */
const publishViews = (kernel: Kernel): void => {
  for (let index = 0; index < kernel.touched.length; index++) {
    const cell = kernel.touched[index] as Cell
    const { view, publish } = cell.definition
    if (view === undefined || publish === undefined || (!cell.born && cell.state === cell.stateBefore)) continue
    const published = viewOf(kernel, cell, publish)
    const codec = view.codec as Codec<any>
    if (published === undefined || (cell.view !== undefined && codec.equal(cell.view, published))) continue
    cell.view = published
    cell.viewChanged = true
  }
}

/** The first view of an actor of the genesis. */
export const publishAtBirth = (kernel: Kernel, cell: Cell): void => {
  const { view, publish } = cell.definition
  if (view !== undefined && publish !== undefined) cell.view = viewOf(kernel, cell, publish)
}

const viewOf = (kernel: Kernel, cell: Cell, publish: (state: any, self: string) => unknown): unknown => {
  try {
    const published = publish(cell.state, cell.address)
    const issue = (cell.definition.view?.codec as Codec<any>).check(published)
    if (issue === undefined) return published
    kernel.viewDefects.push({ actor: cell.address, problem: `the view's ${issue.path} must be ${issue.expected}` })
  } catch (thrown) {
    kernel.viewDefects.push({ actor: cell.address, problem: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) })
  }
  return undefined
}

/** Per asset: the change of what is held and under way must be what was minted less what was burned. */
const checkBook = (kernel: Kernel, admitted: readonly Envelope[]): void => {
  for (let index = 0; index < kernel.touched.length; index++) {
    const { changed } = kernel.touched[index] as Cell
    for (let at = 0; at < changed.length; at++) {
      const holding = changed[at] as Holding
      if (holding.amount === holding.before) continue
      kernel.begin(holding.asset).heldDelta += holding.amount - holding.before
    }
  }
  for (let index = 0; index < admitted.length; index++) addFlight(kernel, (admitted[index] as Envelope).funds, 1)
  for (let index = 0; index < kernel.out.length; index++) addFlight(kernel, (kernel.out[index] as Envelope).funds, 1)
  for (let index = 0; index < kernel.ended.length; index++) addFlight(kernel, (kernel.ended[index] as Envelope).funds, -1)
  for (const asset of kernel.changedAssets) {
    asset.inFlight += asset.flightDelta
    if (asset.heldDelta + asset.flightDelta === asset.supply - asset.supplyBefore && asset.inFlight >= 0n) continue
    const held = asset.heldDelta + asset.supplyBefore
    throw new BookUnbalanced({ height: kernel.height, asset: asset.name, held, underWay: asset.flightDelta, expected: asset.supply })
  }
}

const addFlight = (kernel: Kernel, funds: Funds, sign: 1 | -1): void => {
  for (let entry: Funds | undefined = funds; entry !== undefined && entry.amount !== 0n; entry = entry.rest) {
    const asset = kernel.begin(kernel.asset(entry.asset))
    if (sign === 1) asset.flightDelta += entry.amount
    else asset.flightDelta -= entry.amount
  }
}

