/** An ERC-20-like token whose ledger is one actor's state. */
export * from "./failures.ts"
export * from "./messages.ts"
export { allowanceKey } from "./math.ts"
export type { TokenState } from "./state.ts"
export { Token } from "./token.ts"
