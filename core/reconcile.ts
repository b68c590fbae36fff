import type { Cell } from "./cell.ts"
import type { Codec } from "./codec.ts"
import type { Kernel } from "./kernel.ts"

/** Phase 4a of a block: births, views, and all messages in one order. */
export const reconcile = (kernel: Kernel): Int32Array => {
  for (const cell of kernel.spawned.values()) bringToLife(kernel, cell)
  publishViews(kernel)
  takeDue(kernel)
  return kernel.outbox.order()
}

/** Timers that become due in the next block are among what arrives there. */
export const takeDue = (kernel: Kernel): void => {
  const due = kernel.timers.get(kernel.height + 1)
  if (due === undefined) return
  kernel.timers.delete(kernel.height + 1)
  for (const timer of due) {
    const cell = kernel.cells.get(timer.to) as Cell
    cell.timersPending--
    kernel.outbox.push(timer, kernel.cells.names)
  }
}

export const bringToLife = (kernel: Kernel, cell: Cell): void => {
  kernel.cells.add(cell)
  kernel.touch(cell)
  cell.born = true
  kernel.publishers.push(cell)
}

/** Replaces the views of actors whose state changed. A `publish` that fails leaves the old view and is reported as a defect of the block. */
export const publishViews = (kernel: Kernel): void => {
  for (const cell of kernel.publishers) {
    const { view, publish } = cell.definition
    if (view === undefined || publish === undefined) continue
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

export const viewOf = (kernel: Kernel, cell: Cell, publish: (state: any, self: string) => unknown): unknown => {
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
