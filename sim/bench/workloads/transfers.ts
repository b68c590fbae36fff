import { Payment, type Transaction } from "../../../core/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, bareLoop, change, type BareAccount } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, type Shape, type Workload } from "../workload.ts"

/** Payments between two accounts, all of one asset. */

/** Draws the places of accounts. */
type Draw = () => number

const CASH = ["cash"]

const transfersOf = (name: string, { accounts, transactions, blockSize }: Shape, drawFrom: Draw, drawTo: Draw, random: Random): Workload => {
  const nonceOf = counter(accounts)
  const list: Transaction[] = []
  for (let index = 0; index < transactions; index++) {
    const from = drawFrom()
    let to = drawTo()
    if (to === from) to = (to + 1) % accounts
    const funds = { cash: BigInt(1 + random.below(1000)) * 10n ** 12n }
    list.push({ from: nameOf(from), nonce: nonceOf(from), to: nameOf(to), message: Payment, payload: {}, funds })
  }
  return {
    name,
    accounts,
    assetsOf: () => CASH,
    genesis: { accounts: accountsOf(accounts, () => CASH) },
    setup: [],
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const world = bareAccounts(accounts, () => CASH)
      return bareLoop(world, (transaction, sender, asset, amount, balance) => {
        sender.balances.set(asset, balance - amount)
        change(world.get(transaction.to) as BareAccount, asset, amount)
      })
    },
  }
}

/** Between random pairs: no account is in more transactions than another. */
export const transfers = (shape: Shape): Workload => {
  const random = Random.make(1, "transfers")
  const draw = (): number => random.below(shape.accounts)
  return transfersOf("transfers", shape, draw, draw, random)
}

/** Payer and payee by Zipf's law with exponent 1: the k-th account is drawn 1/k times as often as the first. */
export const zipfTransfers = (shape: Shape): Workload => {
  const random = Random.make(3, "zipf")
  const draw = zipf(shape.accounts, random)
  return transfersOf("transfers, Zipf s = 1", shape, draw, draw, random)
}

/** Draws 0 to count - 1, place k with a weight of 1 / (k + 1). */
const zipf = (count: number, random: Random): Draw => {
  const sums = new Float64Array(count)
  let sum = 0
  for (let place = 0; place < count; place++) sums[place] = sum += 1 / (place + 1)
  return () => {
    const wanted = random.float() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
