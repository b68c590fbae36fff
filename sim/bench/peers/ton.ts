import { SendMode } from "@ton/core"
import { Blockchain } from "@ton/sandbox"
import { paymentList } from "./market.ts"
import { timed, type Peer } from "./peer.ts"

/** The TON emulator: payments between wallets, an external message and an internal one each. */

const WALLETS = 100
/** The list's amounts are of 18 decimals, nanotons of 9; at least what a message costs. */
const SCALE = 10n ** 6n

export const peer: Peer = {
  name: "@ton/sandbox, payments",
  packages: ["@ton/sandbox", "@ton/core"],
  workload: "payments",
  more: "TVM bytecode, gas and storage fees, cells and their hashes",
  less: `${WALLETS} wallets only; no blocks, messages one at a time; payments, not swaps, since no contract is compiled here`,
  transactions: 300,
  prepare: async () => {
    const list = paymentList(peer.transactions)
    return async () => {
      const chain = await Blockchain.create()
      const wallets = await Promise.all(Array.from({ length: WALLETS }, (_, place) => chain.treasury(`wallet-${place}`)))
      let transactions = 0
      const outcome = await timed(list.length, async () => {
        for (const { from, to, amount } of list) {
          const payer = wallets[from % WALLETS]
          const payee = wallets[to % WALLETS]
          if (payer === undefined || payee === undefined) throw new Error("no such wallet")
          const result = await payer.send({ to: payee.address, value: amount / SCALE, bounce: false, sendMode: SendMode.PAY_GAS_SEPARATELY })
          transactions += result.transactions.length
          for (const { description } of result.transactions) {
            if (description.type !== "generic" || description.aborted) throw new Error("a transaction was aborted")
          }
        }
      })
      if (transactions !== 2 * list.length) throw new Error(`${transactions} transactions instead of two for each payment`)
      return outcome
    }
  },
}
