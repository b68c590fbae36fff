import { Payment, type Address, type AnyMessage, type AssetId, type Payload } from "../../core/index.ts"
import { Oracle } from "../campaign/oracle.ts"

/** What a handled message is paid at least. */
interface Owed {
  readonly asset: AssetId
  readonly minimum: bigint
}

/**
 * Whoever has a message handled is sent at least the minimum that it names, in that very block: by the payments that leave the actor, not by what it
 * answers. Holds in any order and under any fault, since faults befall a payment later.
 */
export const paysMinimum = <M extends AnyMessage>(at: Address, message: M, owed: (payload: Payload<M>, assetIn: AssetId) => Owed): Oracle =>
  Oracle.make(`${message.name} is paid its minimum`, () => ({
    block: ({ block }) => {
      const due = new Map<string, bigint>()
      for (const { to, from, message: sent, outcome, payload, funds, kind } of block.raw.ended) {
        if (to !== at || sent !== message || outcome !== HANDLED || kind > CALL) continue
        const { asset, minimum } = owed(payload as Payload<M>, funds.asset)
        due.set(`${from} ${asset}`, (due.get(`${from} ${asset}`) ?? 0n) + minimum)
      }
      for (const { from, to, message: sent, funds } of due.size === 0 ? [] : block.raw.reconciled) {
        if (from !== at || sent !== Payment) continue
        for (const [asset, amount] of funds) {
          const open = due.get(`${to} ${asset}`)
          if (open !== undefined) due.set(`${to} ${asset}`, open - amount)
        }
      }
      for (const [to, open] of due) if (open > 0n) return { to, short: open }
      return undefined
    },
  }))

/** Of raw messages: a transaction or a call, and its end. */
const CALL = 1
const HANDLED = 1
