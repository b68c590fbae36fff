import { after, MAX_UINT256, payOne, request, type Address, type Emitted, type Send, type Timer } from "../../core/index.ts"
import { feeOnRawUp, toAssetsDown, toSharesDown, virtualShares } from "./math.ts"
import { Recall, Recalled, RecallEnded, Serve, Withdrawn } from "./messages.ts"
import { previewRedeem } from "./preview.ts"
import { expected, SERVED_MAX, type VaultState } from "./state.ts"
import type { VaultEvent, VaultStep } from "./verb.ts"

/** How waiting withdrawals are paid, and what is recalled for them. `messages.ts` says what it promises. */

/** A part of a ticket is paid only if it is at least this fraction, so that payments of dust cannot grind a ticket down by rounding. */
const PARTS_MAX = 16n

/** A withdrawal as it is paid: `assets` to the owner, `fee` to the fee's recipient (0 where it stays in the vault). */
export interface Exit {
  readonly owner: Address
  readonly ticket: number | null
  readonly shares: bigint
  readonly assets: bigint
  readonly fee: bigint
}

/** The exit fee that leaves the vault on top of `assets`, rounded up. */
export const exitFeePaid = ({ exitFeeBps, feeRecipient }: VaultState, assets: bigint): bigint =>
  feeRecipient === null ? 0n : feeOnRawUp(assets, exitFeeBps)

/** The entry or exit fee, if any, to whom it belongs. */
export const feePayment = ({ feeRecipient, asset }: VaultState, fee: bigint): readonly Send[] =>
  fee === 0n || feeRecipient === null ? [] : [payOne(feeRecipient, asset, fee)]

/** The vault after an exit; the shares are to be burned, the payments to be sent. */
export const afterExit = (vault: VaultState, { shares, assets, fee }: Exit): VaultState => ({
  ...vault,
  idle: vault.idle - assets - fee,
  supply: vault.supply - shares,
})

/** The event of an exit. */
export const withdrawn = ({ owner, assets, fee, shares, ticket }: Exit): Emitted<typeof Withdrawn> =>
  Withdrawn.make({ owner, assets, fee, shares, ticket })

/** What a handling did before the queue had its turn. */
export interface Before {
  readonly state: VaultState
  readonly sends?: readonly Send[]
  readonly events?: readonly Emitted<VaultEvent>[]
  readonly mints?: bigint
  readonly burns?: bigint
}

/** A handling's step with the queue served: withdrawals that can be paid now are paid, and what the others need is recalled. */
export const served = (before: Before, height: number): VaultStep => servedWith(before, height).step

/** The same, with the withdrawals that were paid. */
export const servedWith = (
  { state: before, sends = [], events = [], mints = 0n, burns = 0n }: Before,
  height: number,
): { readonly step: VaultStep; readonly exits: readonly Exit[] } => {
  const { assetShares } = before
  const { vault, exits, more } = priced(before) ? payWaiting(before) : { vault: before, exits: [], more: false }
  const fees = exits.reduce((sum, { fee }) => sum + fee, 0n)
  const burnt = exits.reduce((sum, { shares }) => sum + shares, burns)
  const recalled = recallNeeded(vault, height)
  const timers: readonly Timer[] = more && !vault.continuing ? [after(1, Serve, {})] : []
  const step: VaultStep = {
    state: timers.length > 0 ? { ...recalled.vault, continuing: true } : recalled.vault,
    sends: [
      ...sends,
      ...exits.filter(({ assets }) => assets > 0n).map(({ owner, assets }) => payOne(owner, vault.asset, assets)),
      ...feePayment(vault, fees),
      ...recalled.sends,
    ],
    events: [...events, ...exits.map(withdrawn), ...recalled.events],
    mints: { [assetShares]: mints },
    burns: { [assetShares]: burnt },
    timers,
  }
  return { step, exits }
}

/** Whether shares have a price. Where they have none (amounts at the end of their range), the queue waits, and nothing else is disturbed. */
const priced = (vault: VaultState): boolean =>
  vault.idle + vault.lent < MAX_UINT256 && vault.supply + virtualShares(vault) <= MAX_UINT256

/** Pays tickets in order, up to `SERVED_MAX`; `more` says that the next one could be paid too. */
const payWaiting = (before: VaultState): { readonly vault: VaultState; readonly exits: readonly Exit[]; readonly more: boolean } => {
  let vault = before
  const exits: Exit[] = []
  for (let head = vault.waiting.first(); head !== undefined; head = vault.waiting.first()) {
    const [ticket, { owner, shares }] = head
    const exit = exitNow(vault, owner, ticket, shares)
    if (exit === undefined) break
    if (exits.length === SERVED_MAX) return { vault, exits, more: true }
    exits.push(exit)
    const rest = shares - exit.shares
    const waiting = rest === 0n ? vault.waiting.delete(ticket) : vault.waiting.set(ticket, { owner, shares: rest })
    vault = { ...afterExit(vault, exit), waiting, escrowed: vault.escrowed - exit.shares }
    if (rest > 0n) break
  }
  return { vault, exits, more: false }
}

/** What the cash pays of a ticket: all, a part, or nothing yet. */
const exitNow = (vault: VaultState, owner: Address, ticket: number, shares: bigint): Exit | undefined => {
  const whole = exitOf(vault, owner, ticket, shares)
  if (whole.assets + whole.fee <= vault.idle) return whole
  const part = exitOf(vault, owner, ticket, toSharesDown(vault, vault.idle))
  return part.assets === 0n || part.shares * PARTS_MAX < shares ? undefined : part
}

const exitOf = (vault: VaultState, owner: Address, ticket: number, shares: bigint): Exit => {
  const assets = previewRedeem(vault, shares)
  return { owner, ticket, shares, assets, fee: exitFeePaid(vault, assets) }
}

/** Asks strategies that are not being asked already, ascending by address, for what the waiting shares are worth beyond what is idle or coming. */
const recallNeeded = (vault: VaultState, height: number) => {
  const sends: Send[] = []
  const events: Emitted<typeof Recalled>[] = []
  if (vault.escrowed === 0n || !priced(vault)) return { vault, sends, events }
  // One unit for each ticket, since each rounds on its own.
  let missing = toAssetsDown(vault, vault.escrowed) + BigInt(vault.waiting.size) - vault.idle
  for (const loan of vault.strategies.values()) missing -= expected(loan, height)
  let { strategies } = vault
  for (const [strategy, loan] of vault.strategies.entries()) {
    if (missing <= 0n) break
    if (loan.lent === 0n || height <= loan.askedUntil) continue
    const assets = loan.lent < missing ? loan.lent : missing
    missing -= assets
    strategies = strategies.set(strategy, { ...loan, asked: assets, askedUntil: height + vault.recallBlocks })
    sends.push(recall(strategy, assets, height + vault.recallBlocks))
    events.push(Recalled.make({ strategy, assets }))
  }
  return { vault: { ...vault, strategies }, sends, events }
}

/** The message that asks a strategy for assets; unanswered by the deadline, it comes back. */
export const recall = (strategy: Address, assets: bigint, deadline: number): Send =>
  request(strategy, Recall, { assets }, { deadline, then: RecallEnded, saved: { strategy, assets } })
