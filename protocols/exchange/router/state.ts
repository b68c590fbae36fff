import { Count, type Values } from "../../../core/index.ts"

/** A router holds nothing and remembers nothing of a route: it only counts how many parts came back to it at once. */
export const RouterFields = { stopped: Count }

export type RouterState = Values<typeof RouterFields>
