/** Decimal words of exact integers, the same on every machine: no locale is asked. */

/** An amount of `decimals` decimal places, exactly, without trailing zeros: 1500000 with 6 is `1.5`. */
export const decimal = (amount: bigint, decimals: number): string => {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0")
  const whole = digits.slice(0, digits.length - decimals)
  const part = digits.slice(digits.length - decimals).replace(/0+$/, "")
  return `${amount < 0n ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`
}

/** For readers: `places` places, rounded half away from zero, and thousands set apart: 1234567890 with 6 decimals and 2 places is `1,234.57`. */
export const readable = (amount: bigint, decimals: number, places: number): string => {
  const unit = 10n ** BigInt(decimals - places)
  const absolute = amount < 0n ? -amount : amount
  const rounded = (absolute + unit / 2n) / unit
  const digits = rounded.toString().padStart(places + 1, "0")
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",")
  return `${amount < 0n && rounded > 0n ? "-" : ""}${whole}${places === 0 ? "" : `.${digits.slice(digits.length - places)}`}`
}

/** A whole number with its thousands set apart. */
export const grouped = (count: number | bigint): string => readable(BigInt(count), 0, 0)

/** `readable` with a + before what is above zero. */
export const signed = (amount: bigint, decimals: number, places: number): string => {
  const text = readable(amount, decimals, places)
  return /[1-9]/.test(text) && amount > 0n ? `+${text}` : text
}

/** A part of a whole in percent with two places and its sign; `-` of nothing. */
export const percentOf = (part: bigint, whole: bigint): string => (whole === 0n ? "-" : `${signed((part * 10_000n) / whole, 2, 2)} %`)
