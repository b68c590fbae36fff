import fc from "fast-check"

/** The ledger once more, in the plainest form: one Map of balances, and lists of what arrives later. No members but the question who keeps whom. */

export const NAMES = ["alice", "bob", "carol", "dave", "erin", "frank"] as const
export type Name = (typeof NAMES)[number]

export type Operation =
  | { readonly type: "Deposit"; readonly by: Name; readonly account: Name; readonly amount: bigint }
  | { readonly type: "Withdraw"; readonly by: Name; readonly amount: bigint }
  | { readonly type: "Transfer"; readonly by: Name; readonly to: Name; readonly amount: bigint }

const name = fc.constantFrom(...NAMES)
const amount = fc.oneof({ weight: 5, arbitrary: fc.bigInt(0n, 30n) }, { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 256n - 1n) })

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant("Deposit" as const), by: name, account: name, amount: fc.bigInt(0n, 30n) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("Withdraw" as const), by: name, amount }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("Transfer" as const), by: name, to: name, amount }) },
)

/** Money that is an account's from a later block on. */
interface Later {
  readonly account: Name
  readonly amount: bigint
}

export class Model {
  readonly balances = new Map<string, bigint>()
  readonly keeperOf: (account: string) => string
  readonly isThere: (member: string) => boolean
  private next: Later[] = []
  private afterNext: Later[] = []

  constructor(keeperOf: (account: string) => string, isThere: (member: string) => boolean) {
    this.keeperOf = keeperOf
    this.isThere = isThere
  }

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n
  }

  get underWay(): bigint {
    return [...this.next, ...this.afterNext].reduce((sum, later) => sum + later.amount, 0n)
  }

  private add(account: string, units: bigint): void {
    this.balances.set(account, this.balance(account) + units)
  }

  /** One block; gives the tag of each operation's refusal, or undefined where it was done. */
  block(operations: readonly Operation[]): readonly (string | undefined)[] {
    for (const { account, amount: units } of this.next) this.add(account, units)
    this.next = this.afterNext
    this.afterNext = []
    const tags: (string | undefined)[] = operations.map(() => undefined)
    for (const transfers of [false, true]) {
      for (const [index, given] of operations.entries()) if ((given.type === "Transfer") === transfers) tags[index] = this.apply(given)
    }
    return tags
  }

  private apply(given: Operation): string | undefined {
    const account = given.type === "Deposit" ? given.account : given.by
    const keeper = this.keeperOf(account)
    if (!this.isThere(keeper)) return "core/NoSuchActor"
    if (given.type === "Deposit") {
      if (given.amount === 0n) return "payments/WrongAsset"
      this.add(account, given.amount)
      return undefined
    }
    if (this.balance(account) < given.amount) return "payments/InsufficientBalance"
    this.add(account, -given.amount)
    if (given.type === "Withdraw") return undefined
    const payee = this.keeperOf(given.to)
    if (payee === keeper) this.add(given.to, given.amount)
    else if (this.isThere(payee)) this.next.push({ account: given.to, amount: given.amount })
    else this.afterNext.push({ account: given.by, amount: given.amount })
    return undefined
  }
}
