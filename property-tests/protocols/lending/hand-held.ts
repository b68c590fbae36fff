/** Our market without an engine: its handlers called by hand, its money counted by hand. */
import { Failure, Funds, Payment, testContext, type Observed, type Send } from "../../../core/index.ts"
import { IsolatedMarket, type MarketState } from "../../../protocols/lending/isolated-market/index.ts"
import { PriceView } from "../../../protocols/oracle/index.ts"
import type { Plan, Seen } from "./plan.ts"
import { COLLATERAL, LOAN, MARKET, ORACLE, STALE_AFTER_SECONDS } from "./ours.ts"
import { OWNER, PEOPLE } from "./operations.ts"

/** A market, what it holds, and what its last message told. */
export interface Held {
  readonly market: MarketState
  readonly loan: bigint
  readonly collateral: bigint
}

/** An empty market. */
export const heldMarket = (lltv: bigint): Held => ({
  market: IsolatedMarket.create(
    { loanAsset: LOAN, collateralAsset: COLLATERAL, oracle: ORACLE, staleAfterSeconds: STALE_AFTER_SECONDS, lltv, owner: OWNER, feeRecipient: OWNER },
    MARKET,
  ),
  loan: 0n,
  collateral: 0n,
})

/** As an expectation or invariant sees it. */
export const observed = ({ market, loan, collateral }: Held): Observed<MarketState> => ({
  address: MARKET,
  state: market,
  balance: (asset) => (asset === LOAN ? loan : asset === COLLATERAL ? collateral : 0n),
  supply: () => 0n,
})

/** What a message did: the market after it, its reply, and what its sends pay to whom; or why it was refused. */
export type Done = { readonly held: Held; readonly reply: any; readonly paid: readonly Send[]; readonly events: readonly any[] } | Failure

export const published = (price: bigint, updatedAt: number) => ({ base: COLLATERAL, quote: LOAN, price, updatedAt, sources: 1 })

/** Handles one message; a refusal, thrown or returned, changes nothing. */
export const handle = (held: Held, { by, message, payload, funds }: Omit<Plan, "kind" | "ask">, time: number, price: bigint): Done => {
  const handler = IsolatedMarket.routes.get(message)
  if (handler === undefined) throw new Error(`no handler for ${message.name}`)
  const attached = Funds.from(funds)
  const context = testContext({ self: MARKET, sender: by, funds, time, views: [[PriceView, ORACLE, published(price, time)]] })
  let step
  try {
    step = handler(held.market, payload as never, context)
  } catch (problem) {
    if (problem instanceof Failure) return problem
    throw problem
  }
  if (step instanceof Failure) return step
  const paid = (step.sends ?? []).filter((send: Send) => send.message === Payment)
  const sum = (asset: string) => paid.reduce((total: bigint, send: Send) => total + send.funds.get(asset), 0n)
  const after = {
    market: step.state,
    loan: held.loan + attached.get(LOAN) - sum(LOAN),
    collateral: held.collateral + attached.get(COLLATERAL) - sum(COLLATERAL),
  }
  if (after.loan < 0n || after.collateral < 0n) throw new Error("the market pays what it does not have")
  return { held: after, reply: step.reply, paid, events: step.events ?? [] }
}

/** The market as plans are made by; none of what only the contract knows. */
export const seenOf = ({ market, loan, collateral }: Held, now: number, price: bigint): Seen => ({
  state: {
    ...market,
    lastUpdate: BigInt(market.lastUpdate ?? now),
    owner: "0x",
    feeRecipient: "0x",
    loan,
    collateral,
    positions: PEOPLE.map((person) => market.positions.get(person) ?? { supplyShares: 0n, borrowShares: 0n, collateral: 0n }),
    purses: [],
  },
  now,
  price,
  lltv: market.lltv,
})

