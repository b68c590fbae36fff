import { Far } from "@endo/far"

/** Pools, each an object that any vat may hold. */
export const buildRootObject = () =>
  Far("pools", {
    found: (reserve) => {
      let x = reserve
      let y = reserve
      return Far("pool", {
        sell: (sellsX, amount, minimumOut) => {
          const lessFee = amount * 997n
          const out = sellsX ? (lessFee * y) / (x * 1000n + lessFee) : (lessFee * x) / (y * 1000n + lessFee)
          if (out < minimumOut) return 0n
          if (sellsX) {
            x += amount
            y -= out
          } else {
            y += amount
            x -= out
          }
          return out
        },
        reserves: () => harden({ x, y }),
      })
    },
  })
