import { LiteSVM } from "litesvm"
import { ACCOUNTS, gainsAfter, paymentList } from "./market.ts"
import { timed, type Peer } from "./peer.ts"

/** A Solana VM in this process: native transfers, encoded before the clock starts, signatures not checked. */

/** The library's own lower layer, which takes bytes; its upper layer would encode each transaction anew. */
interface Inner {
  readonly airdrop: (address: Uint8Array, lamports: bigint) => unknown
  readonly getBalance: (address: Uint8Array) => bigint | null
  readonly sendLegacyTransaction: (bytes: Uint8Array) => object
  readonly setSigverify: (on: boolean) => void
  readonly setBlockhashCheck: (on: boolean) => void
  readonly setTransactionHistory: (capacity: bigint) => void
}

const FEE = 5_000n
const RICH = 10n ** 10n
/** The list's amounts are of 18 decimals, lamports of 9. */
const SCALE = 10n ** 9n

const keyOf = (place: number): Uint8Array => {
  const key = new Uint8Array(32).fill(7)
  new DataView(key.buffer).setUint32(0, place + 1)
  return key
}

/** A transfer of the system program: one signature, three accounts, one instruction of twelve bytes. */
const encoded = (place: number, from: number, to: number, lamports: bigint): Uint8Array => {
  const bytes = new Uint8Array(1 + 64 + 3 + 1 + 96 + 32 + 1 + 17)
  const view = new DataView(bytes.buffer)
  bytes[0] = 1
  // No two transactions may have one signature.
  view.setUint32(1, place + 1)
  bytes.set([1, 0, 1, 3], 65)
  bytes.set(keyOf(from), 69)
  bytes.set(keyOf(to), 101)
  // The system program's address is 32 zeros, and so is the block hash, which is not checked.
  bytes.set([1, 2, 2, 0, 1, 12], 197)
  view.setUint32(203, 2, true)
  view.setBigUint64(207, lamports, true)
  return bytes
}

export const peer: Peer = {
  name: "litesvm, native transfers",
  packages: ["litesvm"],
  workload: "payments",
  more: "a Solana runtime with compute metering, fees, account loading; no signatures are checked here",
  less: "no blocks, no parallel execution in this use; transfers, not swaps, since no program is compiled here",
  transactions: 20_000,
  prepare: async () => {
    const list = paymentList(peer.transactions)
    const gains = gainsAfter(list.map(({ from, to, amount }) => ({ from, to, amount: amount / SCALE })))
    const bytes = list.map(({ from, to, amount }, place) => encoded(place, from, to, amount / SCALE))
    return async () => {
      const svm = (new LiteSVM() as unknown as { readonly inner: Inner }).inner
      svm.setSigverify(false)
      svm.setBlockhashCheck(false)
      svm.setTransactionHistory(0n)
      for (let place = 0; place < ACCOUNTS; place++) svm.airdrop(keyOf(place), RICH)
      const before = Array.from({ length: ACCOUNTS }, (_, place) => svm.getBalance(keyOf(place)) ?? 0n)
      const outcome = await timed(list.length, () => {
        for (const transaction of bytes) {
          const result = svm.sendLegacyTransaction(transaction)
          if ("err" in result) throw new Error(`refused: ${String((result as { readonly err: () => unknown }).err())}`)
        }
      })
      const paid = new Array<bigint>(ACCOUNTS).fill(0n)
      for (const { from } of list) paid[from] = (paid[from] as bigint) + FEE
      for (let place = 0; place < ACCOUNTS; place++) {
        const expected = (before[place] as bigint) + (gains[place] as bigint) - (paid[place] as bigint)
        if (svm.getBalance(keyOf(place)) !== expected) throw new Error(`account ${place} has ${svm.getBalance(keyOf(place))} instead of ${expected}`)
      }
      return outcome
    }
  },
}
