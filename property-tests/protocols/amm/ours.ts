/** Our pool in a world of its own, with purses as the original's. */
import { actor, World, type Observed, type Receipt } from "../../../core/index.ts"
import { ConstantProductPool, type PoolState } from "../../../protocols/amm/constant-product/index.ts"
import { PEOPLE, SETTER, TRADERS, type Person } from "./operations.ts"
import { POOL, SHARES, type Market, type Plan, type Purse } from "./plan.ts"

/** What each trader holds of either asset at first: more than a reserve can be. */
const PURSE = 2n ** 128n

/** An empty pool among its people. */
export const openPool = (feePips: number, time: number): World =>
  World.make(
    {
      accounts: { ...Object.fromEntries(TRADERS.map((name) => [name, { x: PURSE, y: PURSE }])), [SETTER]: {} },
      actors: [actor(POOL, ConstantProductPool, { assetX: "x", assetY: "y", feePips, feeTo: null, feeSetter: SETTER })],
      time,
    },
    { strict: true },
  )

/** The pool as it is between two blocks. */
export const poolOf = (world: World): PoolState => world.state(ConstantProductPool, POOL)

/** What a person holds. */
export const purseOf = (world: World, person: Person): Purse => ({
  x: world.balance(person, "x"),
  y: world.balance(person, "y"),
  shares: world.balance(person, SHARES),
})

/** The pool and its people, as plans are made by. */
export const marketOf = (world: World): Market => {
  const { reserveX, reserveY, feePips, shares } = poolOf(world)
  return {
    feePips: BigInt(feePips),
    reserve: { x: reserveX, y: reserveY },
    balance: { x: world.balance(POOL, "x"), y: world.balance(POOL, "y") },
    shares,
    purses: Object.fromEntries(PEOPLE.map((person) => [person, purseOf(world, person)])) as Record<Person, Purse>,
    withinPurse: false,
  }
}

/** One block of these plans, and one at the same time in which everybody is paid. Throws at a broken invariant, a lost unit or a defect. */
export const execute = (world: World, plans: readonly Plan[], time: number): readonly Receipt[] => {
  const before = world.observe<PoolState>(POOL)
  for (const { by, message, payload, funds } of plans) world.send(by, POOL, message, payload, { funds })
  const { receipts, defects } = world.step([], { time })
  if (defects.length > 0) throw new Error(`a handler is defective: ${defects[0]?.problem}`)
  soundOrThrow(world, before)
  const middle = world.observe<PoolState>(POOL)
  world.step([], { time })
  soundOrThrow(world, middle)
  return receipts
}

const soundOrThrow = (world: World, before: Observed<PoolState>): void => {
  world.audit()
  const [breach] = world.check(POOL, before)
  if (breach !== undefined) throw new Error(`${breach.invariant} is broken: ${String(Object.entries(breach.values).map(([name, value]) => `${name} ${text(value)}`))}`)
}

const text = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item))

/** The failure's tag, or "accepted". */
export const endOf = (receipt: Receipt): string => {
  if (receipt.status === "handled") return "accepted"
  if (receipt.status === "pending") throw new Error("a receipt is pending")
  return (receipt.refusal as { readonly _tag: string })._tag
}
