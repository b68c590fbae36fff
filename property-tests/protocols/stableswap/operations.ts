/** Random operations on a stable pool: plain data, since that shrinks and prints well; amounts are fixed only when the pool's state is known. */
import fc from "fast-check"

export const PEOPLE = ["alice", "bob", "owner"] as const
export type Person = (typeof PEOPLE)[number]

/** `part` millionths of a balance (of shares: of the sender's), plus `plus`; or just `plus`. */
export interface Size {
  readonly part: bigint
  readonly plus: bigint
}

export type Operation = { readonly by: Person; readonly later: number } & (
  | { readonly kind: "Swap"; readonly sold: number; readonly bought: number; readonly size: Size; readonly minimumBeyond: bigint | null }
  | { readonly kind: "AddLiquidity"; readonly sizes: readonly Size[] }
  | { readonly kind: "RemoveLiquidity"; readonly size: Size }
  | { readonly kind: "RemoveLiquidityImbalance"; readonly sizes: readonly Size[]; readonly maximum: Size }
  | { readonly kind: "RemoveLiquidityOneCoin"; readonly coin: number; readonly size: Size }
  | { readonly kind: "Donation"; readonly coin: number; readonly size: Size }
  | { readonly kind: "RampA"; readonly factorE3: bigint; readonly seconds: number }
  | { readonly kind: "CommitFee"; readonly feeE10: bigint; readonly adminFeeE10: bigint }
  | { readonly kind: "StopRampA" | "ApplyFee" | "RevertFee" | "WithdrawAdminFees" | "DonateAdminFees" }
)

export interface Scenario {
  readonly decimals: readonly number[]
  readonly amplification: bigint
  readonly feeE10: bigint
  readonly adminFeeE10: bigint
  /** In whole coins; the first deposit. */
  readonly first: readonly bigint[]
  readonly operations: readonly Operation[]
}

const MILLION = 1_000_000n
const logUniform = (bitsMax: number): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 130n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))

const size: fc.Arbitrary<Size> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ part: fc.bigInt(0n, 300_000n), plus: fc.constantFrom(0n, 1n) }) },
  { weight: 3, arbitrary: logUniform(90).map((plus) => ({ part: 0n, plus })) },
  { weight: 1, arbitrary: fc.record({ part: fc.constantFrom(MILLION, 3n * MILLION), plus: fc.constantFrom(-1n, 0n, 1n) }) },
  { weight: 1, arbitrary: fc.constantFrom(1n, 2n).map((plus) => ({ part: 0n, plus })) },
)
const orNothing = fc.oneof({ weight: 3, arbitrary: size }, { weight: 1, arbitrary: fc.constant({ part: 0n, plus: 0n }) })
const sharesSize: fc.Arbitrary<Size> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ part: fc.bigInt(1n, 400_000n), plus: fc.constant(0n) }) },
  { weight: 1, arbitrary: fc.record({ part: fc.constant(MILLION), plus: fc.constantFrom(-1n, 0n) }) },
  { weight: 1, arbitrary: fc.constantFrom(1n, 2n).map((plus) => ({ part: 0n, plus })) },
)

const operation = (coins: number): fc.Arbitrary<Operation> => {
  const coin = fc.nat(coins - 1)
  const list = (of: fc.Arbitrary<Size>) => fc.array(of, { minLength: coins, maxLength: coins })
  const owner = fc.constantFrom<Person>("owner", "owner", "owner", "bob")
  const trader = fc.constantFrom<Person>("alice", "alice", "bob", "owner")
  const later = fc.constantFrom(0, 1, 3_600, 86_400, 259_200)
  const of = <K extends Operation["kind"], R extends object>(kind: K, by: fc.Arbitrary<Person>, rest: { [F in keyof R]: fc.Arbitrary<R[F]> }) =>
    fc.record({ kind: fc.constant(kind), by, later, ...rest } as never) as unknown as fc.Arbitrary<Operation>
  return fc.oneof(
    { weight: 10, arbitrary: of("Swap", trader, { sold: coin, bought: coin, size, minimumBeyond: fc.constantFrom(null, null, -1n, 0n, 1n) }) },
    { weight: 5, arbitrary: of("AddLiquidity", trader, { sizes: list(orNothing) }) },
    { weight: 3, arbitrary: of("RemoveLiquidity", trader, { size: sharesSize }) },
    { weight: 4, arbitrary: of("RemoveLiquidityImbalance", trader, { sizes: list(orNothing), maximum: sharesSize }) },
    { weight: 4, arbitrary: of("RemoveLiquidityOneCoin", trader, { coin, size: sharesSize }) },
    { weight: 1, arbitrary: of("Donation", trader, { coin, size }) },
    { weight: 2, arbitrary: of("RampA", owner, { factorE3: fc.constantFrom(90n, 100n, 500n, 1_000n, 3_000n, 10_000n, 10_001n), seconds: fc.constantFrom(86_399, 86_400, 400_000) }) },
    { weight: 1, arbitrary: of("StopRampA", owner, {}) },
    { weight: 2, arbitrary: of("CommitFee", owner, { feeE10: fc.constantFrom(0n, 4_000_000n, 5_000_000_000n, 5_000_000_001n), adminFeeE10: fc.constantFrom(0n, 10_000_000_000n, 10_000_000_001n) }) },
    { weight: 3, arbitrary: of("ApplyFee", owner, {}).map((operation) => ({ ...operation, later: 259_200 })) },
    { weight: 1, arbitrary: of("RevertFee", owner, {}) },
    { weight: 1, arbitrary: of("WithdrawAdminFees", owner, {}) },
    { weight: 1, arbitrary: of("DonateAdminFees", owner, {}) },
  )
}

export const scenario: fc.Arbitrary<Scenario> = fc.integer({ min: 2, max: 5 }).chain((coins) =>
  fc.record({
    decimals: fc.array(fc.constantFrom(18, 18, 6, 8, 2), { minLength: coins, maxLength: coins }),
    amplification: fc.constantFrom(1n, 10n, 100n, 2_000n, 999_999n),
    feeE10: fc.constantFrom(0n, 4_000_000n, 30_000_000n, 5_000_000_000n),
    adminFeeE10: fc.constantFrom(0n, 5_000_000_000n, 10_000_000_000n),
    first: fc.array(fc.oneof(fc.bigInt(1n, 10n ** 9n), fc.constant(1_000_000n)), { minLength: coins, maxLength: coins }),
    operations: fc.array(operation(coins), { minLength: 4, maxLength: 10 }),
  }),
)

/** The amount, never below 0. */
export const amountOf = ({ part, plus }: Size, whole: bigint): bigint => {
  const amount = (whole * part) / MILLION + plus
  return amount < 0n ? 0n : amount
}
