import { interned } from "./interned.ts"
import { LIMITS } from "./limits.ts"

/** Where an actor lives: words of letters, digits, dot, dash and underscore, joined by slashes (`amm/eth-usdc`, `alice`). */
export type Address = string
/** An asset's name: its issuer's address (`eth`), or that and a name of the issuer's choice (`amm/eth-usdc:shares`). */
export type AssetId = string

const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

const OTHER = 0
const FIRST = 1
const LATER = 2
const SLASH = 3
/** What a character may be in an address. A table, since every message names addresses: a regular expression takes several times as long. */
const ROLES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  return /[A-Za-z0-9]/.test(character) ? FIRST : /[._-]/.test(character) ? LATER : character === "/" ? SLASH : OTHER
})

export const isAddress = (value: unknown): value is Address => {
  if (typeof value !== "string" || value.length > LIMITS.addressLengthMax) return false
  let wordBegins = true
  for (let index = 0; index < value.length; index++) {
    const role = ROLES[value.charCodeAt(index)] ?? OTHER
    if (role === OTHER || (wordBegins && role !== FIRST)) return false
    wordBegins = role === SLASH
  }
  return !wordBegins
}

/** Whether a name can stand behind the slash of a spawned actor's address. */
export const isChildName = (value: unknown): value is string => typeof value === "string" && WORD.test(value)

export const isAssetId = (value: unknown): value is AssetId => {
  if (typeof value !== "string") return false
  const colon = value.indexOf(":")
  if (colon < 0) return isAddress(value)
  const name = value.slice(colon + 1)
  return isAddress(value.slice(0, colon)) && name.length <= LIMITS.assetNameLengthMax && WORD.test(name)
}

export { interned }

/** The fields of an object, texts interned: what an actor is created with is what its messages will name. */
export const internedFields = (fields: unknown): unknown =>
  typeof fields === "object" && fields !== null
    ? Object.fromEntries(Object.entries(fields).map(([name, value]: [string, unknown]) => [name, typeof value === "string" ? interned(value) : value]))
    : fields

/** The address of the only actor that may mint and burn the asset. */
export const issuerOf = (asset: AssetId): Address => {
  const colon = asset.indexOf(":")
  return colon < 0 ? asset : asset.slice(0, colon)
}

/** The asset that `issuer` calls `name`. */
export const assetOf = (issuer: Address, name: string): AssetId => interned(`${issuer}:${name}`)

/** 32-bit FNV-1a with a final avalanche: equal on every machine, and level over the slots. */
export const hashText = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The slot, 0 to 1,023, that an address belongs to wherever it runs. */
export const slotOf = (address: Address): number => slotOfHash(hashText(address))

/**
 * The slot of an address with this hash, be its bits read as a signed number or not. By a mask: slots are a power of two, and the remainder of what may
 * be above 2^31, by a number that comes out of an object, was taken in floating point and kept as a boxed number.
 */
export const slotOfHash = (hash: number): number => hash & SLOT_MASK
const SLOT_MASK = LIMITS.slots - 1
