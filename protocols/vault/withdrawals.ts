import { Failure, Funds, pay, payOne, type Bounce, type Context } from "../../core/index.ts"
import { attachedNothing, attachedOnly } from "./attached.ts"
import { InsufficientIdle, NoSuchWithdrawal, NothingToCollect, NotOwner, QueueFull, SlippageExceeded, WithdrawLimitExceeded } from "./failures.ts"
import {
  PaymentReturned,
  WithdrawalCancelled,
  WithdrawalQueued,
  type CancelWithdrawal,
  type Collect,
  type Redeem,
  type Serve,
  type Withdraw,
} from "./messages.ts"
import { maxWithdraw, previewRedeem, previewWithdraw } from "./preview.ts"
import { afterExit, exitFeePaid, feePayment, served, servedWith, withdrawn, type Exit } from "./queue.ts"
import type { VaultState } from "./state.ts"
import type { VaultStep, Verb } from "./verb.ts"

/** The verbs by which shares leave. `messages.ts` says what they promise. */

export const withdraw: Verb<typeof Withdraw> = (vault, { assets, mayQueue }, context) => {
  const maximumIn = attachedOnly(context.funds, vault.assetShares)
  if (maximumIn instanceof Failure) return maximumIn
  const assetsMax = maxWithdraw(vault, maximumIn)
  if (assets > assetsMax) return new WithdrawLimitExceeded({ assets, assetsMax })
  const shares = previewWithdraw(vault, assets)
  const leave = left(vault, shares, assets, maximumIn - shares, mayQueue, context)
  if (leave instanceof Failure) return leave
  const { step, paid, ticket } = leave
  return { ...step, reply: { shares, paid, ticket } }
}

export const redeem: Verb<typeof Redeem> = (vault, { minimumAssets, mayQueue }, context) => {
  const shares = attachedOnly(context.funds, vault.assetShares)
  if (shares instanceof Failure) return shares
  const assets = previewRedeem(vault, shares)
  if (assets < minimumAssets) return new SlippageExceeded({ asset: vault.asset, amountOut: assets, minimumOut: minimumAssets })
  const leave = left(vault, shares, assets, 0n, mayQueue, context)
  if (leave instanceof Failure) return leave
  const { step, paid, ticket } = leave
  return { ...step, reply: { assets, paid, ticket } }
}

/** A step, what it pays the sender, and the ticket for what it does not. */
interface Left {
  readonly step: VaultStep
  readonly paid: bigint
  readonly ticket: number | null
}

/** Pays at once, or puts the shares into the queue. What needs no cash waits for none. */
const left = (
  vault: VaultState,
  shares: bigint,
  assets: bigint,
  change: bigint,
  mayQueue: boolean,
  context: Context,
): Left | InsufficientIdle | QueueFull => {
  const { sender, height } = context
  const fee = exitFeePaid(vault, assets)
  const needed = assets + fee
  const waiting = vault.waiting.size
  if (needed > 0n && (waiting > 0 || needed > vault.idle)) {
    if (!mayQueue || needed < vault.queuedAssetsMin) return new InsufficientIdle({ idle: vault.idle, needed, waiting })
    if (waiting >= vault.waitingMax) return new QueueFull({ waitingMax: vault.waitingMax })
    return queued(vault, shares, change, context)
  }
  const exit: Exit = { owner: sender, ticket: null, shares, assets, fee }
  const payment = pay(sender, { [vault.asset]: assets, [vault.assetShares]: change })
  const step = served(
    {
      state: afterExit(vault, exit),
      burns: shares,
      sends: [...(payment.funds.isEmpty ? [] : [payment]), ...feePayment(vault, fee)],
      events: [withdrawn(exit)],
    },
    height,
  )
  return { step, paid: assets, ticket: null }
}

const queued = (vault: VaultState, shares: bigint, change: bigint, { sender, height }: Context): Left => {
  const ticket = vault.ticketNext
  const waiting = vault.waiting.set(ticket, { owner: sender, shares })
  const { step, exits } = servedWith(
    {
      state: { ...vault, waiting, escrowed: vault.escrowed + shares, ticketNext: ticket + 1 },
      sends: change === 0n ? [] : [payOne(sender, vault.assetShares, change)],
      events: [WithdrawalQueued.make({ owner: sender, ticket, shares })],
    },
    height,
  )
  return { step, paid: exits.find((exit) => exit.ticket === ticket)?.assets ?? 0n, ticket }
}

export const cancelWithdrawal: Verb<typeof CancelWithdrawal> = (vault, { ticket }, { funds, sender, height }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  const withdrawal = vault.waiting.get(ticket)
  if (withdrawal === undefined) return new NoSuchWithdrawal({ ticket })
  const { owner, shares } = withdrawal
  if (sender !== owner) return new NotOwner({ sender, owner })
  const step = served(
    {
      state: { ...vault, waiting: vault.waiting.delete(ticket), escrowed: vault.escrowed - shares },
      sends: [payOne(owner, vault.assetShares, shares)],
      events: [WithdrawalCancelled.make({ owner, ticket, shares })],
    },
    height,
  )
  return { ...step, reply: { shares } }
}

export const serve: Verb<typeof Serve> = (vault, _, { funds, sender, self, height }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  return served({ state: sender === self ? { ...vault, continuing: false } : vault }, height)
}

export const collect: Verb<typeof Collect> = (vault, _, { funds, sender }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  const owed = vault.unclaimed.get(sender)
  if (owed === undefined) return new NothingToCollect({ sender })
  const { assets, shares } = owed
  return {
    state: {
      ...vault,
      unclaimed: vault.unclaimed.delete(sender),
      unclaimedAssets: vault.unclaimedAssets - assets,
      unclaimedShares: vault.unclaimedShares - shares,
    },
    reply: { assets, shares },
    sends: [pay(sender, { [vault.asset]: assets, [vault.assetShares]: shares })],
  }
}

/** A payment came back: it stays its receiver's. */
export const paymentReturned = (vault: VaultState, { refund, by }: Pick<Bounce, "refund" | "by">): VaultStep => {
  if (refund === Funds.none) return { state: vault }
  const assets = refund.get(vault.asset)
  const shares = refund.get(vault.assetShares)
  const before = vault.unclaimed.get(by) ?? { assets: 0n, shares: 0n }
  return {
    state: {
      ...vault,
      unclaimed: vault.unclaimed.set(by, { assets: before.assets + assets, shares: before.shares + shares }),
      unclaimedAssets: vault.unclaimedAssets + assets,
      unclaimedShares: vault.unclaimedShares + shares,
    },
    events: [PaymentReturned.make({ owner: by, assets, shares })],
  }
}
