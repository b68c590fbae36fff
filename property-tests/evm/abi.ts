import * as AbiFunction from "ox/AbiFunction"
import * as AbiParameters from "ox/AbiParameters"
import type * as Hex from "ox/Hex"

/** Bytes as lower-case hexadecimal digits after `0x`. */
export type Bytes = Hex.Hex

/** One contract function: `encode` makes its call data, `decode` reads what it returned (one value bare, several as a tuple; addresses in lower case). */
export interface Method<Inputs extends readonly unknown[], Output> {
  encode(...inputs: Inputs): Bytes
  decode(output: Bytes): Output
}

type Item<Signature extends string> = Extract<AbiFunction.from.ReturnType<Signature>, AbiFunction.AbiFunction>
// The library's arguments are the union of `[]` and the tuple of values in a tuple; for a function without arguments `[]` alone.
type Given<Signature extends string> = Extract<AbiFunction.encodeData.Args<Item<Signature>>, readonly [readonly unknown[]]>
type Inputs<Signature extends string> = [Given<Signature>] extends [never] ? [] : Given<Signature>[0]

/**
 * A function from its Solidity signature; the types of its arguments and results follow from the text.
 *
 *     const transfer = method("function transfer(address to, uint256 value) returns (bool)")
 *     await evm.call(alice, token, transfer.encode(bob, 5n))
 */
export function method<const Signature extends string>(
  signature: Signature,
): Method<Inputs<Signature>, AbiFunction.decodeResult.ReturnType<Item<Signature>>> {
  const item: AbiFunction.AbiFunction = AbiFunction.from(signature as string as "function f()")
  return {
    encode: (...inputs) => AbiFunction.encodeData(item, inputs),
    decode: (output) => AbiFunction.decodeResult(item, output, { checksumAddress: false }) as AbiFunction.decodeResult.ReturnType<Item<Signature>>,
  }
}

/** Encodes constructor arguments, to be passed to `evm.deploy`: `argumentsOf(["uint256"], [5n])`. */
export function argumentsOf(types: readonly string[], values: readonly unknown[]): Bytes {
  return AbiParameters.encode(AbiParameters.from(types.map((type, index) => `${type} a${index}`).join(", ")), values as never)
}

const errorSelector = "0x08c379a0"
const panicSelector = "0x4e487b71"

/** Words for what a refused call returned: the text of `Error(string)`, `"Panic(0x11)"`, a custom error's `"custom 0x12345678"`, or `"no reason"`. */
export function reasonOf(raw: Bytes): string {
  const selector = raw.slice(0, 10)
  try {
    if (selector === errorSelector) return AbiParameters.decode(AbiParameters.from("string"), `0x${raw.slice(10)}`)[0]
    if (selector === panicSelector) return `Panic(0x${BigInt(`0x${raw.slice(10)}`).toString(16).padStart(2, "0")})`
  } catch {
    return `malformed ${raw}`
  }
  return raw.length < 10 ? "no reason" : `custom ${selector}`
}
