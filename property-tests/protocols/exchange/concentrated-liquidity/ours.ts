import { actor, World, type Receipt } from "../../../../core/index.ts"
import { ConcentratedLiquidityPool, type PoolState } from "../../../../protocols/exchange/concentrated-liquidity/index.ts"

/** Where the pool lives. */
export const POOL = "pool"
export const OWNER = "owner"
export const TRADERS = ["alice", "bob", "carol", "dave"] as const

/** What each trader holds of each asset: 2^253, so that all of them together stay within 256 bits. */
export const PURSE = 2n ** 253n

/** A pool without a price among its people. */
export const openPool = (feePips: number, tickSpacing: number, time = 1_700_000_000, purse = PURSE): World =>
  World.make(
    {
      accounts: { ...Object.fromEntries(TRADERS.map((name) => [name, { x: purse, y: purse }])), [OWNER]: {} },
      actors: [actor(POOL, ConcentratedLiquidityPool, { asset0: "x", asset1: "y", feePips, tickSpacing, owner: OWNER })],
      time,
    },
    { strict: true },
  )

/** The pool as it is between two blocks. */
export const poolOf = (world: World): PoolState => world.state(ConcentratedLiquidityPool, POOL)

/** One block of what was sent, and one at the same time in which everybody is paid; throws at a broken invariant, a lost unit or a defect. */
export const stepSoundly = (world: World, time = world.time): readonly Receipt[] => {
  const { receipts, defects } = world.step([], { time })
  if (defects.length > 0) throw new Error(`a handler is defective: ${defects[0]?.problem}\n${defects[0]?.stack ?? ""}`)
  world.step([], { time })
  world.audit()
  const [breach] = world.check(POOL)
  if (breach !== undefined) throw new Error(`${breach.invariant} is broken: ${JSON.stringify(breach.values, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`)
  return receipts
}

/** The failure's tag, or "accepted". */
export const endOf = (receipt: Receipt | undefined): string => {
  if (receipt === undefined || receipt.status === "pending") throw new Error("a receipt is missing")
  return receipt.status === "handled" ? "accepted" : (receipt.refusal as { readonly _tag: string })._tag
}
