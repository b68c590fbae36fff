/** Random operations on a vault without strategies: plain data, since that shrinks and prints well. Amounts are fixed when the state is known. */
import fc from "fast-check"

export const PEOPLE = ["alice", "bob", "carol"] as const
export type Person = (typeof PEOPLE)[number]

/** `part` millionths of what it is `of`, plus `plus`. `room` is what the limit on deposits leaves. */
export interface Size {
  readonly of: "units" | "purse" | "shares" | "assets" | "supply" | "room" | "price"
  readonly part: bigint
  readonly plus: bigint
}

export type Kind = "Deposit" | "Mint" | "Withdraw" | "Redeem" | "Payment"
export interface Operation {
  readonly kind: Kind
  readonly by: Person
  readonly amount: Size
}

/** What a vault is made of; `plain` stands for the contract without hooks. */
export interface Making {
  readonly plain: boolean
  readonly decimalsOffset: number
  readonly entryFeeBps: number
  readonly exitFeeBps: number
  readonly feesLeave: boolean
  readonly assetsMax: bigint
}

const PART = 1_000_000n
const MAX = 2n ** 256n - 1n
export const MAKINGS: readonly Making[] = [
  { plain: true, decimalsOffset: 0, entryFeeBps: 0, exitFeeBps: 0, feesLeave: false, assetsMax: MAX },
  { plain: false, decimalsOffset: 6, entryFeeBps: 0, exitFeeBps: 0, feesLeave: true, assetsMax: MAX },
  { plain: false, decimalsOffset: 0, entryFeeBps: 100, exitFeeBps: 250, feesLeave: true, assetsMax: MAX },
  { plain: false, decimalsOffset: 3, entryFeeBps: 1, exitFeeBps: 10_000, feesLeave: true, assetsMax: 10n ** 24n },
  { plain: false, decimalsOffset: 1, entryFeeBps: 30, exitFeeBps: 7, feesLeave: false, assetsMax: 2n ** 255n },
]

const units = (amount: bigint): Size => ({ of: "units", part: amount * PART, plus: 0n })
const around = (of: Size["of"]): fc.Arbitrary<Size> => fc.constantFrom(-1n, 0n, 1n).map((plus) => ({ of, part: PART, plus }))
const partOf = (of: Size["of"], most: bigint): fc.Arbitrary<Size> =>
  fc.record({ of: fc.constant(of), part: fc.oneof(fc.bigInt(0n, most), fc.bigInt(0n, 1000n)), plus: fc.constantFrom(0n, 0n, 1n) })

/** Every number of bits is as likely as any other. */
export const logUniform = (bitsMax: number): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 256n - 1n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))

export const size: fc.Arbitrary<Size> = fc.oneof(
  { weight: 14, arbitrary: partOf("shares", PART) },
  { weight: 4, arbitrary: partOf("assets", 2n * PART) },
  { weight: 5, arbitrary: logUniform(90).map(units) },
  { weight: 2, arbitrary: logUniform(255).map(units) },
  { weight: 5, arbitrary: around("shares") },
  { weight: 2, arbitrary: around("assets") },
  { weight: 1, arbitrary: around("supply") },
  { weight: 2, arbitrary: around("price") },
  { weight: 2, arbitrary: around("room") },
  { weight: 1, arbitrary: around("purse") },
  { weight: 2, arbitrary: fc.constantFrom(0n, 1n, 2n).map(units) },
)

const by = fc.constantFrom(...PEOPLE)
const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom<Kind>("Deposit", "Deposit", "Mint", "Withdraw", "Withdraw", "Redeem", "Redeem", "Payment"),
  by: fc.constantFrom<Person>("alice", "alice", "bob", "carol"),
  amount: size,
})

export interface Scenario {
  readonly making: Making
  /** Of one block: each person at most once, since a block's payments arrive in the next one. */
  readonly blocks: readonly (readonly Operation[])[]
}

const ofDifferentPeople = (operations: readonly Operation[]): readonly Operation[] =>
  operations.filter(({ by }, index) => operations.findIndex((other) => other.by === by) === index)

export const scenarioOf = (makings: readonly Making[]): fc.Arbitrary<Scenario> =>
  fc.record({
    making: fc.constantFrom(...makings),
    blocks: fc
      .tuple(
        fc.oneof(
          { weight: 4, arbitrary: fc.tuple(by, logUniform(80)).map(([by, amount]): Operation[] => [{ kind: "Deposit", by, amount: units(amount) }]) },
          // As an attacker begins: one share, then a donation.
          {
            weight: 1,
            arbitrary: logUniform(70).map((donated): Operation[] => [
              { kind: "Mint", by: "alice", amount: units(1n) },
              { kind: "Payment", by: "bob", amount: units(donated) },
            ]),
          },
        ),
        fc.array(fc.oneof({ weight: 4, arbitrary: fc.tuple(operation) }, { weight: 1, arbitrary: fc.array(operation, { minLength: 2, maxLength: 3 }) }), {
          minLength: 4,
          maxLength: 12,
        }),
      )
      .map(([first, blocks]) => [first, ...blocks].map(ofDifferentPeople)),
  })

/** What a size is measured by, for one person. */
export type Measures = Readonly<Record<Exclude<Size["of"], "units">, bigint>>

/** The amount, from 0 to 2^256 - 1. */
export const amountOf = ({ of, part, plus }: Size, measures: Measures): bigint => {
  const amount = ((of === "units" ? 1n : measures[of]) * part) / PART + plus
  return amount < 0n ? 0n : amount > MAX ? MAX : amount
}
