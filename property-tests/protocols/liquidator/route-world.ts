/** A market, a pool and a liquidator between them, to be disturbed. */
import { Actor, actor, Address, after, Count, Message, OutOfRange, send, World, type AnyDefinition, type EndedMessage, type WorldLimits } from "../../../core/index.ts"
import { AddLiquidity, ConstantProductPool, type PoolState } from "../../../protocols/amm/constant-product/index.ts"
import { Borrow, IsolatedMarket, Supply, SupplyCollateral, type MarketState } from "../../../protocols/lending/isolated-market/index.ts"
import { Liquidator, type LiquidatorState } from "../../../protocols/lending/liquidator/index.ts"
import { COLLATERAL, LOAN, MARKET, ORACLE, Say, SpokenOracle } from "../lending/ours.ts"

export const POOL = "amm/eth-usd"
export const LIQUIDATOR = "liquidator"
export const KEEPER = "keeper"
export const FLOODER = "flooder"
export const DUST = "dust"
export const BORROWERS = ["bob", "carol", "dave"] as const
export const CAPITAL = 5_000_000_000n
export const TIME = 1_700_000_000
export const WAD = 10n ** 18n
/** At the start a unit of collateral is worth this many units of the loan asset, at the oracle and in the pool. */
export const PRICE = 2_000n * WAD

/** Blocks in which an actor refuses a message of a name. */
export interface Refusals {
  readonly [message: string]: readonly number[]
}

/** The same actor, but that it refuses these messages in these blocks, as if its arithmetic failed. */
export const moody = <D extends AnyDefinition>(definition: D, refusals: Refusals): D => {
  const routes = new Map(definition.routes)
  for (const [message, handler] of definition.routes) {
    const heights = refusals[message.name]
    if (heights === undefined) continue
    routes.set(message, (state, payload, context) =>
      heights.includes(context.height) ? new OutOfRange({ operation: "mood", value: 0n }) : handler(state, payload, context))
  }
  // Moods are of single messages.
  return { ...definition, routes, seriesRoutes: new Map() }
}

/** Fills mailboxes; only the gate itself handles it. */
const Noise = Message.make("test/Noise", {})
const Burst = Message.make("test/Burst", { payload: { to: Address, count: Count } })
/** In each of `blocks` blocks from `from` blocks on, `count` messages leave for an actor. */
export const Flood = Message.make("test/Flood", { payload: { to: Address, count: Count, from: Count, blocks: Count } })
export const FLOOD = "flood"

/** Sends noise by timers, whose cause is earlier than that of any route: so it arrives before the route's own messages. */
export const FloodGate = Actor.make("test/FloodGate", {
  params: {},
  state: {},
  messages: { Flood, Burst, Noise },
  capacity: 1_000,
  create: () => ({}),
  handlers: {
    Flood: (state, { to, count, from, blocks }) => ({
      state,
      timers: Array.from({ length: blocks }, (_, index) => after(from + index + 1, Burst, { to, count })),
    }),
    Noise: (state) => ({ state }),
    Burst: (state, { to, count }) => ({ state, sends: Array.from({ length: count }, () => send(to, Noise, {})) }),
  },
})

export interface RouteWorld {
  readonly world: World
  readonly market: () => MarketState
  readonly pool: () => PoolState
  readonly liquidator: () => LiquidatorState
}

export interface Settings {
  readonly limits?: Partial<WorldLimits>
  readonly refusals?: Refusals
  readonly attemptsMax?: number
  readonly retryBlocks?: number
  readonly deadlineBlocks?: number
}

/** Alice has supplied, three borrowers owe 79.5 % of their collateral's worth at a limit of 80 %, the pool is deep, the liquidator has capital. */
export const openRoute = ({ limits = {}, refusals = {}, attemptsMax = 3, retryBlocks = 2, deadlineBlocks = 4 }: Settings = {}): RouteWorld => {
  const Market = moody(IsolatedMarket, refusals)
  const Pool = moody(ConstantProductPool, refusals)
  const purse = { [LOAN]: 10n ** 15n, [COLLATERAL]: 10n ** 12n }
  const assets = { loanAsset: LOAN, collateralAsset: COLLATERAL }
  const world = World.make(
    {
      accounts: { alice: purse, ...Object.fromEntries(BORROWERS.map((name) => [name, purse])), [KEEPER]: {}, [FLOODER]: { [DUST]: 10n ** 9n } },
      actors: [
        actor(FLOOD, FloodGate, {}),
        actor(ORACLE, SpokenOracle, { base: COLLATERAL, quote: LOAN, price: PRICE, updatedAt: TIME }),
        actor(MARKET, Market, { ...assets, oracle: ORACLE, staleAfterSeconds: 3_600, lltv: (8n * WAD) / 10n, owner: "alice", feeRecipient: "alice" }),
        actor(POOL, Pool, { assetX: COLLATERAL, assetY: LOAN, feePips: 3_000, feeTo: null, feeSetter: null }),
        actor(LIQUIDATOR, Liquidator, { ...assets, owner: KEEPER, market: MARKET, pool: POOL, attemptsMax, retryBlocks, deadlineBlocks }, { [LOAN]: CAPITAL }),
      ],
      time: TIME,
      limits,
    },
    { strict: true },
  )
  const accepted = (...given: Parameters<World["send"]>): void => {
    world.send(...given)
    const [receipt] = world.step().receipts
    if (receipt?.status !== "handled") throw new Error(`the start is refused: ${JSON.stringify(receipt)}`)
  }
  const noMinima = { minimumX: 0n, minimumY: 0n, minimumShares: 0n }
  accepted("alice", POOL, AddLiquidity, noMinima, { funds: { [COLLATERAL]: 100_000_000n, [LOAN]: 200_000_000_000n } })
  accepted("alice", MARKET, Supply, { assets: 10_000_000_000n, shares: 0n, onBehalf: "alice" }, { funds: { [LOAN]: 10_000_000_000n } })
  for (const name of BORROWERS) {
    accepted(name, MARKET, SupplyCollateral, { onBehalf: name }, { funds: { [COLLATERAL]: 1_000_000n } })
    accepted(name, MARKET, Borrow, { assets: 1_590_000_000n, shares: 0n, onBehalf: name, receiver: name })
  }
  return {
    world,
    market: () => world.state(Market, MARKET),
    pool: () => world.state(Pool, POOL),
    liquidator: () => world.state(Liquidator, LIQUIDATOR),
  }
}

/** Sets the oracle's price, in millionths of the first. */
export const sayPrice = (world: World, pips: number): void =>
  world.send(FLOODER, ORACLE, Say, { price: (PRICE * BigInt(pips)) / 1_000_000n, updatedAt: world.time })

/** The events of a name among what ended. */
export const eventsOf = (ended: readonly EndedMessage[], name: string): readonly { readonly [field: string]: any }[] =>
  ended.flatMap(({ events }) => events.filter(({ event }) => event.name === name).map(({ fields }) => fields as { readonly [field: string]: any }))
