import { actor, Payment, type World } from "../../core/index.ts"
import { AddLiquidity, ConstantProductPool, Exchange, RemoveLiquidity, SetFeeTo, Skim, Swap, SwapForExact, Swapped, Sync, type PoolState } from "../../protocols/amm/constant-product/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle, type Moment } from "../campaign/oracle.ts"
import { amounts } from "../campaign/values.ts"

/** What a Uniswap v2 pool promises, in our words: see also the invariants beside the pool, which are watched anyway. */

const RICH = 10n ** 24n

const stateOf = (world: World): PoolState => world.state(ConstantProductPool, "pool")

/** A block of trades alone never lowers x * y. (Shares as before say nothing: one burned may be one minted as the protocol's fee.) */
const tradesKeepK = Oracle.make("trades keep x * y", (genesis) => {
  let before = stateOf(genesis)
  return {
    block: ({ world, block }: Moment) => {
      const was = before
      const is = (before = stateOf(world))
      if (is === was || was.shares === 0n) return undefined
      if (block.raw.ended.some(({ message, outcome }) => message === RemoveLiquidity && outcome === 1)) return undefined
      return is.reserveX * is.reserveY >= was.reserveX * was.reserveY ? undefined : { before: was.reserveX * was.reserveY, after: is.reserveX * is.reserveY }
    },
  }
})

const PIPS = 1_000_000n

/** A trade that a block has to itself keeps x * y even when the fee on what came in is left out, and pays at least what its sender asked for. */
const tradesKeepTheirTerms = Oracle.make("trades pay the fee and keep their limit", (genesis) => {
  let before = stateOf(genesis)
  return {
    block: ({ world, block }: Moment) => {
      const { reserveX, reserveY, feePips } = before
      before = stateOf(world)
      const handled = block.raw.ended.filter(({ to, message, outcome }) => to === "pool" && message !== Payment && outcome === 1)
      const event = handled.length === 1 ? handled[0]?.events?.find((one) => one.event === Swapped) : undefined
      if (event === undefined) return undefined
      const traded = event.fields as unknown as Traded
      const withoutFee = (reserve: bigint, amountIn: bigint, amountOut: bigint) => (reserve + amountIn - amountOut) * PIPS - amountIn * BigInt(feePips)
      const x = withoutFee(reserveX, traded.amountXIn, traded.amountXOut)
      const y = withoutFee(reserveY, traded.amountYIn, traded.amountYOut)
      if (x * y < reserveX * reserveY * PIPS * PIPS) return { reserveX, reserveY, ...traded }
      const least: bigint = handled[0]?.message === Swap ? handled[0].payload.minimumOut : 0n
      return traded.amountXOut + traded.amountYOut >= least ? undefined : { least, ...traded }
    },
  }
})
type Traded = { readonly [Name in "amountXIn" | "amountYIn" | "amountXOut" | "amountYOut"]: bigint }

/** Reserves and shares are positive together. */
const emptyTogether = Oracle.always("reserves and shares are positive together", ({ world }) => {
  const { reserveX, reserveY, shares } = stateOf(world)
  return shares === 0n || (reserveX > 0n && reserveY > 0n) ? undefined : { reserveX, reserveY, shares }
})

export const constantProduct = Campaign.make({
  name: "constant-product",
  parameters: { feePips: [3_000, 0, 500, 10_000, 999_999], feeTo: [null, "carol"] },
  world: ({ feePips, feeTo }) => ({
    accounts: { alice: { eth: RICH, usd: RICH }, bob: { eth: RICH, usd: RICH }, carol: { eth: 10n ** 6n } },
    actors: [actor("pool", ConstantProductPool, { assetX: "eth", assetY: "usd", feePips, feeTo, feeSetter: "carol" })],
  }),
  prepare: (world) => {
    world.send("alice", "pool", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: { eth: 10n ** 6n, usd: 4n * 10n ** 6n } })
    world.settle()
  },
  actions: [
    action(Swap, "pool", { name: "sellX", weight: 4, funds: ["eth"], payload: { minimumOut: [0n, 0n, 1n, 10n ** 9n] } }),
    action(Swap, "pool", { name: "sellY", weight: 4, funds: ["usd"], payload: { minimumOut: [0n, 0n, 1n, 10n ** 9n] } }),
    action(SwapForExact, "pool", { weight: 2, funds: ["eth"] }),
    action(Exchange, "pool", { weight: 3, funds: ["eth", "usd"], payload: { amountXOut: amounts(10n ** 9n), amountYOut: amounts(10n ** 9n) } }),
    action(AddLiquidity, "pool", { weight: 3, funds: ["eth", "usd"], payload: { minimumX: [0n], minimumY: [0n], minimumShares: [0n, 1n] } }),
    action(RemoveLiquidity, "pool", { weight: 3, funds: ["pool:shares"], payload: { minimumX: [0n], minimumY: [0n] } }),
    action(Skim, "pool"),
    action(Sync, "pool"),
    action(SetFeeTo, "pool", { payload: { feeTo: [null, "carol", "bob"] } }),
  ],
  oracles: [tradesKeepK, tradesKeepTheirTerms, emptyTogether],
  faults: true,
})
