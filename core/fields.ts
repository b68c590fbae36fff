import { isAddress, isAssetId } from "./address.ts"
import type * as Names from "./address.ts"
import type { Codec, Issue, Shape } from "./codec.ts"
import { LIMITS } from "./limits.ts"

/** The scalar field types. Each refuses every value outside its range by name. */

/** Codecs whose `check` asks for the kind and the range of their `shape` and for nothing else. A copy of one with a check of its own is none. */
const ranges = new WeakSet<Codec<any>>()

/** The largest value where a codec takes exactly the bigints from 0 to it. */
export const uintMaximum = (codec: Codec<any>): bigint | undefined => (codec.shape?.kind === "uint" && ranges.has(codec) ? codec.shape.maximum : undefined)

const same = (left: unknown, right: unknown): boolean => left === right

const scalar = <A>(
  expected: string,
  bytesMax: number,
  valid: (value: unknown) => boolean,
  shape: Shape,
  rest: Pick<Codec<A>, "write" | "read"> & Partial<Pick<Codec<A>, "toJson" | "fromJson">>,
): Codec<A> => {
  const issue = (value: unknown): Issue => ({ path: "", expected, value })
  return {
    expected,
    bytesMax,
    shape,
    check: (value) => (valid(value) ? undefined : issue(value)),
    equal: same,
    toJson: (value) => value,
    fromJson: (json) => json,
    ...rest,
  }
}

const decimalToBigint = (json: unknown): unknown => (typeof json === "string" && /^-?[0-9]{1,100}$/.test(json) ? BigInt(json) : json)

/** A bigint from 0 to 2^bits - 1. */
export const Uint = (bits: number): Codec<bigint> => {
  const maximum = 2n ** BigInt(bits) - 1n
  const codec: Codec<bigint> = scalar(`a bigint from 0 to 2^${bits} - 1`, 33, (value) => typeof value === "bigint" && value >= 0n && value <= maximum, { kind: "uint", maximum }, {
    write: (writer, value) => writer.uint(value),
    read(reader) {
      const value = reader.uint()
      return value <= maximum ? value : reader.fail(`${value} is above 2^${bits} - 1`)
    },
    toJson: String,
    fromJson: decimalToBigint,
  })
  ranges.add(codec)
  return codec
}

/** An amount in an asset's smallest unit, 0 to 2^256 - 1. */
export const Amount: Codec<bigint> = Uint(256)

/** A fixed-point number with 18 decimals, 0 to 2^256 - 1: a price of 1.0 is 10^18. */
export const Wad: Codec<bigint> = Uint(256)

/** An unsigned fixed-point number with 112 integer and 112 fractional bits, as in Uniswap v2. */
export const UQ112x112: Codec<bigint> = Uint(224)

/** A bigint from -(2^256 - 1) to 2^256 - 1. */
export const SignedInteger: Codec<bigint> = scalar(
  "a bigint from -(2^256 - 1) to 2^256 - 1",
  34,
  (value) => typeof value === "bigint" && value >= -LIMITS.amountMax && value <= LIMITS.amountMax,
  { kind: "signed", maximum: LIMITS.amountMax },
  {
    write(writer, value) {
      writer.u8(value < 0n ? 1 : 0)
      writer.uint(value < 0n ? -value : value)
    },
    read(reader) {
      const sign = reader.u8()
      const magnitude = reader.uint()
      if (sign > 1 || (sign === 1 && magnitude === 0n)) reader.fail(`sign ${sign} before ${magnitude}`)
      return sign === 1 ? -magnitude : magnitude
    },
    toJson: String,
    fromJson: decimalToBigint,
  },
)

/** A number that is an integer from `minimum` to `maximum`, both at most 2^53 - 1 and not negative. */
export const Integer = (minimum: number, maximum: number): Codec<number> =>
  scalar(
    `an integer from ${minimum} to ${maximum}`,
    8,
    (value) => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum && !Object.is(value, -0),
    { kind: "integer", minimum, maximum },
    {
      write: (writer, value) => writer.varint(value),
      read(reader) {
        const value = reader.varint()
        return value >= minimum && value <= maximum ? value : reader.fail(`${value} is not from ${minimum} to ${maximum}`)
      },
    },
  )

/** A count, from 0 to 2^53 - 1. */
export const Count: Codec<number> = Integer(0, Number.MAX_SAFE_INTEGER)
/** A block's height. */
export const Height: Codec<number> = Integer(0, LIMITS.heightMax)
/** Seconds since 1970-01-01 00:00 UTC. */
export const Seconds: Codec<number> = Integer(0, Number.MAX_SAFE_INTEGER)
/** Hundredths of a basis point, 0 to 1,000,000: a fee of 0.3 % is 3,000. */
export const Pips: Codec<number> = Integer(0, 1_000_000)

export const Bool: Codec<boolean> = scalar("true or false", 1, (value) => typeof value === "boolean", { kind: "bool" }, {
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read(reader) {
    const mark = reader.u8()
    return mark > 1 ? reader.fail(`mark ${mark} for a truth value`) : mark === 1
  },
})

const textual = (expected: string, lengthMax: number, shape: Shape, valid: (value: unknown) => boolean): Codec<string> =>
  scalar(expected, 8 + 3 * lengthMax, valid, shape, {
    write: (writer, value) => writer.text(value),
    read(reader) {
      const value = reader.name()
      return valid(value) ? value : reader.fail(`"${value}" is not ${expected}`)
    },
  })

/** Text of at most `lengthMax` UTF-16 units, without lone surrogates. */
export const Text = (lengthMax: number): Codec<string> =>
  textual(`text of at most ${lengthMax} characters`, lengthMax, { kind: "text", lengthMax }, (value) =>
    typeof value === "string" && value.length <= lengthMax && value.isWellFormed())

export type Address = Names.Address
/** The address of an actor, whether or not one lives there. */
export const Address: Codec<string> = textual("an address, such as amm/eth-usdc", LIMITS.addressLengthMax, { kind: "address" }, isAddress)
export type AssetId = Names.AssetId
/** The name of an asset, such as `eth` or `amm/eth-usdc:shares`. */
export const AssetId: Codec<string> = textual(
  "an asset, such as eth or amm/eth-usdc:shares",
  LIMITS.addressLengthMax + 1 + LIMITS.assetNameLengthMax,
  { kind: "asset" },
  isAssetId,
)
/** A short text in a built-in failure: an operation's name, an address, an asset. */
export const Operation: Codec<string> = Text(400)
