/** A vault, its strategy, and the market that it lends to, to be disturbed. */
import { actor, World, type EndedMessage, type WorldLimits } from "../../../core/index.ts"
import { Borrow, IsolatedMarket, Supply, SupplyCollateral, type MarketState } from "../../../protocols/lending/isolated-market/index.ts"
import { MarketStrategy, type StrategyState } from "../../../protocols/lending/market-strategy/index.ts"
import { Allocate, Deposit, SetStrategy, sharesOf, Vault, type VaultState } from "../../../protocols/vault/index.ts"
import { COLLATERAL, LOAN, MARKET, ORACLE, SpokenOracle } from "../lending/ours.ts"
import { FLOOD, FloodGate, FLOODER, moody, PRICE, TIME, WAD, type Refusals } from "../liquidator/route-world.ts"

export const VAULT = "vault"
export const SHARES = sharesOf(VAULT)
export const STRATEGY = "strategy"
export const ADMIN = "admin"
export const HOLDERS = ["alice", "bob"] as const
export const BORROWER = "carol"
export const LENDER = "dave"
export const RECALL_BLOCKS = 4
const PURSE = 10n ** 12n

export interface CreditWorld {
  readonly world: World
  readonly market: () => MarketState
  readonly strategy: () => StrategyState
  readonly vault: () => VaultState
  /** What the vault says that the strategy owes. */
  readonly lent: () => bigint
}

/** The holders have given 10^9 each, half of it is lent, Dave has lent 5 * 10^8 more, and Carol owes 10^9 at 80 % of her collateral's worth. */
export const openCredit = (refusals: Refusals = {}, limits: Partial<WorldLimits> = {}): CreditWorld => {
  const Market = moody(IsolatedMarket, refusals)
  const Lender = moody(Vault, refusals)
  const purse = { [LOAN]: PURSE, [COLLATERAL]: PURSE }
  const world = World.make(
    {
      accounts: { ...Object.fromEntries([...HOLDERS, BORROWER, LENDER].map((name) => [name, purse])), [ADMIN]: {}, [FLOODER]: purse },
      actors: [
        actor(FLOOD, FloodGate, {}),
        actor(ORACLE, SpokenOracle, { base: COLLATERAL, quote: LOAN, price: PRICE, updatedAt: TIME }),
        actor(MARKET, Market, {
          loanAsset: LOAN,
          collateralAsset: COLLATERAL,
          oracle: ORACLE,
          staleAfterSeconds: 10 ** 9,
          lltv: (86n * WAD) / 100n,
          owner: ADMIN,
          feeRecipient: ADMIN,
        }),
        actor(VAULT, Lender, {
          asset: LOAN,
          decimalsOffset: 0,
          entryFeeBps: 0,
          exitFeeBps: 0,
          feeRecipient: null,
          manager: ADMIN,
          allocator: ADMIN,
          assetsMax: 10n ** 30n,
          queuedAssetsMin: 0n,
          waitingMax: 1_000,
          recallBlocks: RECALL_BLOCKS,
        }),
        actor(STRATEGY, MarketStrategy, { vault: VAULT, market: MARKET, asset: LOAN }),
      ],
      time: TIME,
      blockSeconds: 3_600,
      limits,
    },
    { strict: true },
  )
  const accepted = (...given: Parameters<World["send"]>): void => {
    world.send(...given)
    const [receipt] = world.step().receipts
    if (receipt?.status !== "handled") throw new Error(`the start is refused: ${JSON.stringify(receipt)}`)
  }
  accepted(ADMIN, VAULT, SetStrategy, { strategy: STRATEGY, lentMax: 10n ** 30n })
  for (const name of HOLDERS) accepted(name, VAULT, Deposit, { minimumShares: 0n }, { funds: { [LOAN]: 1_000_000_000n } })
  accepted(LENDER, MARKET, Supply, { assets: 500_000_000n, shares: 0n, onBehalf: LENDER }, { funds: { [LOAN]: 500_000_000n } })
  accepted(ADMIN, VAULT, Allocate, { strategy: STRATEGY, assets: 1_000_000_000n })
  world.settle()
  accepted(BORROWER, MARKET, SupplyCollateral, { onBehalf: BORROWER }, { funds: { [COLLATERAL]: 625_000n } })
  accepted(BORROWER, MARKET, Borrow, { assets: 1_000_000_000n, shares: 0n, onBehalf: BORROWER, receiver: BORROWER })
  world.settle()
  return {
    world,
    market: () => world.state(Market, MARKET),
    strategy: () => world.state(MarketStrategy, STRATEGY),
    vault: () => world.state(Lender, VAULT),
    lent: () => world.state(Lender, VAULT).strategies.get(STRATEGY)?.lent ?? 0n,
  }
}

/** Steps until nothing is under way. */
export const quiet = (world: World): readonly EndedMessage[] =>
  world.settle({ blocksMax: 1_000 }).flatMap((block) => {
    if (block.defects.length > 0) throw new Error(`defective: ${JSON.stringify(block.defects)}`)
    return block.ended
  })
