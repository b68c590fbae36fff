import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { Failure } from "../../../core/index.ts"
import {
  allTokensForSharesDown,
  allTokensForSharesUp,
  complement,
  divDown,
  divUp,
  exp,
  inGivenOutUp,
  invariantDown,
  mulDown,
  mulUp,
  outGivenInDown,
  pow,
  powDown,
  powUp,
  protocolFeeDown,
  sharesForExactTokensDown,
  sharesForExactTokensUp,
  tokenForExactSharesUp,
  tokenForSharesDown,
} from "../../../protocols/exchange/weighted/index.ts"
import { openBalancer, type Ask, type METHODS } from "./balancer.ts"

/** Every function of ours against the library's bytecode: the same number, or refused by both. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const RUNS = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 150
const ONE = 10n ** 18n

let ask: Ask
beforeAll(async () => {
  ask = await openBalancer()
}, 60_000)

/** Ours: the result, or "refused" for a failure that is returned or thrown. */
const answer = (call: () => unknown): unknown => {
  try {
    const result = call()
    return result instanceof Failure ? "refused" : result
  } catch (error) {
    if (error instanceof Failure) return "refused"
    throw error
  }
}

const logUniform = (bitsMax: number): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(bitsMax), fc.bigInt(0n, 2n ** 256n - 1n)).map(([bits, noise]) => (1n << BigInt(bits)) | (noise & ((1n << BigInt(bits)) - 1n)))
const any = fc.oneof({ weight: 8, arbitrary: logUniform(130) }, { weight: 2, arbitrary: logUniform(255) }, { weight: 1, arbitrary: fc.constantFrom(0n, 1n, ONE, 2n ** 256n - 1n) })
const nearOne = fc.bigInt(ONE - ONE / 8n, ONE + ONE / 8n)
const base = fc.oneof(nearOne, any, fc.bigInt(1n, 100n * ONE))
const exponent = fc.oneof(fc.bigInt(ONE / 100n, 100n * ONE), fc.constantFrom(ONE, 2n * ONE, 4n * ONE, 0n, 1n), any)
const balance = fc.oneof({ weight: 9, arbitrary: fc.bigInt(10n ** 6n, 10n ** 30n) }, { weight: 4, arbitrary: logUniform(110) }, { weight: 1, arbitrary: any })
const weight = fc.bigInt(ONE / 100n, (99n * ONE) / 100n)
const fee = fc.oneof(fc.bigInt(10n ** 12n, 10n ** 17n), fc.constant(3n * 10n ** 15n))
/** A part of a balance, mostly within the bounds of one trade. */
const partOf = (whole: bigint) => fc.oneof({ weight: 8, arbitrary: fc.bigInt(0n, (whole * 3n) / 10n) }, { weight: 1, arbitrary: fc.constantFrom(0n, 1n, (whole * 3n) / 10n, (whole * 3n) / 10n + 1n) }, { weight: 1, arbitrary: any })

const weights = (count: number) =>
  fc.array(fc.bigInt(1n, 50n), { minLength: count, maxLength: count }).map((parts) => {
    const sum = parts.reduce((total, part) => total + part, 0n)
    const spread = parts.map((part) => ONE / 100n + (part * (ONE - (ONE / 100n) * BigInt(count))) / sum)
    return spread.map((given, index) => (index === 0 ? given + ONE - spread.reduce((total, other) => total + other, 0n) : given))
  })
const pool = fc
  .integer({ min: 2, max: 8 })
  .chain((count) => fc.tuple(fc.array(fc.bigInt(10n ** 9n, 10n ** 28n), { minLength: count, maxLength: count }), weights(count), fc.bigInt(10n ** 8n, 10n ** 28n), fee))
const amountsOf = (balances: readonly bigint[]) => fc.tuple(...balances.map((whole) => fc.oneof({ weight: 3, arbitrary: partOf(whole) }, { weight: 2, arbitrary: fc.constant(0n) })))

/** One function: arguments of both, and ours. */
const agree = <Name extends keyof typeof METHODS, Given extends readonly unknown[]>(
  name: Name,
  given: fc.Arbitrary<Given>,
  theirs: (...given: Given) => Parameters<(typeof METHODS)[Name]["encode"]>,
  ours: (...given: Given) => unknown,
  /** Least share of answers that are a number. */
  acceptedMin = 0.3,
): void => {
  it(name, { timeout: 3_600_000 }, async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(given, async (values) => {
        const told = await (ask as (...inputs: readonly unknown[]) => Promise<unknown>)(name, ...theirs(...values))
        if (typeof told !== "string") accepted++
        expect(answer(() => ours(...values))).toEqual(typeof told === "string" ? "refused" : told)
      }),
      { seed: SEED, numRuns: RUNS },
    )
    expect(accepted).toBeGreaterThan(RUNS * acceptedMin)
  })
}

type Five = [bigint, bigint, bigint, bigint, bigint]
type Lists = [bigint[], bigint[], bigint[], bigint, bigint]
const same = <T extends readonly unknown[]>(...given: T): T => given

describe(`weighted mathematics and Balancer's library (seed ${SEED}, ${RUNS} cases each)`, () => {
  agree("pow", fc.tuple(base, exponent), same as never, pow)
  agree("exp", fc.tuple(fc.oneof(fc.bigInt(-42n * ONE, 131n * ONE), fc.bigInt(-ONE, ONE), fc.constantFrom(-41n * ONE, 130n * ONE, 130n * ONE + 1n, -41n * ONE - 1n))), same as never, exp)
  agree("powDown", fc.tuple(base, exponent), same as never, powDown)
  agree("powUp", fc.tuple(base, exponent), same as never, powUp)
  agree("mulDown", fc.tuple(any, any), same as never, mulDown)
  agree("mulUp", fc.tuple(any, any), same as never, mulUp)
  agree("divDown", fc.tuple(any, any), same as never, divDown)
  agree("divUp", fc.tuple(any, any), same as never, divUp)
  agree("complement", fc.tuple(any), same as never, complement)
  agree("invariant", pool.map(([balances, weightList]): [bigint[], bigint[]] => [balances, weightList]), (balances, weightList) => [weightList, balances], (balances, weightList) => invariantDown(weightList, balances))
  const trade = fc.tuple(balance, weight, balance, weight)
  agree("outGivenIn", trade.chain((sides) => partOf(sides[0]).map((amount): Five => [...sides, amount])), same as never, outGivenInDown)
  agree("inGivenOut", trade.chain((sides) => partOf(sides[2]).map((amount): Five => [...sides, amount])), same as never, inGivenOutUp)
  const deposit = pool.chain(([balances, ...rest]) => amountsOf(balances).map((amounts): Lists => [balances, amounts, ...rest]))
  agree("sharesForExactIn", deposit, (b, a, w, s, f) => [b, w, a, s, f], (b, a, w, s, f) => sharesForExactTokensDown(b, w, a, s, f))
  agree("sharesForExactOut", deposit, (b, a, w, s, f) => [b, w, a, s, f], (b, a, w, s, f) => sharesForExactTokensUp(b, w, a, s, f))
  const single = fc.tuple(balance, weight, balance, fee).chain(([held, share, supply, rate]) => fc.oneof(partOf(supply), fc.bigInt(0n, supply < 2n ** 254n ? supply * 3n : 2n ** 256n - 1n)).map((shares): Five => [held, share, shares, supply, rate]))
  agree("tokenForExactShares", single, same as never, tokenForExactSharesUp)
  agree("tokenForShares", single, same as never, tokenForSharesDown)
  const every = pool.chain(([balances, , supply]) => partOf(supply).map((shares): [bigint[], bigint, bigint] => [balances, shares, supply]))
  agree("allForExactShares", every, same as never, allTokensForSharesUp)
  agree("allForShares", every, same as never, allTokensForSharesDown)
  const growth = fc.tuple(balance, weight, logUniform(200), fc.bigInt(900n, 1_500n), fc.bigInt(0n, ONE / 2n))
  agree("protocolFee", growth, (b, w, last, grown, f) => [b, w, last, (last * grown) / 1_000n, f], (b, w, last, grown, f) => protocolFeeDown(b, w, last, (last * grown) / 1_000n, f))
})
