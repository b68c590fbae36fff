/** 10^18: the unit of prices. A wad price of 1.5 is 1_500_000_000_000_000_000n. */
export const WAD = 10n ** 18n

/** Largest price, in wad. Leaves room below 2^256 for a product of a price and a token amount. */
export const PRICE_MAX = 10n ** 30n * WAD

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,18}))?$/

/** The exact wad of a plain decimal such as `1848.12`; undefined for anything that is none, or that a wad cannot hold exactly. */
export const parseWad = (text: string): bigint | undefined => {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  // Digits are appended, never multiplied as a Number, so 0.1 is exactly a tenth.
  const wad = BigInt((match[2] as string) + (match[3] ?? "").padEnd(18, "0"))
  return match[1] === "-" ? -wad : wad
}
