import { LIMITS } from "./limits.ts"

/** Where an actor lives: words of letters, digits, dot, dash and underscore, joined by slashes (`amm/eth-usdc`, `alice`). */
export type Address = string
/** An asset's name: its issuer's address (`eth`), or that and a name of the issuer's choice (`amm/eth-usdc:shares`). */
export type AssetId = string

const WORDS = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

export const isAddress = (value: unknown): value is Address =>
  typeof value === "string" && value.length <= LIMITS.addressLengthMax && WORDS.test(value)

/** Whether a name can stand behind the slash of a spawned actor's address. */
export const isChildName = (value: unknown): value is string => typeof value === "string" && WORD.test(value)

export const isAssetId = (value: unknown): value is AssetId => {
  if (typeof value !== "string") return false
  const colon = value.indexOf(":")
  if (colon < 0) return isAddress(value)
  const name = value.slice(colon + 1)
  return isAddress(value.slice(0, colon)) && name.length <= LIMITS.assetNameLengthMax && WORD.test(name)
}

/** The address of the only actor that may mint and burn the asset. */
export const issuerOf = (asset: AssetId): Address => {
  const colon = asset.indexOf(":")
  return colon < 0 ? asset : asset.slice(0, colon)
}

/** The asset that `issuer` calls `name`. */
export const assetOf = (issuer: Address, name: string): AssetId => `${issuer}:${name}`

/** 32-bit FNV-1a with a final avalanche: equal on every machine, and level over the slots. */
export const hashText = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The slot, 0 to 1,023, that an address belongs to wherever it runs. */
export const slotOf = (address: Address): number => hashText(address) % LIMITS.slots
