/** Random operations on a lending market: plain data, since that shrinks and prints well. Amounts are fixed only when the market's state is known. */
import fc from "fast-check"

export const TRADERS = ["alice", "bob", "carol", "dave"] as const
/** Owns the market and receives its fee, at first. */
export const OWNER = "owner"
export const PEOPLE = [...TRADERS, OWNER] as const
export type Person = (typeof PEOPLE)[number]

/**
 * `part` millionths of what it is `of`, plus `plus`. Units count single units; `room` is what a total may still take; `position` what the account has
 * of what the operation takes; `capacity` what it may still borrow (or withdraw of its collateral); `seizable` the most that
 * a liquidation can take; `worth` is the collateral that is worth all that
 * is supplied.
 */
export interface Size {
  readonly of: "units" | "supplied" | "liquidity" | "borrowed" | "room" | "position" | "capacity" | "seizable" | "worth"
  readonly part: bigint
  readonly plus: bigint
}

/** Which of both amounts is given: shares (of a liquidation: to repay), assets (of a liquidation: to seize), wrongly both or neither. */
export type Mode = "assets" | "shares" | "both" | "neither"

export type Operation =
  | { readonly kind: "Supply" | "Repay"; readonly by: Person; readonly onBehalf: Person; readonly mode: Mode; readonly size: Size; readonly beyond: bigint }
  | { readonly kind: "Withdraw" | "Borrow"; readonly by: Person; readonly onBehalf: Person; readonly receiver: Person; readonly mode: Mode; readonly size: Size }
  | { readonly kind: "SupplyCollateral"; readonly by: Person; readonly onBehalf: Person; readonly size: Size }
  | { readonly kind: "WithdrawCollateral"; readonly by: Person; readonly onBehalf: Person; readonly receiver: Person; readonly size: Size }
  | { readonly kind: "Liquidate"; readonly by: Person; readonly borrower: Person; readonly mode: Mode; readonly size: Size; readonly beyond: bigint }
  | { readonly kind: "AccrueInterest"; readonly by: Person }
  | { readonly kind: "SetAuthorization"; readonly by: Person; readonly authorized: Person; readonly isAuthorized: boolean }
  | { readonly kind: "SetFee"; readonly by: Person; readonly fee: bigint }
  | { readonly kind: "SetFeeRecipient"; readonly by: Person; readonly feeRecipient: Person }
  | { readonly kind: "SetOwner"; readonly by: Person; readonly owner: Person }

export type Kind = Operation["kind"]

export interface OperationBlock {
  /** Seconds since the block before. */
  readonly later: number
  /** Millionths of the first price; or that there is none, or an old one. */
  readonly price: number | "none" | "stale"
  readonly operations: readonly Operation[]
}

export interface Scenario {
  readonly lltv: bigint
  /** A wad. */
  readonly price: bigint
  readonly blocks: readonly OperationBlock[]
}

export const PART = 1_000_000n
const WAD = 10n ** 18n
const units = (amount: bigint): Size => ({ of: "units", part: amount * PART, plus: 0n })

const around = (of: Size["of"]): fc.Arbitrary<Size> => fc.constantFrom(-1n, 0n, 0n, 1n).map((plus) => ({ of, part: PART, plus }))
const partOf = (of: Size["of"], most: bigint): fc.Arbitrary<Size> =>
  fc.record({ of: fc.constant(of), part: fc.bigInt(0n, most), plus: fc.constantFrom(0n, 0n, 1n) })

/** Every number of bits is as likely as any other. */
export const logUniform = (bitsMax: number): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 260n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))

const rarely = (usual: fc.Arbitrary<Size>): fc.Arbitrary<Size> =>
  fc.oneof(
    { weight: 20, arbitrary: usual },
    { weight: 2, arbitrary: logUniform(130).map(units) },
    { weight: 2, arbitrary: fc.constantFrom(0n, 1n, 2n).map(units) },
    { weight: 1, arbitrary: around("room") },
    { weight: 1, arbitrary: logUniform(190).map(units) },
  )

const sizes = {
  in: rarely(fc.oneof(partOf("supplied", 2n * PART), partOf("worth", PART))),
  out: rarely(fc.oneof(around("position"), partOf("position", PART), around("liquidity"), partOf("liquidity", PART))),
  borrowed: rarely(fc.oneof(around("capacity"), partOf("capacity", PART), around("liquidity"), partOf("liquidity", PART))),
  repaid: rarely(fc.oneof(around("position"), partOf("position", PART), partOf("position", PART))),
  collateralOut: rarely(fc.oneof(around("capacity"), partOf("capacity", PART), around("position"), partOf("position", PART))),
  liquidated: rarely(fc.oneof(around("seizable"), around("seizable"), partOf("seizable", PART), around("position"))),
}

const by = fc.constantFrom<Person>(...PEOPLE)
/** Who lends, who borrows, who liquidates: the first is the most likely. */
const lender = fc.constantFrom<Person>("alice", "alice", "alice", "carol", OWNER)
const borrower = fc.constantFrom<Person>("bob", "bob", "bob", "bob", "bob", "bob", "bob", "dave", "alice")
const kind = <K extends Kind>(name: K) => fc.constant(name)
const mode = fc.oneof({ weight: 20, arbitrary: fc.constantFrom<Mode>("assets", "shares") }, { weight: 1, arbitrary: fc.constantFrom<Mode>("both", "neither") })
/** What is attached beyond the cost. */
const beyond = fc.constantFrom(0n, 0n, 0n, 1_000n, 1_000n, -1n)

/** Mostly the account itself acts; sometimes another, who may be authorised. */
const acting = (account: fc.Arbitrary<Person>) =>
  fc
    .tuple(account, fc.constantFrom<Person>("dave", "dave", "dave", "carol"), fc.nat(4), by)
    .map(([onBehalf, other, chance, receiver]) => ({ onBehalf, by: chance === 0 ? other : onBehalf, receiver }))
const paying = (account: fc.Arbitrary<Person>) => acting(account).map(({ onBehalf, by }) => ({ onBehalf, by }))

const supply = fc.tuple(paying(lender), kind("Supply"), mode, sizes.in, beyond).map(([who, kind, mode, size, beyond]): Operation => ({ ...who, kind, mode, size, beyond }))
const withdraw = fc.tuple(acting(lender), kind("Withdraw"), mode, sizes.out).map(([who, kind, mode, size]): Operation => ({ ...who, kind, mode, size }))
const borrow = fc.tuple(acting(borrower), kind("Borrow"), mode, sizes.borrowed).map(([who, kind, mode, size]): Operation => ({ ...who, kind, mode, size }))
const repay = fc.tuple(paying(borrower), kind("Repay"), mode, sizes.repaid, beyond).map(([who, kind, mode, size, beyond]): Operation => ({ ...who, kind, mode, size, beyond }))
const supplyCollateral = fc.tuple(paying(borrower), kind("SupplyCollateral"), sizes.in).map(([who, kind, size]): Operation => ({ ...who, kind, size }))
const withdrawCollateral = fc
  .tuple(acting(borrower), kind("WithdrawCollateral"), sizes.collateralOut)
  .map(([who, kind, size]): Operation => ({ ...who, kind, size }))
const liquidate = fc.record({ kind: kind("Liquidate"), by, borrower: fc.constantFrom<Person>("bob", "bob", "bob", "bob", "bob", "dave"), mode, size: sizes.liquidated, beyond })
const setAuthorization = fc.record({ kind: kind("SetAuthorization"), by: fc.oneof(lender, borrower), authorized: by, isAuthorized: fc.boolean() })
const owner = fc.constantFrom<Person>(OWNER, OWNER, OWNER, OWNER, "carol", "alice")
const setFee = fc.record({
  kind: kind("SetFee"),
  by: owner,
  fee: fc.oneof(fc.constantFrom(0n, WAD / 10n, WAD / 4n, WAD / 4n + 1n, WAD), fc.bigInt(0n, WAD / 4n)),
})

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: supply },
  { weight: 6, arbitrary: withdraw },
  { weight: 7, arbitrary: borrow },
  { weight: 5, arbitrary: repay },
  { weight: 4, arbitrary: supplyCollateral },
  { weight: 7, arbitrary: withdrawCollateral },
  { weight: 12, arbitrary: liquidate },
  { weight: 2, arbitrary: fc.record({ kind: kind("AccrueInterest"), by }) },
  { weight: 2, arbitrary: setAuthorization },
  { weight: 2, arbitrary: setFee },
  { weight: 1, arbitrary: fc.record({ kind: kind("SetFeeRecipient"), by: owner, feeRecipient: by }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("SetOwner"), by: owner, owner: fc.constantFrom<Person>(OWNER, OWNER, "carol") }) },
)

const later = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 100_000_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 33, 2 ** 36, 2 ** 40) },
)

const price = fc.oneof(
  { weight: 4, arbitrary: fc.constant(1_000_000) },
  { weight: 4, arbitrary: fc.integer({ min: 300_000, max: 1_000_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1_000_000, max: 3_000_000 }) },
  { weight: 2, arbitrary: fc.constantFrom<OperationBlock["price"]>("none", "stale") },
)

const operationBlock: fc.Arbitrary<OperationBlock> = fc.record({
  later,
  price,
  operations: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(operation) },
    { weight: 2, arbitrary: fc.array(operation, { minLength: 2, maxLength: 4 }) },
  ),
})

/** A fall of the price, and somebody who uses it. */
const crash: fc.Arbitrary<OperationBlock> = fc.record({
  later: fc.integer({ min: 1, max: 100_000 }),
  price: fc.integer({ min: 400_000, max: 980_000 }),
  operations: fc.array(liquidate, { minLength: 1, maxLength: 3 }),
})

/** Somebody supplies, somebody borrows: ordinary amounts, tiny ones, and next to the limit of a total. */
const start = fc
  .record({
    supplied: fc.oneof(
      { weight: 20, arbitrary: fc.bigInt(10n ** 6n, 10n ** 24n) },
      { weight: 3, arbitrary: fc.bigInt(1n, 5_000n) },
      { weight: 2, arbitrary: logUniform(128) },
      { weight: 1, arbitrary: fc.bigInt(340_282_366_920_938_463_463n, 340_282_366_920_938_463_464n).map((millionth) => millionth * PART) },
    ),
    collateral: fc.bigInt(PART / 10n, (13n * PART) / 10n),
    borrowed: fc.oneof(
      { weight: 4, arbitrary: fc.bigInt((8n * PART) / 10n, PART).map((part): Size => ({ of: "capacity", part, plus: 0n })) },
      { weight: 2, arbitrary: around("capacity") },
      { weight: 1, arbitrary: around("liquidity") },
    ),
    fee: fc.boolean(),
  })
  .map(({ supplied, collateral, borrowed, fee }): readonly OperationBlock[] => [
    {
      later: 0,
      price: 1_000_000,
      operations: [
        { kind: "SetAuthorization", by: "alice", authorized: "dave", isAuthorized: true },
        { kind: "SetAuthorization", by: "bob", authorized: "dave", isAuthorized: true },
        ...(fee ? [{ kind: "SetFee", by: OWNER, fee: WAD / 10n } as const] : []),
        { kind: "Supply", by: "alice", onBehalf: "alice", mode: "assets", size: units(supplied), beyond: 0n },
        { kind: "SupplyCollateral", by: "bob", onBehalf: "bob", size: { of: "worth", part: collateral, plus: 0n } },
      ],
    },
    { later: 1, price: 1_000_000, operations: [{ kind: "Borrow", by: "bob", onBehalf: "bob", receiver: "bob", mode: "assets", size: borrowed }] },
  ])

/** A debt of shares that are worth nothing yet: to repay it costs a unit more than is owed. */
const dust = fc.tuple(fc.bigInt(1n, 1_999_999n), fc.bigInt(1n, 10n ** 9n)).map(([shares, supplied]): readonly OperationBlock[] => [
  {
    later: 0,
    price: 1_000_000,
    operations: [
      { kind: "Supply", by: "alice", onBehalf: "alice", mode: "assets", size: units(supplied), beyond: 0n },
      { kind: "SupplyCollateral", by: "bob", onBehalf: "bob", size: { of: "worth", part: 3n * PART, plus: 9n } },
    ],
  },
  { later: 1, price: 1_000_000, operations: [{ kind: "Borrow", by: "bob", onBehalf: "bob", receiver: "bob", mode: "shares", size: units(shares) }] },
  {
    later: 1,
    price: 1_000_000,
    operations: [{ kind: "Repay", by: "bob", onBehalf: "bob", mode: "shares", size: { of: "position", part: PART, plus: 0n }, beyond: 0n }],
  },
])

/** A start and some blocks, mostly of one operation. One scenario in twenty begins with an empty market. */
export const scenarioOf = (blocksMin: number, blocksMax: number): fc.Arbitrary<Scenario> =>
  fc.record({
    lltv: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom((86n * WAD) / 100n, (945n * WAD) / 1_000n, WAD / 2n) },
      { weight: 1, arbitrary: fc.constantFrom(WAD - 1n, 0n) },
    ),
    price: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(WAD, 3_000n * 10n ** 6n, 2_345n * WAD) }, { weight: 1, arbitrary: logUniform(100) }),
    blocks: fc
      .tuple(
        fc.oneof({ weight: 18, arbitrary: start }, { weight: 1, arbitrary: dust }, { weight: 1, arbitrary: fc.constant([]) }),
        fc.array(fc.oneof({ weight: 4, arbitrary: operationBlock }, { weight: 1, arbitrary: crash }), { minLength: blocksMin, maxLength: blocksMax }),
      )
      .map(([first, rest]) => [...first, ...rest]),
  })
