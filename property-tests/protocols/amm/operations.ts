/** Random operations on a pool: plain data, since that shrinks and prints well. Amounts are fixed only when the pool's state is known. */
import fc from "fast-check"

export const TRADERS = ["alice", "bob", "carol", "dave"] as const
/** Sets the receiver of the protocol fee; holds nothing at first. */
export const SETTER = "setter"
export const PEOPLE = [...TRADERS, SETTER] as const

export type Trader = (typeof TRADERS)[number]
export type Person = (typeof PEOPLE)[number]
export type Side = "x" | "y"

/** `part` millionths of what it is `of`, plus `plus`; `units` counts single units. `room` is what the pool may still take, `excess` what it has beyond its reserve. */
export interface Size {
  readonly of: "units" | "reserve" | "room" | "excess" | "purse"
  readonly part: bigint
  readonly plus: bigint
}

export type Operation =
  | { readonly kind: "AddLiquidity"; readonly by: Trader; readonly x: Size; readonly y: Size }
  | { readonly kind: "RemoveLiquidity"; readonly by: Trader; readonly shares: Size }
  | { readonly kind: "Swap"; readonly by: Trader; readonly sells: Side; readonly amount: Size; readonly minimumBeyond: bigint | null }
  | { readonly kind: "SwapForExact"; readonly by: Trader; readonly sells: Side; readonly out: Size; readonly maximumBeyond: bigint | "nothing" }
  | {
      readonly kind: "Exchange"
      readonly by: Trader
      readonly in: Readonly<Record<Side, Size>>
      readonly out: Readonly<Record<Side, Size>>
      /** Asks on this side for the most that k allows, plus `plus`. */
      readonly edge: { readonly side: Side; readonly plus: bigint } | null
    }
  | { readonly kind: "Payment"; readonly by: Trader; readonly side: Side; readonly amount: Size }
  | { readonly kind: "Skim" | "Sync"; readonly by: Trader }
  | { readonly kind: "SetFeeTo"; readonly by: Person; readonly feeTo: Person | null }

export type Kind = Operation["kind"]

export interface OperationBlock {
  /** Seconds since the block before. */
  readonly later: number
  readonly operations: readonly Operation[]
}

export interface Scenario {
  /** Seconds since 1970-01-01 00:00 UTC. */
  readonly time: number
  readonly blocks: readonly OperationBlock[]
}

const PART = 1_000_000n
const units = (amount: bigint): Size => ({ of: "units", part: amount * PART, plus: 0n })

const around = (of: Size["of"]): fc.Arbitrary<Size> => fc.constantFrom(-1n, 0n, 1n).map((plus) => ({ of, part: PART, plus }))

const partOf = (of: Size["of"], most: bigint): fc.Arbitrary<Size> =>
  fc.record({ of: fc.constant(of), part: fc.oneof(fc.bigInt(0n, most), fc.bigInt(0n, 1000n)), plus: fc.constantFrom(0n, 0n, 1n) })

/** Every number of bits is as likely as any other. */
const logUniform = (bitsMax: number): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 130n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))

const size: fc.Arbitrary<Size> = fc.oneof(
  { weight: 10, arbitrary: partOf("reserve", 2n * PART) },
  { weight: 5, arbitrary: logUniform(118).map(units) },
  { weight: 3, arbitrary: around("reserve") },
  { weight: 2, arbitrary: fc.constantFrom(0n, 1n, 2n).map(units) },
  { weight: 2, arbitrary: around("room") },
  { weight: 1, arbitrary: around("excess") },
  { weight: 1, arbitrary: around("purse") },
)
const nothing = units(0n)
const mostlyNothing = fc.oneof({ weight: 3, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: size })
/** Shares that somebody holds: mostly some of them, sometimes all, or one too many. */
const sharesSize = fc.oneof(
  { weight: 6, arbitrary: partOf("purse", PART) },
  { weight: 3, arbitrary: around("purse") },
  { weight: 2, arbitrary: fc.constantFrom(0n, 1n, 2n).map(units) },
)

const by = fc.constantFrom(...TRADERS)
/** Alice makes the first deposit: whoever has shares is most often she. */
const holder = fc.constantFrom<Trader>("alice", "alice", "alice", "alice", "bob", "carol")
const side = fc.constantFrom<Side>("x", "y")
const sides = (arbitrary: fc.Arbitrary<Size>) => fc.record({ x: arbitrary, y: arbitrary })
const kind = <K extends Kind>(name: K) => fc.constant(name)

/** Thousands of one asset for 997 of the same: k, less the fee, stays exactly what it was. */
const sameAsset = fc.tuple(by, side, logUniform(90)).map(([by, side, thousands]): Operation => ({
  kind: "Exchange",
  by,
  in: { x: nothing, y: nothing, [side]: units(1_000n * thousands) },
  out: { x: nothing, y: nothing },
  edge: { side, plus: 0n },
}))

const exchange = fc.oneof(
  // One side in, the most of one side out, or one more.
  fc.record({
    kind: kind("Exchange"),
    by,
    in: fc.oneof(fc.record({ x: size, y: fc.constant(nothing) }), fc.record({ x: fc.constant(nothing), y: size })),
    out: fc.constant({ x: nothing, y: nothing }),
    edge: fc.record({ side, plus: fc.constantFrom(0n, 0n, 1n) }),
  }),
  fc.record({
    kind: kind("Exchange"),
    by,
    in: sides(mostlyNothing),
    out: sides(mostlyNothing),
    edge: fc.option(fc.record({ side, plus: fc.constantFrom(0n, 1n) })),
  }),
)

const swap = fc.record({
  kind: kind("Swap"),
  by,
  sells: side,
  amount: size,
  minimumBeyond: fc.constantFrom(null, null, -1n, 0n, 1n),
})

const swapForExact = fc.record({
  kind: kind("SwapForExact"),
  by,
  sells: side,
  out: size,
  maximumBeyond: fc.constantFrom<bigint | "nothing">(-1n, 0n, 0n, 1n, 1000n, "nothing"),
})

const setFeeTo = fc.record({
  kind: kind("SetFeeTo"),
  by: fc.constantFrom<Person>(SETTER, SETTER, SETTER, "alice"),
  feeTo: fc.constantFrom<Person | null>(SETTER, SETTER, "bob", null),
})

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: swap },
  { weight: 8, arbitrary: exchange },
  { weight: 1, arbitrary: sameAsset },
  { weight: 6, arbitrary: swapForExact },
  { weight: 6, arbitrary: fc.record({ kind: kind("AddLiquidity"), by: holder, x: size, y: size }) },
  { weight: 6, arbitrary: fc.record({ kind: kind("RemoveLiquidity"), by: holder, shares: sharesSize }) },
  { weight: 4, arbitrary: fc.record({ kind: kind("Payment"), by, side, amount: size }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("Skim"), by }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("Sync"), by }) },
  { weight: 2, arbitrary: setFeeTo },
)

/** The first deposit: ordinary, tiny, next to the limit of a reserve, or of very different amounts. */
const firstAmounts: fc.Arbitrary<readonly [bigint, bigint]> = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(fc.bigInt(10n ** 6n, 10n ** 24n), fc.bigInt(10n ** 6n, 10n ** 24n)) },
  { weight: 10, arbitrary: fc.tuple(fc.bigInt(998n, 5000n), fc.bigInt(998n, 5000n)) },
  { weight: 5, arbitrary: fc.tuple(fc.bigInt(2n ** 112n - 4n, 2n ** 112n), fc.bigInt(2n ** 112n - 4n, 2n ** 112n)) },
  { weight: 10, arbitrary: fc.tuple(logUniform(112), logUniform(112)) },
  { weight: 1, arbitrary: fc.constant([2n ** 128n, 2n ** 128n] as const) },
)
const feeOn: Operation = { kind: "SetFeeTo", by: SETTER, feeTo: SETTER }
const firstDeposit = firstAmounts.map(([x, y]): Operation => ({ kind: "AddLiquidity", by: "alice", x: units(x), y: units(y) }))

const later = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40) },
)

const operationBlock: fc.Arbitrary<OperationBlock> = fc.record({
  later,
  operations: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(operation) },
    { weight: 1, arbitrary: fc.array(operation, { minLength: 2, maxLength: 4 }) },
  ),
})

/** About `blocksMax` blocks, mostly of one operation. One scenario in ten begins without a deposit. */
export const scenarioOf = (blocksMin: number, blocksMax: number): fc.Arbitrary<Scenario> =>
  fc.record({
    time: fc.constantFrom(1_700_000_000, 2 ** 32 - 50_000),
    blocks: fc
      .tuple(
        fc.oneof(
          { weight: 5, arbitrary: firstDeposit.map((deposit) => [deposit]) },
          { weight: 4, arbitrary: firstDeposit.map((deposit) => [feeOn, deposit]) },
          { weight: 1, arbitrary: fc.constant([]) },
        ),
        fc.array(operationBlock, { minLength: blocksMin, maxLength: blocksMax }),
      )
      .map(([first, blocks]) => [{ later: 0, operations: first }, ...blocks]),
  })

/** What a size is measured by, on one side. */
export interface Measures {
  readonly reserve: bigint
  readonly balance: bigint
  readonly purse: bigint
}

const RESERVE_MAX = 2n ** 112n - 1n

/** The amount, never below 0. */
export const amountOf = ({ of, part, plus }: Size, { reserve, balance, purse }: Measures): bigint => {
  const room = balance > RESERVE_MAX ? 0n : RESERVE_MAX - balance
  const whole = { units: 1n, reserve, room, excess: balance - reserve, purse }[of]
  const amount = (whole * part) / PART + plus
  return amount < 0n ? 0n : amount
}
