import { describe, expect, it } from "vitest"
import { DivisionByZero, OutOfRange } from "../../../core/failure.ts"
import * as math from "../../../core/math/index.ts"
import { outcome } from "./operand.ts"

const { EXP_WAD_INPUT_MAX, MAX_UINT112, MAX_UINT160, MAX_UINT224, MAX_UINT256, RAY, WAD } = math

type Operation = (...operands: bigint[]) => unknown
interface Domain {
  /** Lowest and highest of each operand, and a value that is fine; a divisor's zero is listed apart. */
  readonly operands: readonly { readonly low: bigint; readonly high: bigint; readonly fine: bigint }[]
  /** Operands whose divisor is zero. */
  readonly zero?: readonly bigint[]
  /** Operands within their ranges whose result is not, and the value that the failure names. */
  readonly overflow?: readonly (readonly [operands: readonly bigint[], value: bigint])[]
}

const u256 = { low: 0n, high: MAX_UINT256, fine: 7n }
const u160 = { low: 0n, high: MAX_UINT160, fine: 7n }
const u112 = { low: 0n, high: MAX_UINT112, fine: 7n }
const int256 = { low: -(2n ** 255n), high: 2n ** 255n - 1n, fine: 7n }
const M = MAX_UINT256
const two = { operands: [u256, u256] }
const mulDiv = { operands: [u256, u256, u256], zero: [1n, 1n, 0n] }

const DOMAINS: Record<string, Domain> = {
  addChecked: { ...two, overflow: [[[M, 1n], M]] },
  subChecked: { operands: [{ ...u256, fine: 9n }, u256], overflow: [[[0n, 1n], -1n], [[0n, M], -M]] },
  mulChecked: { ...two, overflow: [[[2n ** 128n, 2n ** 128n], M], [[M, M], M]] },
  min: two,
  max: two,
  absDiff: two,
  bitLength: { operands: [u256] },
  mulDivDown: { ...mulDiv, overflow: [[[2n ** 255n, 2n, 1n], M], [[M, M, M - 1n], M]] },
  mulDivUp: { ...mulDiv, overflow: [[[2n ** 255n, 2n, 1n], M], [[535006138814359n, 432862656469423142931042426214547535783388063929571229938474969n, 2n], M]] },
  mulMod: mulDiv,
  divUp: { operands: [u256, u256], zero: [1n, 0n] },
  sqrtDown: { operands: [u256] },
  sqrtUp: { operands: [u256] },
  wadMulDown: { ...two, overflow: [[[M, WAD + 1n], M]] },
  wadMulUp: { ...two, overflow: [[[M, WAD + 1n], M]] },
  wadDivDown: { ...two, zero: [1n, 0n], overflow: [[[M, WAD - 1n], M]] },
  wadDivUp: { ...two, zero: [1n, 0n], overflow: [[[M, WAD - 1n], M]] },
  rayMulDown: { ...two, overflow: [[[M, RAY + 1n], M]] },
  rayMulUp: { ...two, overflow: [[[M, RAY + 1n], M]] },
  rayMulHalfUp: { ...two, overflow: [[[M, RAY + 1n], M]] },
  rayDivDown: { ...two, zero: [1n, 0n], overflow: [[[M, RAY - 1n], M]] },
  rayDivUp: { ...two, zero: [1n, 0n], overflow: [[[M, RAY - 1n], M]] },
  rayDivHalfUp: { ...two, zero: [1n, 0n], overflow: [[[M, RAY - 1n], M]] },
  wadToRay: { operands: [u256], overflow: [[[M / 10n ** 9n + 1n], M]] },
  rayToWadDown: { operands: [u256] },
  rayToWadUp: { operands: [u256] },
  rayToWadHalfUp: { operands: [u256] },
  toUint160: { operands: [u160] },
  toQ96Down: { ...two, zero: [1n, 0n], overflow: [[[2n ** 64n, 1n], 2n ** 160n]] },
  mulQ96Down: { operands: [u256, u160], overflow: [[[M, 2n ** 96n + 1n], M]] },
  mulQ96Up: { operands: [u256, u160], overflow: [[[M, 2n ** 96n + 1n], M]] },
  fromQ96Down: { operands: [u160] },
  encode: { operands: [u112] },
  uqdiv: { operands: [{ ...u112, high: MAX_UINT224 }, u112], zero: [1n, 0n] },
  wrapAdd256: two,
  wrapSub256: two,
  elapsed32: two,
  expWad: { operands: [{ ...int256, high: EXP_WAD_INPUT_MAX }] },
  lnWad: { operands: [{ ...u256, low: 1n }] },
  powWad: {
    operands: [u256, int256],
    zero: [0n, -1n],
    overflow: [[[2n * WAD, 197n * WAD], 197n * WAD], [[M, WAD + 1n], WAD + 1n], [[1n, -8n * WAD], -8n * WAD], [[WAD + 1n, 2n ** 255n - 1n], 2n ** 255n - 1n]],
  },
}

/** `inRange` answers instead of refusing; `outOfRange` makes the refusal. */
const NEVER_REFUSE = ["inRange", "outOfRange"]

const carried = (value: bigint): bigint => (value > M ? M : value < -M ? -M : value)
const expectOutOfRange = (result: unknown, operation: string, value: bigint): void => {
  expect(result).toBeInstanceOf(OutOfRange)
  expect(result).toMatchObject({ operation, value: carried(value) })
}

it("lists every exported function", () => {
  const functions = Object.entries(math).flatMap(([name, value]) => (typeof value === "function" ? [name] : []))
  expect([...Object.keys(DOMAINS), ...NEVER_REFUSE].sort()).toEqual(functions.sort())
})

for (const [name, { operands, zero, overflow = [] }] of Object.entries(DOMAINS)) describe(name, () => {
  const operation = (math as unknown as Record<string, Operation>)[name]!
  const fine = operands.map((operand) => operand.fine)

  it("accepts operands within their ranges", () => {
    expect(["bigint", "number"]).toContain(typeof outcome(() => operation(...fine)))
  })

  it("refuses each operand outside its range", () => {
    operands.forEach(({ low, high }, index) => {
      for (const outside of [low - 1n, high + 1n, -(2n ** 300n), 2n ** 300n]) {
        expectOutOfRange(outcome(() => operation(...fine.with(index, outside))), name, outside)
      }
    })
  })

  it("names the first operand outside its range, and before a zero divisor", () => {
    expectOutOfRange(outcome(() => operation(...operands.map(({ low }, index) => low - 1n - BigInt(index)))), name, operands[0]!.low - 1n)
    if (zero && name !== "powWad") expectOutOfRange(outcome(() => operation(...zero.with(0, -5n))), name, -5n)
  })

  if (zero) {
    it("refuses a division by zero", () => {
      const result = outcome(() => operation(...zero))
      expect(result).toBeInstanceOf(DivisionByZero)
      expect(result).toMatchObject({ operation: name })
    })
  }

  for (const [operands, value] of overflow) {
    it(`refuses the result of ${operands.join(", ")}`, () => expectOutOfRange(outcome(() => operation(...operands)), name, value))
  }
})

it("refuses with failures that have no stack and that their codec can carry", () => {
  const failure = outcome(() => math.mulChecked(M, M)) as OutOfRange
  expect(failure).not.toHaveProperty("stack")
  expect(OutOfRange.codec.check(failure.fields)).toBeUndefined()
})
