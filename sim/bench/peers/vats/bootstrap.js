import { E } from "@endo/eventual-send"
import { Far } from "@endo/far"

/** The traders: debit themselves, sell to a pool in the other vat, and are credited when the promise of its answer is resolved. */
export const buildRootObject = (_powers, { count, reserve: reserveText }) => {
  const reserve = BigInt(reserveText)
  const accounts = new Map()
  let pools = []
  const accountOf = (name) => {
    if (!accounts.has(name)) accounts.set(name, { x: reserve, y: reserve })
    return accounts.get(name)
  }
  return Far("bootstrap", {
    bootstrap: async (vats) => {
      pools = await Promise.all(Array.from({ length: count }, () => E(vats.pools).found(reserve)))
    },
    submit: async (name, place, sellsX, amount) => {
      const account = accountOf(name)
      const asset = sellsX ? "x" : "y"
      if (account[asset] < amount) return
      account[asset] -= amount
      const out = await E(pools[place]).sell(sellsX, amount, 1n)
      account[sellsX ? "y" : "x"] += out
    },
    reserves: async () => harden(await Promise.all(pools.map((pool) => E(pool).reserves()))),
  })
}
