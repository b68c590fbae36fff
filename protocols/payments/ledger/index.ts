/** A payments ledger: balances of one asset in the state of a family of actors, keyed by account. */
export * from "./failures.ts"
export { ledgerActors, ledgerFamily, ledgerTotals } from "./family.ts"
export type { LedgerFamily, LedgerTotals } from "./family.ts"
export { Ledger } from "./ledger.ts"
export * from "./messages.ts"
export type { LedgerState } from "./state.ts"
