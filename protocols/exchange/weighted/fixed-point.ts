import { addChecked, DivisionByZero, mulChecked, subChecked } from "../../../core/index.ts"
import { pow } from "./log-exp.ts"

/** FixedPoint of Balancer v2: 18 decimals, the rounding in the name, core/OutOfRange where the contract reverts. */

export const ONE = 10n ** 18n
/** The power's own relative error is below 10^-14; it is taken off, or added, so that the result is never on the wrong side. */
const POW_ERROR_E18 = 10_000n

export const mulDown = (x: bigint, y: bigint): bigint => mulChecked(x, y) / ONE

export const mulUp = (x: bigint, y: bigint): bigint => {
  const product = mulChecked(x, y)
  return product === 0n ? 0n : (product - 1n) / ONE + 1n
}

export const divDown = (x: bigint, y: bigint): bigint => {
  if (y === 0n) throw new DivisionByZero({ operation: "divDown" })
  return mulChecked(x, ONE) / y
}

export const divUp = (x: bigint, y: bigint): bigint => {
  if (y === 0n) throw new DivisionByZero({ operation: "divUp" })
  const inflated = mulChecked(x, ONE)
  return inflated === 0n ? 0n : (inflated - 1n) / y + 1n
}

/** 1 - x, or 0 where x is larger. */
export const complement = (x: bigint): bigint => (x < ONE ? ONE - x : 0n)

/** x to the power of y, never above the true value. */
export const powDown = (x: bigint, y: bigint): bigint => {
  if (y === ONE) return x
  if (y === 2n * ONE) return mulDown(x, x)
  if (y === 4n * ONE) {
    const square = mulDown(x, x)
    return mulDown(square, square)
  }
  const raw = pow(x, y)
  const error = addChecked(mulUp(raw, POW_ERROR_E18), 1n)
  return raw < error ? 0n : subChecked(raw, error)
}

/** x to the power of y, never below the true value. */
export const powUp = (x: bigint, y: bigint): bigint => {
  if (y === ONE) return x
  if (y === 2n * ONE) return mulUp(x, x)
  if (y === 4n * ONE) {
    const square = mulUp(x, x)
    return mulUp(square, square)
  }
  const raw = pow(x, y)
  return addChecked(raw, addChecked(mulUp(raw, POW_ERROR_E18), 1n))
}
