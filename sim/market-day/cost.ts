import type { Block } from "../../core/index.ts"
import type { Agent } from "../agent.ts"
import { decimal, grouped, readable, signed } from "../decimal.ts"
import type { Measurement, Metric, Moment } from "../metric.ts"
import { ownedBy, plus, underWayTo, worthOf, type Amounts, type Market } from "../metrics/portfolio.ts"
import { ROUTE } from "./credit.ts"
import { forEachLiquidation, groupOf, holdingsOf, interestOf, lendingMarket, partsOf, type LiquidatedFields } from "./lending-events.ts"
import { inUsdDown } from "./market.ts"

/** What credit took from each group, and gave, in usd units. */
interface Account {
  liquidations: bigint
  badDebt: bigint
  interest: bigint
}

const LIQUIDATORS = "liquidators"

/** All that liquidations and interest moved. Each column sums to zero. */
class Ledger {
  readonly groups = new Map<string, Account>()
  readonly liquidated = new Set<string>()
  liquidations = 0
  byRoute = 0
  seizedEther = 0n
  seized = 0n
  repaid = 0n
  badDebt = 0n
  interest = 0n

  private move(group: string, column: keyof Account, amount: bigint): void {
    const account = this.groups.get(group) ?? { liquidations: 0n, badDebt: 0n, interest: 0n }
    account[column] += amount
    this.groups.set(group, account)
  }

  /** `before` is the lending market at the beginning of the block. */
  see(block: Block, price: bigint, before: ReturnType<typeof lendingMarket>): void {
    const { supply, borrow } = holdingsOf(before)
    const share = (amount: bigint, weights: ReadonlyMap<string, bigint>, column: keyof Account, sign: bigint): void => {
      for (const [group, part] of partsOf(amount, weights)) this.move(group, column, sign * part)
    }
    const interest = interestOf(block)
    if (interest > 0n && borrow.size > 0 && supply.size > 0) {
      this.interest += interest
      share(interest, borrow, "interest", -1n)
      share(interest, supply, "interest", 1n)
    }
    forEachLiquidation(block, (liquidated: LiquidatedFields) => {
      const worth = inUsdDown(liquidated.seizedAssets, price)
      this.liquidations++
      if (liquidated.sender === ROUTE) this.byRoute++
      this.liquidated.add(liquidated.borrower)
      this.seizedEther += liquidated.seizedAssets
      this.seized += worth
      this.repaid += liquidated.repaidAssets
      this.badDebt += liquidated.badDebtAssets
      this.move(groupOf(liquidated.borrower), "liquidations", liquidated.repaidAssets - worth)
      this.move(LIQUIDATORS, "liquidations", worth - liquidated.repaidAssets)
      this.move(groupOf(liquidated.borrower), "badDebt", liquidated.badDebtAssets)
      share(liquidated.badDebtAssets, supply, "badDebt", -1n)
    })
  }
}

const whole = (amount: bigint, { quoteDecimals }: Market): string => readable(amount, quoteDecimals, 0)
const change = (amount: bigint, { quoteDecimals }: Market): string => signed(amount, quoteDecimals, 0)

interface Row extends Account {
  readonly group: string
  /** Against having held, at the last outside price. */
  readonly difference: bigint
}

/** What came of credit, group by group: who paid for liquidations and bad debt, and to whom. */
export const costMetric = (unit: string, market: Market): Metric => ({
  start: (start, agents) => {
    const ledger = new Ledger()
    const before = new Map(agents.map(({ account }) => [account, ownedBy(start.world, account, market)]))
    let lending = lendingMarket(start.world)
    return {
      block: (block, { world, price }) => {
        ledger.see(block, price, lending)
        lending = lendingMarket(world)
      },
      end: (moment, last) => told(unit, market, ledger, rowsOf(ledger, moment, last, agents, before, market)),
    }
  },
})

const rowsOf = (
  ledger: Ledger,
  moment: Moment,
  last: Block | undefined,
  agents: readonly Agent[],
  before: ReadonlyMap<string, Amounts>,
  market: Market,
): readonly Row[] => {
  const differences = new Map<string, bigint>()
  for (const { account, group } of agents) {
    if (!ledger.groups.has(group)) continue
    const after = plus(ownedBy(moment.world, account, market), underWayTo(moment.world, account, market, last))
    const difference = worthOf(after, moment.price, market) - worthOf(before.get(account) as Amounts, moment.price, market)
    differences.set(group, (differences.get(group) ?? 0n) + difference)
  }
  const rows = [...ledger.groups].map(([group, account]): Row => ({ group, ...account, difference: differences.get(group) ?? 0n }))
  return rows.sort((left, right) => (left.difference === right.difference ? (left.group < right.group ? -1 : 1) : left.difference > right.difference ? -1 : 1))
}

const told = (unit: string, market: Market, ledger: Ledger, rows: readonly Row[]): Measurement => {
  const exact = (amount: bigint) => decimal(amount, market.quoteDecimals)
  const rest = ({ difference, liquidations, badDebt, interest }: Row) => difference - liquidations - badDebt - interest
  const borne = rows.filter(({ badDebt }) => badDebt < 0n)
  const { liquidations, byRoute, liquidated, seizedEther, seized, repaid, badDebt, interest } = ledger
  const ether = readable(seizedEther, market.baseDecimals, 0)
  const who = borne.map((row) => `${row.group} ${whole(-row.badDebt, market)}`).join(", ")
  return {
    title: `What credit cost whom (${unit})`,
    columns: [{ heading: "" }, ...["in all", "liquidations", "bad debt", "interest", "the rest"].map((heading) => ({ heading, right: true }))],
    rows: rows.map((row) => [
      row.group, ...[row.difference, row.liquidations, row.badDebt, row.interest, rest(row)].map((amount) => change(amount, market)),
    ]),
    notes: [
      `${grouped(liquidations)} liquidations (${grouped(byRoute)} by route) of ${grouped(liquidated.size)} borrowers: ${ether} eth seized, worth ${whole(seized, market)}`,
      `${whole(repaid, market)} repaid, so ${whole(seized - repaid, market)} of incentive; ${whole(interest, market)} of interest`,
      badDebt === 0n ? "no bad debt" : `${whole(badDebt, market)} of bad debt, borne by ${who}`,
      "in all: against having held; the rest: trades, and where the price went",
    ],
    json: {
      liquidations, byRoute, borrowersLiquidated: liquidated.size,
      seizedEth: decimal(seizedEther, market.baseDecimals), seized: exact(seized), repaid: exact(repaid), incentive: exact(seized - repaid),
      badDebt: exact(badDebt), interest: exact(interest),
      groups: Object.fromEntries(
        rows.map((row) => [
          row.group,
          { liquidations: exact(row.liquidations), badDebt: exact(row.badDebt), interest: exact(row.interest), rest: exact(rest(row)), difference: exact(row.difference) },
        ]),
      ),
    },
  }
}
