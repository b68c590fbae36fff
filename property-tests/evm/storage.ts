import * as Hash from "ox/Hash"

/**
 * Where Solidity puts things: contracts are compared by the words of their storage, which costs a hundredth of a call of their getters.
 * See "Layout of State Variables in Storage" in Solidity's documentation.
 */

/** A number without sign that shares a word: `bits` of them from bit `from`, the lowest being 0. */
export const field = (word: bigint, from: number, bits: number): bigint => BigInt.asUintN(bits, word >> BigInt(from))

/** A number with a sign. */
export const signed = (word: bigint, from: number, bits: number): bigint => BigInt.asIntN(bits, word >> BigInt(from))

/** Digits without `0x`; negative numbers as their two's complement. */
export const hex = (value: bigint, bits: number): string => BigInt.asUintN(bits, value).toString(16).padStart(bits / 4, "0")

const slots = new Map<string, bigint>()

/** Where the mapping at a slot keeps what belongs to a key. */
export function slotOf(key: bigint, mapping: bigint): bigint {
  const packed = `0x${hex(key, 256)}${hex(mapping, 256)}` as const
  let slot = slots.get(packed)
  if (slot === undefined) slots.set(packed, (slot = BigInt(Hash.keccak256(packed))))
  return slot
}
