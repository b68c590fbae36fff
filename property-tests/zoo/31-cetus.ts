import { Actor, actor, Amount, AssetId, failure, Integer, Message, payOne, Struct, Table, TableOf, Text, Uint } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry, type Drawing } from "../../sim/index.ts"

/**
 * Cetus (2025-05-22): what liquidity costs is worked out in words of 256 bits. The shift to the left by 64 that must not lose bits compares
 * with 0xffffffffffffffff << 192 where it should with 1 << 192, so a number between the two loses its upper bits, and huge liquidity costs
 * next to nothing. Repaired: the right bound.
 */

const TICK_MAX = 443_636
const Tick = Integer(0, TICK_MAX)

class BadRange extends failure("zoo31/BadRange", { lower: Tick, upper: Tick }, ({ lower, upper }) => `from ${lower} to ${upper}`) {}
class Overflow extends failure("zoo31/Overflow", {}, () => "a number does not fit its word") {}
class TooLittle extends failure("zoo31/TooLittle", { given: Amount, needed: Amount }, ({ given, needed }) => `${needed} needed, ${given} given`) {}
class Short extends failure("zoo31/Short", { has: Amount }, ({ has }) => `the position has ${has}`) {}

const Liquidity = Uint(128)
const Range = { lower: Tick, upper: Tick, liquidity: Liquidity }
const Add = Message.make("zoo31/Add", { payload: Range, failures: [BadRange, Overflow, TooLittle] })
const Remove = Message.make("zoo31/Remove", { payload: Range, failures: [BadRange, Overflow, Short] })

const word = (value: bigint): bigint => BigInt.asUintN(256, value)
const divided = (a: bigint, b: bigint, up: boolean): bigint => (up ? (a + b - 1n) / b : a / b)

/** sqrt(1.0001)^tick with 64 fractional bits, rounded down; by squaring with 128 of them. */
const sqrtPriceAt = (tick: number): bigint => {
  let [power, square] = [1n << 128n, 340_299_380_613_952_818_054_172_298_683_778_356_828n]
  for (let left = tick; left > 0; left >>= 1) {
    if (left % 2 === 1) power = (power * square) >> 128n
    square = (square * square) >> 128n
  }
  return power >> 64n
}

/** Of the asset below its range, rounded up or down: liquidity * (1 / sqrt(lower) - 1 / sqrt(upper)). */
const amountOf = (variant: "buggy" | "fixed" | "exact", lower: number, upper: number, liquidity: bigint, up: boolean): bigint | Overflow => {
  const [low, high] = [sqrtPriceAt(lower), sqrtPriceAt(upper)]
  const product = liquidity * (high - low)
  if (variant === "exact") return divided(product << 64n, low * high, up)
  const refused = variant === "buggy" ? product > 0xffff_ffff_ffff_ffffn << 192n : product >= 1n << 192n
  return refused ? new Overflow() : divided(word(product << 64n), low * high, up)
}

const Position = Struct({ lower: Tick, upper: Tick, liquidity: Liquidity })

const poolOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo31/Pool-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, positions: TableOf(Text(200), Position) },
    messages: { Add, Remove },
    create: ({ asset }) => ({ asset, positions: Table.empty() }),
    handlers: {
      // The price is below every range, so that a position consists of one asset.
      Add: (pool, { lower, upper, liquidity }, { funds, sender }) => {
        if (lower >= upper) return new BadRange({ lower, upper })
        const needed = amountOf(variant, lower, upper, liquidity, true)
        if (needed instanceof Overflow) return needed
        const given = funds.get(pool.asset)
        if (given < needed || funds.rest !== undefined) return new TooLittle({ given, needed })
        const key = `${sender} ${lower} ${upper}`
        const total = (pool.positions.get(key)?.liquidity ?? 0n) + liquidity
        if (total >= 1n << 128n) return new Overflow()
        return { state: { ...pool, positions: pool.positions.set(key, { lower, upper, liquidity: total }) }, sends: [payOne(sender, pool.asset, given - needed)] }
      },
      Remove: (pool, { lower, upper, liquidity }, { sender }) => {
        const key = `${sender} ${lower} ${upper}`
        const has = pool.positions.get(key)?.liquidity ?? 0n
        if (has < liquidity) return new Short({ has })
        if (lower >= upper) return new BadRange({ lower, upper })
        const paid = amountOf(variant, lower, upper, liquidity, false)
        if (paid instanceof Overflow) return paid
        return { state: { ...pool, positions: pool.positions.set(key, { lower, upper, liquidity: has - liquidity }) }, sends: [payOne(sender, pool.asset, paid)] }
      },
    },
    claims: ({ state }) => {
      let owed = 0n
      for (const { lower, upper, liquidity } of state.positions.values()) owed += amountOf("exact", lower, upper, liquidity, false) as bigint
      return { [state.asset]: owed }
    },
  })

const anyTick = ({ draw }: Drawing): number => draw.below(TICK_MAX + 1)

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/31-${variant}`,
    world: {
      accounts: { alice: { sui: 10n ** 24n }, bob: { sui: 10n ** 24n } },
      actors: [actor("pool", poolOf(variant), { asset: "sui" }, { sui: 10n ** 24n })],
    },
    actions: [
      action(Add, "pool", { payload: { lower: anyTick, upper: anyTick, liquidity: amounts(2n ** 128n - 1n) }, funds: ["sui"] }),
      action(Remove, "pool", { payload: { lower: anyTick, upper: anyTick, liquidity: amounts(2n ** 128n - 1n) } }),
    ],
  })

export default zooEntry({
  number: 31,
  name: "Cetus checked_shlw mask",
  kind: "AMM CLMM",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
