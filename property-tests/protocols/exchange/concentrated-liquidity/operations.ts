/** Random operations on a pool: plain data, since that shrinks and prints well. Prices, ticks and amounts are fixed only when the pool's state is known. */
import fc from "fast-check"

/** A tick: that many spacings from the pool's own, `off` a multiple of the spacing; or as far as ticks go. */
export type TickChoice = { readonly spacings: number; readonly off: number } | "lowest" | "highest"

/** Where a swap ends at the latest: `beyond` units behind the price of a tick; nowhere; or at a price that is no limit. */
export type LimitChoice = { readonly tick: TickChoice; readonly beyond: bigint } | "none" | "here" | "extreme"

/** `part` thousandths of what there is, plus `plus`. */
export interface Part {
  readonly part: bigint
  readonly plus: bigint
}

/** Which position: one of those that there are, by number, or none that need be. */
export type PositionChoice = { readonly number: number } | { readonly by: number; readonly lower: TickChoice; readonly upper: TickChoice }

export type Operation =
  | { readonly kind: "Initialize"; readonly tick: number; readonly beyond: bigint }
  | { readonly kind: "Mint"; readonly by: number; readonly lower: TickChoice; readonly upper: TickChoice; readonly liquidity: bigint | Part; readonly short: boolean }
  | { readonly kind: "Burn"; readonly position: PositionChoice; readonly liquidity: Part }
  | { readonly kind: "Collect"; readonly position: PositionChoice; readonly amount0: Part; readonly amount1: Part }
  | {
      readonly kind: "Exchange"
      readonly by: number
      readonly zeroForOne: boolean
      readonly exactIn: boolean
      readonly amount: bigint
      readonly limit: LimitChoice
      readonly short: boolean
    }
  | { readonly kind: "SetFeeProtocol"; readonly part0: number; readonly part1: number; readonly byOwner: boolean }
  | { readonly kind: "CollectProtocol"; readonly amount0: Part; readonly amount1: Part; readonly byOwner: boolean }
  | { readonly kind: "IncreaseObservationCardinality"; readonly cardinalityNext: number }
  | { readonly kind: "Observe"; readonly secondsAgos: readonly number[] }

export type Kind = Operation["kind"]
export type Of<K extends Kind> = Extract<Operation, { readonly kind: K }>

export interface OperationBlock {
  /** Seconds since the block before. */
  readonly later: number
  readonly operations: readonly Operation[]
}

export interface Scenario {
  /** Which pool, by its fee and spacing. */
  readonly tier: number
  /** Seconds since 1970-01-01 00:00 UTC. */
  readonly time: number
  readonly blocks: readonly OperationBlock[]
}

/** Every number of bits is as likely as any other. */
const logUniform = (bitsMax: number): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 256n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))

const trader = fc.nat(3)
const tickChoice: fc.Arbitrary<TickChoice> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ spacings: fc.integer({ min: -6, max: 6 }), off: fc.constant(0) }) },
  { weight: 6, arbitrary: fc.record({ spacings: fc.integer({ min: -700, max: 700 }), off: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ spacings: fc.integer({ min: -6, max: 6 }), off: fc.integer({ min: 1, max: 59 }) }) },
  { weight: 2, arbitrary: fc.constantFrom("lowest" as const, "highest" as const) },
)
const part: fc.Arbitrary<Part> = fc.record({ part: fc.oneof(fc.constantFrom(0n, 1_000n), fc.bigInt(0n, 1_000n)), plus: fc.constantFrom(0n, 0n, 0n, 0n, 1n, -1n) })
const position: fc.Arbitrary<PositionChoice> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ number: fc.nat(31) }) },
  { weight: 1, arbitrary: fc.record({ by: trader, lower: tickChoice, upper: tickChoice }) },
)
const rarely = fc.nat(19).map((draw) => draw === 0)
const limit: fc.Arbitrary<LimitChoice> = fc.oneof(
  { weight: 5, arbitrary: fc.constant("none" as const) },
  { weight: 5, arbitrary: fc.record({ tick: tickChoice, beyond: fc.constantFrom(0n, 0n, 1n, -1n, 12_345n) }) },
  { weight: 1, arbitrary: fc.constantFrom("here" as const, "extreme" as const) },
)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("Exchange" as const),
      by: trader,
      zeroForOne: fc.boolean(),
      exactIn: fc.boolean(),
      amount: fc.oneof({ weight: 10, arbitrary: logUniform(110) }, { weight: 1, arbitrary: fc.constantFrom(0n, 1n, 2n) }, { weight: 1, arbitrary: logUniform(230) }),
      limit,
      short: rarely,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("Mint" as const),
      by: trader,
      lower: tickChoice,
      upper: tickChoice,
      liquidity: fc.oneof(
        { weight: 12, arbitrary: logUniform(100) },
        { weight: 1, arbitrary: fc.constantFrom(0n, 2n ** 127n, 2n ** 128n - 1n) },
        { weight: 1, arbitrary: fc.record({ part: fc.constant(1_000n), plus: fc.constantFrom(-1n, 0n, 1n) }) },
      ),
      short: rarely,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("Burn" as const), position, liquidity: part }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("Collect" as const), position, amount0: part, amount1: part }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("SetFeeProtocol" as const), part0: fc.constantFrom(0, 4, 7, 10, 3, 11), part1: fc.constantFrom(0, 4, 6, 10), byOwner: rarely.map((no) => !no) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("CollectProtocol" as const), amount0: part, amount1: part, byOwner: rarely.map((no) => !no) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("IncreaseObservationCardinality" as const), cardinalityNext: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Observe" as const), secondsAgos: fc.array(fc.oneof(fc.nat(40), fc.nat(20_000)), { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Initialize" as const), tick: fc.integer({ min: -887_272, max: 887_272 }), beyond: fc.constantFrom(0n, 1n) }) },
)

const first: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant("Initialize" as const),
  tick: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -300, max: 300 }) },
    { weight: 4, arbitrary: fc.integer({ min: -300_000, max: 300_000 }) },
    { weight: 1, arbitrary: fc.oneof(fc.constantFrom(-887_272, 887_271, 887_272), fc.integer({ min: -887_272, max: 887_272 })) },
  ),
  beyond: fc.oneof(fc.constantFrom(0n, 0n, 1n), logUniform(40)),
})
const wide: fc.Arbitrary<Of<"Mint">> = fc.record({
  kind: fc.constant("Mint" as const),
  by: trader,
  lower: fc.constant("lowest" as const),
  upper: fc.constant("highest" as const),
  liquidity: logUniform(90),
  short: fc.constant(false),
})

/** One position beside the other, so that a swap crosses many ticks. */
const ladder = (mint: Of<"Mint">): readonly Operation[] =>
  Array.from({ length: 14 }, (_, index) => ({ ...mint, lower: { spacings: index - 7, off: 0 }, upper: { spacings: index - 6, off: 0 }, liquidity: (mint.liquidity as bigint) + BigInt(index) }))

/** Blocks of operations; most begin with a price and some liquidity everywhere. */
export const scenarioOf = (tiers: number, blocksMax: number): fc.Arbitrary<Scenario> => {
  const block = fc.record({ later: fc.oneof(fc.constant(0), fc.nat(30), fc.nat(100_000)), operations: fc.array(operation, { minLength: 1, maxLength: 4 }) })
  const begin = fc.tuple(first, fc.constantFrom("nothing", "everywhere", "a ladder"), wide, rarely).map(([initialize, start, mint, none]): readonly OperationBlock[] => {
    if (none) return []
    const mints = start === "nothing" ? [] : start === "everywhere" ? [mint] : ladder(mint)
    const sweep: Operation = { kind: "Exchange", by: 3, zeroForOne: mint.by > 1, exactIn: mint.by % 2 === 0, amount: 1n << 150n, limit: "none", short: false }
    return [{ later: 0, operations: [initialize, { kind: "IncreaseObservationCardinality", cardinalityNext: mint.by + 1 }] }, { later: 0, operations: mints }, ...(start === "a ladder" ? [{ later: 5, operations: [sweep] }] : [])]
  })
  return fc.record({
    tier: fc.nat(tiers - 1),
    time: fc.oneof({ weight: 4, arbitrary: fc.constant(1_700_000_000) }, { weight: 1, arbitrary: fc.constant(2 ** 32 - 50) }),
    blocks: fc.tuple(begin, fc.array(block, { minLength: 4, maxLength: blocksMax })).map(([start, rest]) => [...start, ...rest]),
  })
}
