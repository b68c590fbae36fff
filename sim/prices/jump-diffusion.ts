import { fail, gen, succeed, type Result } from "effect/Result"
import { decompose, exp } from "../float-math.ts"
import { Random } from "../random.ts"
import { ParameterOutOfRange, PathOutOfRange } from "./failures.ts"
import type { PricePoint, PriceSeries } from "./series.ts"
import { PRICE_MAX } from "./wad.ts"

/** 365 days. */
export const SECONDS_PER_YEAR = 31_536_000

export interface JumpDiffusion {
  /** First price, in wad. */
  readonly start: bigint
  /** Deviation of the log return in a year, jumps left out: 0.8 is 80 %. From 0 to 10. */
  readonly volatilityPerYear: number
  /** Growth rate of the expected price in a year, jumps included: E[price after t years] = start * e^(drift * t). From -10 to 10. */
  readonly driftPerYear: number
  /** Expected number of jumps in a year. From 0 to 10,000. */
  readonly jumpsPerYear: number
  /** Mean of a jump's log size: -0.1 is a fall by 9.5 %. From -3 to 3. */
  readonly jumpMean: number
  /** Deviation of a jump's log size. From 0 to 3. */
  readonly jumpDeviation: number
  /** Seconds from a price to the next. From 1 to one year. */
  readonly stepSeconds: number
  /** Number of steps; the series has one point more, and ends (exclusive) one step after its last point. From 1 to 1,000,000. */
  readonly steps: number
  readonly seed: bigint | number
  /** Unix seconds of the first price; 0 without it. From 0 to 99,999,999,999. */
  readonly startTime?: number
}

/**
 * A simulated path: geometric Brownian motion with Poisson jumps of log-normal size.
 * R. C. Merton, "Option pricing when underlying stock returns are discontinuous", J. Financial Economics 3 (1976):
 * log return of a step dt = (drift - volatility^2 / 2 - jumps * E[e^J - 1]) dt + volatility sqrt(dt) Z + the sum of the step's jumps J.
 *
 * Log returns are summed as floating point; each price is start * e^sum, the factor being an exact binary fraction, rounded down to a wad.
 * So rounding never compounds. Diffusion, jump times and jump sizes draw from streams of their own: runs of one seed with other jumps share the rest.
 * Failures: ParameterOutOfRange (in the order of the fields), PathOutOfRange.
 */
export const simulateJumpDiffusion = (process: JumpDiffusion): Result<PriceSeries, ParameterOutOfRange | PathOutOfRange> =>
  gen(function* () {
    const { start, volatilityPerYear, driftPerYear, jumpsPerYear, jumpMean, jumpDeviation, stepSeconds, steps, seed, startTime = 0 } = process
    const parameters = { start, volatilityPerYear, driftPerYear, jumpsPerYear, jumpMean, jumpDeviation, stepSeconds, steps, seed, startTime }
    yield* checkParameters(parameters)
    const random = Random.make(seed, "jump-diffusion")
    const [diffusion, jumpTimes, jumpSizes] = [random.fork("diffusion"), random.fork("jump times"), random.fork("jump sizes")]
    const years = stepSeconds / SECONDS_PER_YEAR
    const expectedJump = exp(jumpMean + (jumpDeviation * jumpDeviation) / 2) - 1
    const drift = (driftPerYear - (volatilityPerYear * volatilityPerYear) / 2 - jumpsPerYear * expectedJump) * years
    const volatility = volatilityPerYear * Math.sqrt(years)
    const points: PricePoint[] = [{ time: startTime, price: start }]
    let sum = 0
    for (let step = 1; step <= steps; step++) {
      sum += drift + volatility * diffusion.normal()
      // The sum of n normal numbers is one normal number with n times the mean and the variance.
      const jumps = jumpTimes.poisson(jumpsPerYear * years)
      if (jumps > 0) sum += jumps * jumpMean + Math.sqrt(jumps) * jumpDeviation * jumpSizes.normal()
      const price = Math.abs(sum) < 700 ? timesDown(start, exp(sum)) : 0n
      if (price < 1n || price > PRICE_MAX) return yield* fail(new PathOutOfRange({ step }))
      points.push({ time: startTime + step * stepSeconds, price })
    }
    const end = startTime + (steps + 1) * stepSeconds
    return { points, start: startTime, end, provenance: { kind: "simulated" as const, process: "jump-diffusion", parameters } }
  })

/** amount * factor, rounded down; exact before that, since a positive finite number is a whole number times a power of two. */
const timesDown = (amount: bigint, factor: number): bigint => {
  const { mantissa, exponent } = decompose(factor)
  const product = amount * BigInt(mantissa * 4_503_599_627_370_496)
  const shift = BigInt(exponent - 52)
  return shift < 0n ? product >> -shift : product << shift
}

type Bounds = { readonly [Field in keyof JumpDiffusion]-?: readonly [low: bigint | number, high: bigint | number, kind: "number" | "whole number"] }

const BOUNDS: Bounds = {
  start: [1n, PRICE_MAX, "whole number"],
  volatilityPerYear: [0, 10, "number"],
  driftPerYear: [-10, 10, "number"],
  jumpsPerYear: [0, 10_000, "number"],
  jumpMean: [-3, 3, "number"],
  jumpDeviation: [0, 3, "number"],
  stepSeconds: [1, SECONDS_PER_YEAR, "whole number"],
  steps: [1, 1_000_000, "whole number"],
  seed: [-(2n ** 255n), 2n ** 255n, "whole number"],
  startTime: [0, 99_999_999_999, "whole number"],
}

const checkParameters = (parameters: { readonly [Field in keyof Bounds]: bigint | number }): Result<void, ParameterOutOfRange> => {
  for (const field of Object.keys(BOUNDS) as (keyof Bounds)[]) {
    const [low, high, kind] = BOUNDS[field]
    const value = parameters[field]
    // A safe integer, since a seed beyond that would have been rounded before it came here.
    const whole = typeof value === "bigint" || Number.isSafeInteger(value)
    if (!(value >= low && value <= high && (whole || kind === "number"))) {
      return fail(new ParameterOutOfRange({ field, value, expected: `a ${kind} from ${low} to ${high}` }))
    }
  }
  return succeed(undefined)
}
