import fc from "fast-check"
import { MAX_UINT256 } from "../../../core/index.ts"

/** The rules of ERC-20 once more, in the plainest form: Maps that are written to, and the tag of the first failure. */

export const ACCOUNTS = ["owner", "alice", "bob", "carol"] as const
export type Who = (typeof ACCOUNTS)[number]

export type Operation =
  | { readonly type: "Transfer"; readonly by: Who; readonly to: Who; readonly amount: bigint }
  | { readonly type: "Approve"; readonly by: Who; readonly spender: Who; readonly amount: bigint }
  | { readonly type: "TransferFrom"; readonly by: Who; readonly from: Who; readonly to: Who; readonly amount: bigint }
  | { readonly type: "Mint"; readonly by: Who; readonly to: Who; readonly amount: bigint }
  | { readonly type: "Burn"; readonly by: Who; readonly from: Who; readonly amount: bigint }

const who = fc.constantFrom(...ACCOUNTS)
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(0n, 20n) },
  { weight: 1, arbitrary: fc.bigInt(0n, 3n).map((below) => MAX_UINT256 - below) },
  { weight: 1, arbitrary: fc.bigInt(0n, MAX_UINT256) },
)

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant("Transfer" as const), by: who, to: who, amount }),
  fc.record({ type: fc.constant("Approve" as const), by: who, spender: who, amount }),
  fc.record({ type: fc.constant("TransferFrom" as const), by: who, from: who, to: who, amount }),
  fc.record({ type: fc.constant("Mint" as const), by: fc.constantFrom("owner" as const, "owner" as const, "bob" as const), to: who, amount }),
  fc.record({ type: fc.constant("Burn" as const), by: fc.constantFrom("owner" as const, "owner" as const, "bob" as const), from: who, amount }),
)

export class Model {
  readonly balances = new Map<string, bigint>()
  /** By holder, then spender. */
  readonly allowances = new Map<string, Map<string, bigint>>()
  totalSupply = 0n

  balance(holder: string): bigint {
    return this.balances.get(holder) ?? 0n
  }

  allowance(holder: string, spender: string): bigint {
    return this.allowances.get(holder)?.get(spender) ?? 0n
  }

  private allow(holder: string, spender: string, units: bigint): void {
    this.allowances.set(holder, (this.allowances.get(holder) ?? new Map()).set(spender, units))
  }

  private move(from: string, to: string, units: bigint): void {
    this.balances.set(from, this.balance(from) - units)
    this.balances.set(to, this.balance(to) + units)
  }

  /** The tag of the refusal, or undefined where the operation was done. */
  apply(given: Operation): string | undefined {
    const units = given.amount
    switch (given.type) {
      case "Transfer":
        if (this.balance(given.by) < units) return "token/InsufficientBalance"
        this.move(given.by, given.to, units)
        return undefined
      case "Approve":
        this.allow(given.by, given.spender, units)
        return undefined
      case "TransferFrom": {
        const allowed = this.allowance(given.from, given.by)
        if (allowed < units) return "token/InsufficientAllowance"
        if (this.balance(given.from) < units) return "token/InsufficientBalance"
        if (allowed !== 2n ** 256n - 1n) this.allow(given.from, given.by, allowed - units)
        this.move(given.from, given.to, units)
        return undefined
      }
      case "Mint":
        if (given.by !== "owner") return "token/NotOwner"
        if (this.totalSupply + units >= 2n ** 256n) return "token/SupplyExceeded"
        this.totalSupply += units
        this.balances.set(given.to, this.balance(given.to) + units)
        return undefined
      case "Burn":
        if (given.by !== "owner") return "token/NotOwner"
        if (this.balance(given.from) < units) return "token/InsufficientBalance"
        this.totalSupply -= units
        this.balances.set(given.from, this.balance(given.from) - units)
        return undefined
    }
  }
}
