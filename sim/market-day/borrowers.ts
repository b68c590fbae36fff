import { send, WAD, type Send } from "../../core/index.ts"
import { Swap } from "../../protocols/amm/constant-product/index.ts"
import { Borrow, positionOf, Repay, spotBorrowRate, SupplyCollateral, type MarketState, type Position } from "../../protocols/lending/isolated-market/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { debtUp, MARKET, marketAt, marketOf, movePips, oraclePriceNow, SECONDS_PER_YEAR, utilizationPips } from "./credit.ts"
import { DOLLAR, ETH, ETHER, fromOraclePrice, inEthDown, POOL_5, USD } from "./market.ts"

/** How somebody borrows. Loans to value are in pips of the collateral's worth. */
interface Appetite {
  readonly name: string
  readonly count: number
  /** Ether that each begins with, and the part of it, in percent, that becomes collateral. */
  readonly ether: bigint
  readonly collateralPercent: bigint
  /** The loan to value that it wants, and the one at which it does something, if it looks in time. */
  readonly targetPips: bigint
  readonly alarmPips: bigint
  /** What it does then: it adds ether that it kept, it repays with what it still has of the loan, or it hopes. */
  readonly remedy: "top up" | "repay" | "hope"
  /** Buys ether with the loan, as more collateral for the next one. */
  readonly leverages: boolean
  /** Probability to look at its position in a block. */
  readonly attention: number
}

export const APPETITES: readonly Appetite[] = [
  { name: "careful", count: 8, ether: 400n, collateralPercent: 60n, targetPips: 450_000n, alarmPips: 600_000n, remedy: "top up", leverages: false, attention: 1 / 30 },
  { name: "moderate", count: 8, ether: 260n, collateralPercent: 100n, targetPips: 620_000n, alarmPips: 760_000n, remedy: "repay", leverages: false, attention: 1 / 90 },
  { name: "aggressive", count: 6, ether: 100n, collateralPercent: 100n, targetPips: 760_000n, alarmPips: 1_000_000n, remedy: "hope", leverages: true, attention: 1 / 30 },
]

export const BORROWERS = APPETITES.flatMap((appetite) =>
  Array.from({ length: appetite.count }, (_, index) => ({ account: `borrowers/${appetite.name}-${index + 1}`, appetite })),
)

const PIPS = 1_000_000n
/** Smaller loans and additions are not worth the trouble. */
const LOAN_MIN = 100n * DOLLAR
const COLLATERAL_MIN = ETHER / 2n
/** Nobody borrows more when less than this part of the supply would be left. */
const UTILIZATION_MAX_PIPS = 920_000n
/** A loan that costs more than this a year, in wad, is paid back as far as the money is still there. */
const RATE_MAX = (15n * WAD) / 100n
/** Nobody takes a new risk while the price moves as much in an hour. */
const CALM_PIPS = 15_000n

const borrower = ({ account, appetite }: (typeof BORROWERS)[number]): Agent => ({
  account,
  group: `${appetite.name} borrowers`,
  act: (sight, random) => {
    if (!random.chance(appetite.attention)) return []
    const price = oraclePriceNow(sight)
    if (price === undefined) return []
    const market = marketOf(sight)
    const position = positionOf(market, account)
    const worth = (position.collateral * price) / WAD
    const debt = debtUp(market, position)
    if (worth === 0n) return isCalm(sight) ? addCollateral(account, (sight.balance(ETH) * appetite.collateralPercent) / 100n) : []
    const loanPips = (debt * PIPS) / worth
    if (!appetite.leverages && loanIsDear(marketAt(market, sight.time))) return paidBack(sight, account, debt)
    if (loanPips > appetite.alarmPips) return remedied(sight, account, appetite, position, debt, price)
    if (!isCalm(sight)) return []
    return [...(appetite.leverages ? leverage(sight, account, price) : []), ...more(market, account, appetite, worth, debt)]
  },
})

const loanIsDear = (market: MarketState): boolean => spotBorrowRate(market) * SECONDS_PER_YEAR > RATE_MAX

/** Pays back what it has, up to all that it owes. */
const paidBack = (sight: Sight, account: string, debt: bigint): readonly Send[] => {
  const held = sight.balance(USD)
  // What is owed by the next block's interest stays: an amount above the debt would be refused.
  const most = (debt * 999n) / 1_000n
  const assets = held < most ? held : most
  return assets < LOAN_MIN ? [] : [send(MARKET, Repay, { assets, shares: 0n, onBehalf: account }, { funds: { [USD]: assets } })]
}

const isCalm = (sight: Sight): boolean => {
  const move = movePips(sight)
  return move < CALM_PIPS && move > -CALM_PIPS
}

const addCollateral = (account: string, ether: bigint): readonly Send[] =>
  ether < COLLATERAL_MIN ? [] : [send(MARKET, SupplyCollateral, { onBehalf: account }, { funds: { [ETH]: ether } })]

/** Borrows up to the target, once it is three percent below it. */
const more = (market: MarketState, account: string, { targetPips }: Appetite, worth: bigint, debt: bigint): readonly Send[] => {
  const wanted = (worth * targetPips) / PIPS - debt
  if (wanted < (worth * 30_000n) / PIPS || wanted < LOAN_MIN || utilizationPips(market) > UTILIZATION_MAX_PIPS) return []
  const room = (market.totalSupplyAssets * UTILIZATION_MAX_PIPS) / PIPS - market.totalBorrowAssets
  const assets = wanted < room ? wanted : room
  return assets < LOAN_MIN ? [] : [send(MARKET, Borrow, { assets, shares: 0n, onBehalf: account, receiver: account })]
}

/** Puts the loan into ether, and ether into the collateral. */
const leverage = (sight: Sight, account: string, price: bigint): readonly Send[] => {
  const [usd, ether] = [sight.balance(USD), sight.balance(ETH)]
  if (usd < LOAN_MIN) return addCollateral(account, ether)
  const minimumOut = (inEthDown(usd, fromOraclePrice(price)) * 98n) / 100n
  return [send(POOL_5.address, Swap, { minimumOut }, { funds: { [USD]: usd }, deadline: sight.block + 2 })]
}

/** Brings the loan back to the target, as far as what is at hand goes. */
const remedied = (sight: Sight, account: string, { remedy, targetPips }: Appetite, { collateral }: Position, debt: bigint, price: bigint): readonly Send[] => {
  if (remedy === "hope") return []
  if (remedy === "top up") {
    const wanted = (((debt * PIPS) / targetPips) * WAD) / price - collateral
    const held = sight.balance(ETH)
    const ether = wanted < held ? wanted : held
    if (ether >= COLLATERAL_MIN) return addCollateral(account, ether)
  }
  const wanted = debt - (((collateral * price) / WAD) * targetPips) / PIPS
  const held = sight.balance(USD)
  const assets = wanted < held ? wanted : held
  if (assets < LOAN_MIN) return []
  return [send(MARKET, Repay, { assets, shares: 0n, onBehalf: account }, { funds: { [USD]: assets } })]
}

export const borrowers: readonly Agent[] = BORROWERS.map(borrower)
