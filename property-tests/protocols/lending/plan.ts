/** What an operation means at a given state: our message, and what the original contract is asked. */
import { Failure, type AnyMessage } from "../../../core/index.ts"
import {
  accrued,
  AccrueInterest,
  Borrow,
  borrowedMaxDown,
  Liquidate,
  Repay,
  repaidSharesUp,
  seizedAssetsDown,
  SetAuthorization,
  SetFee,
  SetFeeRecipient,
  SetOwner,
  Supply,
  SupplyCollateral,
  toAssetsDown,
  toAssetsUp,
  toSharesDown,
  Withdraw,
  WithdrawCollateral,
} from "../../../protocols/lending/isolated-market/index.ts"
import type { MarketState, MorphoBlue, Outcome } from "../../evm/morpho-blue.ts"
import { COLLATERAL, LOAN } from "./ours.ts"
import { PART, PEOPLE, type Kind, type Mode, type Operation, type Person, type Size } from "./operations.ts"

/** The contract's market at a time, with a price. */
export interface Seen {
  readonly state: MarketState
  readonly now: number
  /** A wad; 0 where the oracle does not speak. */
  readonly price: bigint
  readonly lltv: bigint
}

/** One operation, as both implementations are asked for it. */
export interface Plan {
  readonly kind: Kind
  readonly by: Person
  readonly message: AnyMessage
  readonly payload: { readonly [field: string]: unknown }
  readonly funds: { readonly [asset: string]: bigint }
  readonly ask: (morpho: MorphoBlue) => Promise<Outcome>
}

export const addressOf = (morpho: MorphoBlue, person: Person) => morpho.people[PEOPLE.indexOf(person)] as (typeof morpho.people)[0]

/** Our failures for the contract's reasons. Where the contract panics, ours says which limit it was. */
export const TAGS: { readonly [reason: string]: readonly string[] } = {
  "inconsistent input": ["lending/InconsistentInput"],
  "zero assets": ["lending/ZeroAssets"],
  unauthorized: ["lending/Unauthorized"],
  "insufficient liquidity": ["lending/InsufficientLiquidity"],
  "insufficient collateral": ["lending/InsufficientCollateral"],
  "position is healthy": ["lending/PositionHealthy"],
  "max uint128 exceeded": ["lending/Exceeds128Bits"],
  "transferFrom reverted": ["lending/InsufficientPayment"],
  "not owner": ["lending/NotOwner"],
  "already set": ["lending/AlreadySet"],
  "max fee exceeded": ["lending/FeeTooHigh"],
  none: ["oracle/NoPrice"],
  stale: ["oracle/StalePrice"],
  "Panic(0x11)": ["core/OutOfRange", "lending/Exceeds128Bits", "lending/InsufficientPosition"],
}

/** The market as it will be once interest is added; as it is where that does not fit. Only chooses amounts: what follows is asked of both. */
interface Totals {
  readonly totalSupplyAssets: bigint
  readonly totalSupplyShares: bigint
  readonly totalBorrowAssets: bigint
  readonly totalBorrowShares: bigint
}

const orThrown = <T>(compute: () => T, otherwise: T): T => {
  try {
    return compute()
  } catch (problem) {
    if (problem instanceof Failure) return otherwise
    throw problem
  }
}

const totalsOf = ({ state, now }: Seen): Totals => orThrown<Totals>(() => accrued({ ...state, lastUpdate: Number(state.lastUpdate) }, now).market, state)

/** The amount that a size means for an account; 1 in place of a part of nothing, since 0 is seldom of interest. */
const measured = ({ of, part, plus }: Size, whole: (of: Size["of"]) => bigint): bigint => {
  const amount = (whole(of) * part) / PART + plus
  return amount <= 0n ? (of === "units" ? 0n : 1n) : amount
}

const wholeOf = (seen: Seen, totals: Totals, mine: { readonly position: bigint; readonly capacity: bigint; readonly seizable?: bigint }) => (of: Size["of"]): bigint => {
  const { totalSupplyAssets, totalBorrowAssets } = totals
  switch (of) {
    case "units":
      return 1n
    case "supplied":
      return totalSupplyAssets
    case "liquidity":
      return totalSupplyAssets - totalBorrowAssets
    case "borrowed":
      return totalBorrowAssets
    case "room":
      return 2n ** 128n - 1n - totalSupplyAssets
    case "worth":
      return seen.price === 0n ? 1n : (totalSupplyAssets * 10n ** 18n) / seen.price
    default:
      return mine[of] ?? 0n
  }
}

const amountsOf = (mode: Mode, assets: bigint, shares: bigint) => ({
  assets: mode === "assets" || mode === "both" ? assets : 0n,
  shares: mode === "shares" || mode === "both" ? shares : 0n,
})

const positive = (value: bigint): bigint => (value > 0n ? value : 0n)

/** Fixes the amounts of an operation at a state. */
export const planOf = (operation: Operation, seen: Seen): Plan => {
  switch (operation.kind) {
    case "Supply":
    case "Repay":
      return paidIn(operation, seen)
    case "Withdraw":
    case "Borrow":
      return paidOut(operation, seen)
    case "SupplyCollateral":
    case "WithdrawCollateral":
      return collateral(operation, seen)
    case "Liquidate":
      return liquidation(operation, seen)
    default:
      return setting(operation)
  }
}

const positionIn = ({ state }: Seen, person: Person) => state.positions[PEOPLE.indexOf(person)] as MarketState["positions"][0]

const paidIn = (operation: Extract<Operation, { readonly kind: "Supply" | "Repay" }>, seen: Seen): Plan => {
  const { kind, by, onBehalf, mode, size, beyond } = operation
  const totals = totalsOf(seen)
  const [totalAssets, totalShares] =
    kind === "Supply" ? [totals.totalSupplyAssets, totals.totalSupplyShares] : [totals.totalBorrowAssets, totals.totalBorrowShares]
  const held = positionIn(seen, onBehalf)[kind === "Supply" ? "supplyShares" : "borrowShares"]
  const assets = measured(size, wholeOf(seen, totals, { position: toAssetsUp(held, totalAssets, totalShares), capacity: 0n }))
  const shares = size.of === "position" ? measured(size, () => held) : orThrown(() => toSharesDown(assets, totalAssets, totalShares), assets)
  const amounts = amountsOf(mode, assets, shares)
  const cost = amounts.assets > 0n ? amounts.assets : orThrown(() => toAssetsUp(amounts.shares, totalAssets, totalShares), 0n)
  const attached = attachable(cost + beyond)
  const payload = { ...amounts, onBehalf }
  return {
    kind,
    by,
    message: kind === "Supply" ? Supply : Repay,
    payload,
    funds: { [LOAN]: attached },
    ask: (morpho) => morpho[kind === "Supply" ? "supply" : "repay"](addressOf(morpho, by), { ...amounts, onBehalf: addressOf(morpho, onBehalf), attached }),
  }
}

/** Nobody attaches more than the purse holds. */
const attachable = (amount: bigint): bigint => (amount > 2n ** 190n ? 2n ** 190n : positive(amount))

const paidOut = (operation: Extract<Operation, { readonly kind: "Withdraw" | "Borrow" }>, seen: Seen): Plan => {
  const { kind, by, onBehalf, receiver, mode, size } = operation
  const totals = totalsOf(seen)
  const position = positionIn(seen, onBehalf)
  const [totalAssets, totalShares] =
    kind === "Withdraw" ? [totals.totalSupplyAssets, totals.totalSupplyShares] : [totals.totalBorrowAssets, totals.totalBorrowShares]
  const held = position[kind === "Withdraw" ? "supplyShares" : "borrowShares"]
  const mine = { position: toAssetsDown(held, totalAssets, totalShares), capacity: capacityOf(seen, totals, onBehalf) }
  const assets = measured(size, wholeOf(seen, totals, mine))
  // Single units are as many shares, so that there are also debts worth less than a unit.
  const shares = size.of === "position" || size.of === "units" ? measured(size, (of) => (of === "units" ? 1n : held)) : orThrown(() => toSharesDown(assets, totalAssets, totalShares), assets)
  const amounts = amountsOf(mode, assets, shares)
  return {
    kind,
    by,
    message: kind === "Withdraw" ? Withdraw : Borrow,
    payload: { ...amounts, onBehalf, receiver },
    funds: {},
    ask: (morpho) =>
      morpho[kind === "Withdraw" ? "withdraw" : "borrow"](addressOf(morpho, by), {
        ...amounts,
        onBehalf: addressOf(morpho, onBehalf),
        receiver: addressOf(morpho, receiver),
      }),
  }
}

/** What an account may still borrow. */
const capacityOf = (seen: Seen, totals: Totals, account: Person): bigint => {
  const { borrowShares, collateral } = positionIn(seen, account)
  const borrowedMax = orThrown(() => borrowedMaxDown(collateral, seen.price, seen.lltv), 0n)
  return positive(borrowedMax - toAssetsUp(borrowShares, totals.totalBorrowAssets, totals.totalBorrowShares))
}

/** What of its collateral an account does not need. */
const spareOf = (seen: Seen, totals: Totals, account: Person): bigint => {
  const { collateral } = positionIn(seen, account)
  const borrowedMax = orThrown(() => borrowedMaxDown(collateral, seen.price, seen.lltv), 0n)
  return borrowedMax === 0n ? 0n : (collateral * capacityOf(seen, totals, account)) / borrowedMax
}

const collateral = (operation: Extract<Operation, { readonly kind: "SupplyCollateral" | "WithdrawCollateral" }>, seen: Seen): Plan => {
  const { kind, by, onBehalf, size } = operation
  const totals = totalsOf(seen)
  const mine = { position: positionIn(seen, onBehalf).collateral, capacity: spareOf(seen, totals, onBehalf) }
  const assets = measured(size, wholeOf(seen, totals, mine))
  if (kind === "SupplyCollateral") {
    const attached = attachable(assets)
    return {
      kind,
      by,
      message: SupplyCollateral,
      payload: { onBehalf },
      funds: { [COLLATERAL]: attached },
      ask: (morpho) => morpho.supplyCollateral(addressOf(morpho, by), { assets: attached, onBehalf: addressOf(morpho, onBehalf) }),
    }
  }
  const { receiver } = operation
  return {
    kind,
    by,
    message: WithdrawCollateral,
    payload: { assets, onBehalf, receiver },
    funds: {},
    ask: (morpho) =>
      morpho.withdrawCollateral(addressOf(morpho, by), { assets, onBehalf: addressOf(morpho, onBehalf), receiver: addressOf(morpho, receiver) }),
  }
}

const liquidation = ({ kind, by, borrower, mode, size, beyond }: Extract<Operation, { readonly kind: "Liquidate" }>, seen: Seen): Plan => {
  const { price, lltv } = seen
  const totals = totalsOf(seen)
  const { totalBorrowAssets, totalBorrowShares } = totals
  const { borrowShares, collateral } = positionIn(seen, borrower)
  const debt = toAssetsUp(borrowShares, totalBorrowAssets, totalBorrowShares)
  // The most that can be seized for what is owed, and the most that can be repaid for what there is to seize.
  const seizable = orThrown(() => seizedAssetsDown(borrowShares, price, lltv, totalBorrowAssets, totalBorrowShares), collateral)
  const payable = orThrown(() => repaidSharesUp(collateral, price, lltv, totalBorrowAssets, totalBorrowShares), borrowShares)
  const whole = (of: Size["of"], held: bigint, most: bigint) =>
    wholeOf(seen, totals, { position: held, capacity: debt, seizable: most < held ? most : held })(of)
  const amounts = amountsOf(
    mode,
    measured(size, (of) => whole(of, collateral, seizable)),
    measured(size, (of) => whole(of, borrowShares, payable)),
  )
  const repaid = orThrown(() => (amounts.assets > 0n ? repaidSharesUp(amounts.assets, price, lltv, totalBorrowAssets, totalBorrowShares) : amounts.shares), 0n)
  const attached = attachable(orThrown(() => toAssetsUp(repaid, totalBorrowAssets, totalBorrowShares), 0n) + beyond)
  return {
    kind,
    by,
    message: Liquidate,
    payload: { borrower, seizedAssets: amounts.assets, repaidShares: amounts.shares },
    funds: { [LOAN]: attached },
    ask: (morpho) =>
      morpho.liquidate(addressOf(morpho, by), { borrower: addressOf(morpho, borrower), seizedAssets: amounts.assets, repaidShares: amounts.shares, attached }),
  }
}

type Setting = Extract<Operation, { readonly kind: "AccrueInterest" | "SetAuthorization" | "SetFee" | "SetFeeRecipient" | "SetOwner" }>

const setting = (operation: Setting): Plan => {
  const { kind, by } = operation
  switch (operation.kind) {
    case "AccrueInterest":
      return { kind, by, message: AccrueInterest, payload: {}, funds: {}, ask: (morpho) => morpho.accrueInterest(addressOf(morpho, by)) }
    case "SetAuthorization": {
      const { authorized, isAuthorized } = operation
      return {
        kind,
        by,
        message: SetAuthorization,
        payload: { authorized, isAuthorized },
        funds: {},
        ask: (morpho) => morpho.setAuthorization(addressOf(morpho, by), addressOf(morpho, authorized), isAuthorized),
      }
    }
    case "SetFee": {
      const { fee } = operation
      return { kind, by, message: SetFee, payload: { fee }, funds: {}, ask: (morpho) => morpho.setFee(addressOf(morpho, by), fee) }
    }
    case "SetFeeRecipient": {
      const { feeRecipient } = operation
      const ask = (morpho: MorphoBlue) => morpho.setFeeRecipient(addressOf(morpho, by), addressOf(morpho, feeRecipient))
      return { kind, by, message: SetFeeRecipient, payload: { feeRecipient }, funds: {}, ask }
    }
    case "SetOwner": {
      const { owner } = operation
      return { kind, by, message: SetOwner, payload: { owner }, funds: {}, ask: (morpho) => morpho.setOwner(addressOf(morpho, by), addressOf(morpho, owner)) }
    }
  }
}
