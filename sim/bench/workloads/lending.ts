import { actor, type GenesisActor, type Transaction } from "../../../core/index.ts"
import { AccrueInterest, Borrow, IsolatedMarket, Liquidate, Repay, Supply, SupplyCollateral } from "../../../protocols/lending/isolated-market/index.ts"
import { MedianOracle, Report } from "../../../protocols/oracle/index.ts"
import { Random } from "../../random.ts"
import { BareLending, type BareTerms } from "../bare-lending.ts"
import { bareAccounts } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, RICH, UNIT, type Shape, type Workload } from "../workload.ts"

/** Markets that lend cash against gold, all by one oracle; each account has a position in one of them. Interest accrues in every block. */

const [LOAN, COLLATERAL] = ["cash", "gold"] as const
const ASSETS = [LOAN, COLLATERAL]
const ORACLE = "oracle/gold-cash"
const REPORTER = "reporter"
const LLTV = (86n * UNIT) / 100n
const PRICE = 2_000n * UNIT
const START_TIME = 1_700_000_000
const BLOCK_SECONDS = 12

const marketOf = (index: number): string => `lending/market-${index}`
const founderOf = (market: number): string => `founder-${market}`
const timeAt = (height: number): number => START_TIME + height * BLOCK_SECONDS

const actors = (markets: number): readonly GenesisActor[] => [
  actor(ORACLE, MedianOracle, { base: COLLATERAL, quote: LOAN, reporters: [REPORTER], quorum: 1, staleAfterSeconds: 1_000_000_000, deviationPipsMax: 1_000_000 }),
  ...Array.from({ length: markets }, (_, index) =>
    actor(marketOf(index), IsolatedMarket, {
      loanAsset: LOAN,
      collateralAsset: COLLATERAL,
      oracle: ORACLE,
      staleAfterSeconds: 1_000_000_000,
      lltv: LLTV,
      owner: REPORTER,
      feeRecipient: REPORTER,
    }),
  ),
]

interface Town {
  readonly markets: number
  readonly accounts: number
  /** Last of the blocks before which the first price counts; 0: it counts for good. */
  readonly fallsAt: number
  readonly priceAfter: bigint
}

const report = (nonce: number, price: bigint): Transaction => ({ from: REPORTER, nonce, to: ORACLE, message: Report, payload: { price } })

const withFounders = function* ({ accounts, markets }: Town): Generator<readonly [string, { [asset: string]: bigint }]> {
  yield* accountsOf(accounts, () => ASSETS)
  for (let market = 0; market < markets; market++) yield [founderOf(market), { [LOAN]: RICH * 1_000n }]
  yield [REPORTER, {}]
}

/** Founders supply, everybody gives ten units of gold as security and borrows 80 % of their worth. */
const settled = ({ accounts, markets }: Town, nonceOf: (account: number) => number): readonly (readonly Transaction[])[] => {
  const supplies = Array.from({ length: markets }, (_, market): Transaction => {
    const assets = RICH * 500n
    return { from: founderOf(market), nonce: 0, to: marketOf(market), message: Supply, payload: { assets, shares: 0n, onBehalf: founderOf(market) }, funds: { [LOAN]: assets } }
  })
  const positions = Array.from({ length: accounts }, (_, index): readonly Transaction[] => {
    const account = nameOf(index)
    const to = marketOf(index % markets)
    const borrow = { assets: 16_000n * UNIT, shares: 0n, onBehalf: account, receiver: account }
    return [
      { from: account, nonce: nonceOf(index), to, message: SupplyCollateral, payload: { onBehalf: account }, funds: { [COLLATERAL]: 10n * UNIT } },
      { from: account, nonce: nonceOf(index), to, message: Borrow, payload: borrow },
    ]
  })
  return [[report(0, PRICE)], supplies, ...inBlocks(positions.flat(), 20_000), []]
}

const workload = (name: string, town: Town, setup: readonly (readonly Transaction[])[], blocks: readonly (readonly Transaction[])[]): Workload => {
  const markets = Array.from({ length: town.markets }, (_, market) => marketOf(market))
  const terms: BareTerms = {
    loanAsset: LOAN,
    collateralAsset: COLLATERAL,
    lltv: LLTV,
    priceAt: (height) => (town.fallsAt > 0 && height > town.fallsAt ? town.priceAfter : PRICE),
    timeAt,
  }
  return {
    name,
    accounts: town.accounts,
    assetsOf: () => ASSETS,
    genesis: { accounts: withFounders(town), actors: [...actors(town.markets)], time: START_TIME, blockSeconds: BLOCK_SECONDS },
    setup,
    blocks,
    bare: () => {
      const accounts = bareAccounts(town.accounts, () => ASSETS)
      for (let market = 0; market < town.markets; market++) accounts.set(founderOf(market), { nonce: 0, balances: new Map([[LOAN, RICH * 1_000n]]) })
      accounts.set(REPORTER, { nonce: 0, balances: new Map() })
      const lending = new BareLending(markets, accounts, terms)
      lending.apply(setup)
      return lending.bare()
    },
  }
}

const plural = (markets: number): string => `${markets} market${markets === 1 ? "" : "s"}`

/** Supply, borrow, repay and accrue, a quarter each, in small amounts. */
export const lending = (markets: number, { accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(7, "lending")
  const nonceOf = counter(accounts)
  const town: Town = { markets, accounts, fallsAt: 0, priceAfter: 0n }
  const setup = settled(town, nonceOf)
  const list = Array.from({ length: transactions }, (): Transaction => {
    const from = random.below(accounts)
    const account = nameOf(from)
    const assets = BigInt(1 + random.below(1000)) * 10n ** 15n
    const given = { from: account, nonce: nonceOf(from), to: marketOf(from % markets) }
    switch (random.below(4)) {
      case 0:
        return { ...given, message: Supply, payload: { assets, shares: 0n, onBehalf: account }, funds: { [LOAN]: assets } }
      case 1:
        return { ...given, message: Borrow, payload: { assets, shares: 0n, onBehalf: account, receiver: account } }
      case 2:
        return { ...given, message: Repay, payload: { assets, shares: 0n, onBehalf: account }, funds: { [LOAN]: assets } }
      default:
        return { ...given, message: AccrueInterest, payload: {} }
    }
  })
  return workload(`lending, ${plural(markets)}`, town, setup, inBlocks(list, blockSize))
}

/**
 * The price falls by 16 %, so that everybody owes 95 % of what secures it, and all are liquidated piece by piece. Pieces of a hundredth of a loan leave
 * nobody healthy, nor without collateral, for as many rounds as the sheet's shape has.
 */
export const liquidations = (markets: number, { accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(8, "liquidations")
  const nonceOf = counter(accounts)
  const priceAfter = (PRICE * 842n) / 1000n
  const before = settled({ markets, accounts, fallsAt: 0, priceAfter }, nonceOf)
  const town: Town = { markets, accounts, fallsAt: before.length + 1, priceAfter }
  const setup = [...before, [report(1, priceAfter)], []]
  // A loan is 16,000 units at about 10^6 shares a smallest unit.
  const repaidShares = 160n * UNIT * 1_000_000n
  const list = Array.from({ length: transactions }, (_, index): Transaction => {
    const from = random.below(accounts)
    const borrower = index % accounts
    const payload = { borrower: nameOf(borrower), seizedAssets: 0n, repaidShares }
    return { from: nameOf(from), nonce: nonceOf(from), to: marketOf(borrower % markets), message: Liquidate, payload, funds: { [LOAN]: 170n * UNIT } }
  })
  return workload(`liquidations, ${plural(markets)}`, town, setup, inBlocks(list, blockSize))
}
