import type { Ordering } from "../../core/index.ts"

/** Turns every mailbox round, which no policy may. */
export const swapping: Ordering = { name: "test-swapping", arrange: (arrivals) => [...arrivals].reverse() }
