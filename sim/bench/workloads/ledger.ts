import type { Transaction } from "../../../core/index.ts"
import { Deposit, Ledger, ledgerActors, ledgerFamily, Transfer } from "../../../protocols/payments/ledger/index.ts"
import { Random } from "../../random.ts"
import { accountsOf, counter, inBlocks, nameOf, RICH, type Shape, type Workload } from "../workload.ts"

const CASH = ["cash"]

/** Transfers inside a payments ledger of so many members: balances in the state of a family of actors instead of in accounts. */
export const ledgerTransfers = (members: number, { accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(6, "ledger")
  const nonceOf = counter(accounts)
  const family = ledgerFamily("payments", members)
  const deposits = Array.from({ length: accounts }, (_, index): Transaction => {
    const account = nameOf(index)
    return { from: account, nonce: nonceOf(index), to: family.addressOf(account), message: Deposit, payload: { account }, funds: { cash: RICH / 2n } }
  })
  const list = Array.from({ length: transactions }, (): Transaction => {
    const from = random.below(accounts)
    const to = nameOf((from + 1 + random.below(accounts - 1)) % accounts)
    const payload = { to, amount: BigInt(1 + random.below(1000)) * 10n ** 12n }
    return { from: nameOf(from), nonce: nonceOf(from), to: family.addressOf(nameOf(from)), message: Transfer, payload }
  })
  return {
    name: `ledger transfers, ${members} member${members === 1 ? "" : "s"}`,
    accounts,
    assetsOf: () => CASH,
    balanceIn: (world, account) => world.state(Ledger, family.addressOf(account)).balances.get(account) ?? 0n,
    genesis: { accounts: accountsOf(accounts, () => CASH), actors: [...ledgerActors(family, "cash")] },
    setup: [...inBlocks(deposits, blockSize), []],
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const balances = new Map(Array.from({ length: accounts }, (_, index): [string, { nonce: number; amount: bigint }] => [nameOf(index), { nonce: 1, amount: RICH / 2n }]))
      return {
        apply: (blocks) => {
          for (const block of blocks) for (const { from, nonce, payload } of block) {
            const { to, amount } = payload as { readonly to: string; readonly amount: bigint }
            const payer = balances.get(from) as { nonce: number; amount: bigint }
            if (payer.nonce !== nonce) continue
            payer.nonce++
            if (payer.amount < amount) continue
            payer.amount -= amount
            const payee = balances.get(to) as { amount: bigint }
            payee.amount += amount
          }
        },
        balance: (account) => balances.get(account)?.amount ?? 0n,
      }
    },
  }
}
