import { Table } from "./table.ts"

/** Freezes a plain value all the way down; tables guard themselves. Strict worlds use it to catch handlers that write to what they were given. */
export const deepFreeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || Table.isTable(value)) return
  Object.freeze(value)
  for (const item of Object.values(value)) deepFreeze(item)
}
