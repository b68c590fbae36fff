/** Our market in a world of its own, beside an oracle that says what it is told. */
import { Actor, actor, AssetId, Message, Seconds, Wad, World, type Observed, type Published, type Receipt } from "../../../core/index.ts"
import { IsolatedMarket, type MarketState } from "../../../protocols/lending/isolated-market/index.ts"
import { PriceView } from "../../../protocols/oracle/index.ts"
import { PURSE } from "../../evm/morpho-blue.ts"
import { OWNER, PEOPLE, type Person } from "./operations.ts"

export const MARKET = "lending/eth-usd"
export const ORACLE = "oracle/eth-usd"
export const LOAN = "usd"
export const COLLATERAL = "eth"
export const STALE_AFTER_SECONDS = 3_600

/** Sets what the oracle of these tests publishes. */
export const Say = Message.make("test/Say", { payload: { price: Wad, updatedAt: Seconds } })

/** An oracle for tests: publishes what anybody tells it. */
export const SpokenOracle = Actor.make("test/SpokenOracle", {
  params: { base: AssetId, quote: AssetId, price: Wad, updatedAt: Seconds },
  state: { base: AssetId, quote: AssetId, price: Wad, updatedAt: Seconds },
  messages: { Say },
  view: PriceView,
  publish: (oracle): Published<typeof PriceView> => ({ ...oracle, sources: 1 }),
  create: (params) => params,
  handlers: { Say: (oracle, { price, updatedAt }) => ({ state: { ...oracle, price, updatedAt } }) },
})

/** An empty market among its people, its clock started at this time. */
export const openMarket = (lltv: bigint, price: bigint, time: number): World => {
  const purse = { [LOAN]: PURSE, [COLLATERAL]: PURSE }
  return World.make(
    {
      accounts: Object.fromEntries(PEOPLE.map((name) => [name, purse])),
      actors: [
        actor(ORACLE, SpokenOracle, { base: COLLATERAL, quote: LOAN, price, updatedAt: time }),
        actor(MARKET, IsolatedMarket, {
          loanAsset: LOAN,
          collateralAsset: COLLATERAL,
          oracle: ORACLE,
          staleAfterSeconds: STALE_AFTER_SECONDS,
          lltv,
          owner: OWNER,
          feeRecipient: OWNER,
        }),
      ],
      time,
      blockSeconds: 0,
    },
    { strict: true },
  )
}

export const marketOf = (world: World): MarketState => world.state(IsolatedMarket, MARKET)

export const purseOf = (world: World, person: Person) => ({ loan: world.balance(person, LOAN), collateral: world.balance(person, COLLATERAL) })

/** Throws at a broken invariant, a broken expectation, a lost unit. */
export const soundOrThrow = (world: World, before: Observed<MarketState> | undefined): void => {
  world.audit()
  const [breach] = world.check(MARKET, before)
  if (breach !== undefined) throw new Error(`${breach.invariant} is broken: ${text(breach.values)}`)
  const observed = world.observe<MarketState>(MARKET)
  const { aggregates, claims, prices } = IsolatedMarket
  for (const [name, { stored, recomputed }] of Object.entries(aggregates?.(observed) ?? {})) {
    if (stored !== recomputed) throw new Error(`${name}: ${stored} stored, ${recomputed} recomputed`)
  }
  for (const [asset, owed] of Object.entries(claims?.(observed) ?? {})) {
    if (observed.balance(asset) < owed) throw new Error(`${owed} ${asset} owed, ${observed.balance(asset)} held`)
  }
  if (before === undefined || prices === undefined) return
  const [was, is] = [prices(before)["supplyShare"], prices(observed)["supplyShare"]] as const
  if (was === undefined || is === undefined) throw new Error("a market has a share price")
  if (is.losses === was.losses && is.numerator * was.denominator < was.numerator * is.denominator) {
    throw new Error(`the share price fell from ${was.numerator} / ${was.denominator} to ${is.numerator} / ${is.denominator}`)
  }
}

const text = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item))

/** The failure's tag, or "accepted". */
export const endOf = (receipt: Receipt): string => {
  if (receipt.status === "handled") return "accepted"
  if (receipt.status === "pending") throw new Error("a receipt is pending")
  return (receipt.refusal as { readonly _tag: string })._tag
}
