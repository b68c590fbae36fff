import { Funds } from "./funds.ts"
import { Table } from "./table.ts"

/** Freezes a plain value all the way down; tables guard themselves. Strict worlds use it to catch handlers that write to what they were given. */
export const deepFreeze = (value: unknown): void => freeze(value, new Set())

const freeze = (value: unknown, seen: Set<unknown>): void => {
  if (typeof value !== "object" || value === null || seen.has(value) || Table.isTable(value)) return
  seen.add(value)
  if (value instanceof Funds) return
  Object.freeze(value)
  for (const item of Object.values(value)) freeze(item, seen)
}
