import { Address, Amount, AssetId, Count, Integer, LIMITS, TableOf, type Values } from "../../../core/index.ts"

/** What a member needs to know: `family` is the name of the family, `size` the number of its members. */
export const LedgerParams = { family: Address, size: Integer(1, LIMITS.familyMembersMax), asset: AssetId }

export const LedgerFields = {
  ...LedgerParams,
  /** By account; no zeros. */
  balances: TableOf(Address, Amount),
  /** Sum of the balances. */
  total: Amount,
  accounts: Count,
  /** To other members, less what came back, modulo 2^256. */
  sent: Amount,
  /** From other members, modulo 2^256. */
  received: Amount,
}

export type LedgerState = Values<typeof LedgerFields>
