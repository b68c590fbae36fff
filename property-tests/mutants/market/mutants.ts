import type { Mutant } from "../copy.ts"

export const MARKET = "protocols/lending/isolated-market"

/** One slip each in the lending market. */
export const MUTANTS: readonly Mutant[] = [
  { name: "shares that are to be rounded up are rounded down", file: `${MARKET}/math.ts`, text: "mulDivUp256(assets, totalShares + VIRTUAL_SHARES", instead: "mulDivDown256(assets, totalShares + VIRTUAL_SHARES" },
  { name: "amounts that are to be rounded up are rounded down", file: `${MARKET}/math.ts`, text: "mulDivUp256(shares, totalAssets + VIRTUAL_ASSETS", instead: "mulDivDown256(shares, totalAssets + VIRTUAL_ASSETS" },
  { name: "shares that are to be rounded down are rounded up", file: `${MARKET}/math.ts`, text: "mulDivDown256(assets, totalShares + VIRTUAL_SHARES", instead: "mulDivUp256(assets, totalShares + VIRTUAL_SHARES" },
  { name: "amounts that are to be rounded down are rounded up", file: `${MARKET}/math.ts`, text: "mulDivDown256(shares, totalAssets + VIRTUAL_ASSETS", instead: "mulDivUp256(shares, totalAssets + VIRTUAL_ASSETS" },
  { name: "a debt is judged as it was before the loan", file: `${MARKET}/borrowing.ts`, text: "debtOf(lent, position, price)", instead: "debtOf(market, positionOf(market, onBehalf), price)" },
  { name: "collateral leaves without a look at the debt", file: `${MARKET}/collateral.ts`, text: "if (position.borrowShares > 0n) {", instead: "if (position.borrowShares < 0n) {" },
  { name: "what is written off stays in the supply", file: `${MARKET}/liquidation.ts`, text: "totalSupplyAssets: market.totalSupplyAssets - badDebtAssets,", instead: "" },
]
