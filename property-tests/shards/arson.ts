import { actor, Payment, type Genesis, type Source, type Transaction } from "../../core/index.ts"
import { Random } from "../../sim/index.ts"
import { Burn, Fuse } from "./definitions.ts"

/** A world of payers with one who may set fire to the thread of an actor, and what happens in each of its blocks. */

export const NAMES: readonly string[] = Array.from({ length: 24 }, (_, index) => `user-${index}`)

export const genesis = (): Genesis => ({ accounts: [...NAMES, "arsonist"].map((name) => [name, { eth: 1_000n }] as const), actors: [actor("fuse", Fuse, {})] })

export type Doing = "counts" | "throws" | "exits" | "gorges" | "hangs"

const burn = (nonce: number, deed: Doing): Transaction => ({ from: "arsonist", nonce, to: "fuse", message: Burn, payload: { deed }, funds: { eth: 1n } })

/** The same for each block of the same height, with what the arsonist sends somewhere among them. */
export const given = (height: number, deed: Doing = "counts"): Transaction[] => {
  const random = Random.make(height, "given")
  const list: Transaction[] = NAMES.map((from) => ({
    from, nonce: height - 1, to: NAMES[random.below(NAMES.length)] as string, message: Payment, payload: {}, funds: { eth: BigInt(random.below(5)) },
  }))
  list.splice(random.below(list.length), 0, burn(height - 1, deed))
  return list
}

/** The same blocks, for those who may ask for them in advance. */
export const source = (): Source => ({ height, owns }, give) => {
  const transactions = given(height)
  for (const [index, transaction] of transactions.entries()) if (owns(transaction.from)) give(index, transaction)
  return transactions.length
}
