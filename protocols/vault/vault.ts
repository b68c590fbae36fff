import { Actor, MAX_UINT256, Payment, SortedTable, Table } from "../../core/index.ts"
import { deposit, mint } from "./deposits.ts"
import { aggregates, claims, invariants, prices } from "./invariants.ts"
import { allocate, deallocate, lendEnded, recallEnded, removeStrategy, repay, report, setStrategy, writeOff } from "./loans.ts"
import { assetsPerShareWadDown } from "./math.ts"
import * as said from "./messages.ts"
import { served } from "./queue.ts"
import { VaultFields, VaultParams } from "./state.ts"
import { EVENTS, type Verb } from "./verb.ts"
import { cancelWithdrawal, collect, paymentReturned, redeem, serve, withdraw } from "./withdrawals.ts"

const { Deposit, Mint, Withdraw, Redeem, CancelWithdrawal, Collect, Serve } = said
const { SetStrategy, RemoveStrategy, WriteOff, Allocate, Deallocate, Repay, Report, LendEnded, RecallEnded } = said

/** A donation, from whomever: it belongs to all shares, and serves those who wait. */
const payment: Verb<typeof Payment> = (vault, _, { funds, height }) =>
  served({ state: { ...vault, idle: vault.idle + funds.get(vault.asset) } }, height)

/** A vault after ERC-4626 that lends to strategies; `messages.ts` says what it promises. */
export const Vault = Actor.make("vault/Vault", {
  params: VaultParams,
  state: VaultFields,
  messages: {
    Deposit,
    Mint,
    Withdraw,
    Redeem,
    CancelWithdrawal,
    Collect,
    Serve,
    SetStrategy,
    RemoveStrategy,
    WriteOff,
    Allocate,
    Deallocate,
    Repay,
    Report,
    Payment,
  },
  continuations: { LendEnded, RecallEnded },
  events: EVENTS,
  view: said.VaultView,
  publish: (vault) => {
    const { asset, assetShares, idle, lent, supply, decimalsOffset, entryFeeBps, exitFeeBps, assetsMax, waiting, escrowed, losses } = vault
    const total = idle + lent
    return {
      asset,
      assetShares,
      totalAssets: total > MAX_UINT256 ? MAX_UINT256 : total,
      idle,
      lent,
      supply,
      decimalsOffset,
      assetsPerShare: assetsPerShareWadDown(vault),
      entryFeeBps,
      exitFeeBps,
      assetsMax,
      waiting: waiting.size,
      escrowed,
      losses,
    }
  },
  create: (params, self) => {
    const assetShares = said.sharesOf(self)
    if (params.asset === assetShares) throw new TypeError(`the asset of a vault must not be its own shares, ${assetShares}`)
    if (params.feeRecipient === self) throw new TypeError("fees that stay in the vault have a recipient of null")
    return {
      ...params,
      assetShares,
      supply: 0n,
      idle: 0n,
      lent: 0n,
      strategies: Table.empty(),
      waiting: SortedTable.empty(),
      escrowed: 0n,
      ticketNext: 0,
      continuing: false,
      unclaimed: Table.empty(),
      unclaimedAssets: 0n,
      unclaimedShares: 0n,
      gains: 0n,
      losses: 0n,
    }
  },
  handlers: {
    Deposit: deposit,
    Mint: mint,
    Withdraw: withdraw,
    Redeem: redeem,
    CancelWithdrawal: cancelWithdrawal,
    Collect: collect,
    Serve: serve,
    SetStrategy: setStrategy,
    RemoveStrategy: removeStrategy,
    WriteOff: writeOff,
    Allocate: allocate,
    Deallocate: deallocate,
    Repay: repay,
    Report: report,
    Payment: payment,
  },
  resume: { LendEnded: lendEnded, RecallEnded: recallEnded },
  bounced: paymentReturned,
  invariants,
  claims,
  prices,
  aggregates,
})
