import { Family, wrapAdd256, wrapSub256, type Address, type AssetId, type GenesisActor, type ReadView } from "../../../core/index.ts"
import { Ledger } from "./ledger.ts"
import { LedgerView } from "./messages.ts"

export type LedgerFamily = Family<typeof Ledger>

/** The ledger called `name` of `size` members; `addressOf(account)` is where to send. Throws `InvalidFamily`. */
export const ledgerFamily = (name: Address, size: number): LedgerFamily => Family.hashed(name, Ledger, size)

/** All members of a ledger of one asset, for a genesis. */
export const ledgerActors = (family: LedgerFamily, asset: AssetId): readonly GenesisActor[] =>
  Family.actors(family, () => ({ family: family.name, size: family.members.length, asset }))

export interface LedgerTotals {
  /** What all accounts have, in smallest units. */
  readonly total: bigint
  /** What is on its way from one member to another: some account's, but in nobody's balance. */
  readonly underWay: bigint
  /** Accounts that have something. */
  readonly accounts: number
}

/**
 * The whole ledger as of the end of a block: `total` + `underWay` is exactly what was deposited and came back, less what was withdrawn.
 * Undefined where a member is missing. `read` is `context.view` of a handler, or a world's `view`.
 */
export const ledgerTotals = (family: LedgerFamily, read: ReadView): LedgerTotals | undefined =>
  Family.fold(family, read, LedgerView, { total: 0n, underWay: 0n, accounts: 0 }, (sum, { total, sent, received, accounts }) => ({
    total: sum.total + total,
    underWay: wrapAdd256(sum.underWay, wrapSub256(sent, received)),
    accounts: sum.accounts + accounts,
  }))
