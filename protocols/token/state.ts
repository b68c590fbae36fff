import { Address, Amount, LIMITS, TableOf, Text, type Values } from "../../core/index.ts"

export const TokenFields = {
  /** Who mints and burns; fixed. */
  owner: Address,
  totalSupply: Amount,
  /** By holder; no zeros. */
  balances: TableOf(Address, Amount),
  /** By `holder spender` (see `allowanceKey`); no zeros. */
  allowances: TableOf(Text(2 * LIMITS.addressLengthMax + 1), Amount),
}

export type TokenState = Values<typeof TokenFields>
