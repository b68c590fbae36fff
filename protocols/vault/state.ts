import {
  Address,
  Amount,
  AssetId,
  Bool,
  Count,
  Height,
  Integer,
  Nullable,
  SortedTableOf,
  Struct,
  TableOf,
  type Value,
  type Values,
} from "../../core/index.ts"

/** Strategies of one vault. */
export const STRATEGIES_MAX = 16
/**
 * Withdrawals that one handling pays; the vault goes on with the others in the next block by itself. A world's own limits must allow that many
 * sends and events, and those of the recalls.
 */
export const SERVED_MAX = 64

/** What a vault is made of. */
export const VaultParams = {
  asset: AssetId,
  /** Decimals of a share beyond those of the asset; each makes inflating the first price ten times as dear. */
  decimalsOffset: Integer(0, 24),
  /** On top of what a deposit is credited for. */
  entryFeeBps: Integer(0, 10_000),
  /** On top of what a withdrawal pays. */
  exitFeeBps: Integer(0, 10_000),
  /** Who is paid the fees; null: they stay in the vault, for those who hold shares. */
  feeRecipient: Nullable(Address),
  /** Who names strategies and writes off; null: nobody. */
  manager: Nullable(Address),
  /** Who lends to strategies and recalls; null: nobody. */
  allocator: Nullable(Address),
  /** Largest total of assets that deposits may make; 2^256 - 1: no limit. */
  assetsMax: Amount,
  /** Withdrawals that need less cash than this are never queued, so that nobody fills the queue with dust. */
  queuedAssetsMin: Amount,
  /** Withdrawals that may wait. */
  waitingMax: Integer(1, 1_000_000),
  /** Blocks for which the vault waits for what it recalled before it may ask the same strategy again by itself. */
  recallBlocks: Integer(1, 1_000_000),
}

/** What a strategy has of the vault. */
export const LoanFields = {
  /** Book value: what was lent, plus gains, less losses and what came back. Assets on their way to the strategy are part of it. */
  lent: Amount,
  /** Above this nothing more is lent. */
  lentMax: Amount,
  /** Recalled and not yet back. */
  asked: Amount,
  /** The last block in which `asked` is still expected. */
  askedUntil: Height,
}
export const Loan = Struct(LoanFields)
export type LoanState = Value<typeof Loan>

/** A withdrawal that waits. */
export const Waiting = Struct({ owner: Address, shares: Amount })

/** Payments that came back, to be collected. */
export const Unclaimed = Struct({ assets: Amount, shares: Amount })

/** A vault between two messages. */
export const VaultFields = {
  ...VaultParams,
  assetShares: AssetId,
  /** Shares in existence, those in the queue included. */
  supply: Amount,
  /** Cash that belongs to the holders of shares. */
  idle: Amount,
  /** Sum of the loans' book values. */
  lent: Amount,
  strategies: TableOf(Address, Loan),
  /** Withdrawals that wait, by ticket: first come, first served. */
  waiting: SortedTableOf(Count, Waiting),
  /** Sum of the waiting shares; the vault holds them. */
  escrowed: Amount,
  ticketNext: Count,
  /** Whether a timer of the vault's own will go on paying. */
  continuing: Bool,
  unclaimed: TableOf(Address, Unclaimed),
  unclaimedAssets: Amount,
  unclaimedShares: Amount,
  /** All gains that strategies have reported. */
  gains: Amount,
  /** All losses that were ever booked. */
  losses: Amount,
}

export type VaultState = Values<typeof VaultFields>

/** What is still expected of a recall in block `height`. */
export const expected = (loan: LoanState, height: number): bigint => (height <= loan.askedUntil ? loan.asked : 0n)
