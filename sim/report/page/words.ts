import type { UnitData } from "../data.ts"

/** Numbers, amounts and times as the page tells them: the same everywhere, no locale is asked. */

/** A number with its thousands set apart and so many decimal places. */
export const numberWords = (value: number, places: number): string => {
  const [whole = "0", part] = Math.abs(value).toFixed(Math.max(0, places)).split(".")
  const text = `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${part === undefined ? "" : `.${part}`}`
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

/** The same with its unit. */
export const amountWords = (value: number, unit: UnitData): string => {
  if (Number.isNaN(value)) return "none"
  return unit.name === "" ? numberWords(value, unit.places) : `${numberWords(value, unit.places)} ${unit.name}`
}

const SCALES = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]] as const

/** Short, for axes: 1.5M, 20k, 0.25. */
export const axisWords = (value: number): string => {
  const size = Math.abs(value)
  const sign = value < 0 ? "−" : ""
  for (const [scale, letter] of SCALES) if (size >= 10 * scale || (size >= scale && scale > 1e3)) return `${sign}${trimmed(size / scale, 2)}${letter}`
  return size >= 1000 ? `${sign}${numberWords(size, 0)}` : `${sign}${trimmed(size, 4)}`
}

const trimmed = (value: number, places: number): string => String(Number(value.toFixed(places)))

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `Jan 3, 14:05` in UTC, or `Jan 3, 14:05:36`. */
export const timeWords = (seconds: number, precise = false): string => {
  const date = new Date(seconds * 1000)
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}${precise ? `:${twoDigits(date.getUTCSeconds())}` : ""}`
}

const twoDigits = (value: number): string => String(value).padStart(2, "0")

/** `6 min`, `1.5 h`, `2 days`. */
export const spanWords = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${trimmed(seconds / 60, 1)} min`
  return seconds < 172_800 ? `${trimmed(seconds / 3600, 1)} h` : `${trimmed(seconds / 86_400, 1)} days`
}

/** `1 block`, `32 blocks`. */
export const counted = (count: number, noun: string): string => `${numberWords(count, 0)} ${noun}${count === 1 ? "" : "s"}`

/** A failure's or message's own name, without its protocol: `amm/SlippageExceeded` is `SlippageExceeded`. */
export const ownName = (name: string): string => name.slice(name.lastIndexOf("/") + 1)

/** Exact amounts get long: at most six digits behind the point, and dots for the rest. */
export const briefAmount = (text: string): string => text.replace(/(\.\d{6})\d+/, "$1…")
