import { addChecked, Failure, Funds, request } from "../../core/index.ts"
import { attachedNothing, attachedOnly } from "./attached.ts"
import {
  InsufficientIdle,
  LentLimitExceeded,
  MoreThanLent,
  NotAllocator,
  NotManager,
  NotStrategy,
  StrategyIsVault,
  StrategyOwes,
  TooManyStrategies,
} from "./failures.ts"
import { Lend, LendEnded, LendRefused, Lent, Recalled, Repaid, Revalued } from "./messages.ts"
import type { Allocate, Deallocate, RecallEnded, RemoveStrategy, Repay, Report, SetStrategy, WriteOff } from "./messages.ts"
import { recall, served } from "./queue.ts"
import { expected, STRATEGIES_MAX, type LoanState, type VaultState } from "./state.ts"
import type { Sequel, Verb } from "./verb.ts"

/** The verbs about strategies, and what strategies say. `messages.ts` says what they promise. */

export const setStrategy: Verb<typeof SetStrategy> = (vault, { strategy, lentMax }, { funds, sender, self }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  if (sender !== vault.manager) return new NotManager({ sender })
  if (strategy === self) return new StrategyIsVault({ strategy })
  const loan = vault.strategies.get(strategy)
  if (loan === undefined && vault.strategies.size >= STRATEGIES_MAX) return new TooManyStrategies({ strategiesMax: STRATEGIES_MAX })
  return { state: withLoan(vault, strategy, { lent: 0n, asked: 0n, askedUntil: 0, ...loan, lentMax }) }
}

export const removeStrategy: Verb<typeof RemoveStrategy> = (vault, { strategy }, { funds, sender }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  if (sender !== vault.manager) return new NotManager({ sender })
  const loan = vault.strategies.get(strategy)
  if (loan === undefined) return new NotStrategy({ strategy })
  if (loan.lent > 0n) return new StrategyOwes({ strategy, lent: loan.lent })
  return { state: { ...vault, strategies: vault.strategies.delete(strategy) } }
}

export const writeOff: Verb<typeof WriteOff> = (vault, { strategy, assets }, { funds, sender, height }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  if (sender !== vault.manager) return new NotManager({ sender })
  const loan = vault.strategies.get(strategy)
  if (loan === undefined) return new NotStrategy({ strategy })
  if (assets > loan.lent) return new MoreThanLent({ assets, lent: loan.lent })
  const events = [Revalued.make({ strategy, gain: 0n, loss: assets })]
  return served({ state: revalued(vault, strategy, loan, 0n, assets), events }, height)
}

export const allocate: Verb<typeof Allocate> = (vault, { strategy, assets }, { funds, sender }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  if (sender !== vault.allocator) return new NotAllocator({ sender })
  const loan = vault.strategies.get(strategy)
  if (loan === undefined) return new NotStrategy({ strategy })
  const waiting = vault.waiting.size
  if (waiting > 0 || assets > vault.idle) return new InsufficientIdle({ idle: vault.idle, needed: assets, waiting })
  const lent = loan.lent + assets
  if (lent > loan.lentMax) return new LentLimitExceeded({ lent, lentMax: loan.lentMax })
  return {
    state: { ...withLoan(vault, strategy, { ...loan, lent }), idle: vault.idle - assets },
    sends: [request(strategy, Lend, {}, { funds: Funds.of(vault.asset, assets), then: LendEnded, saved: { strategy } })],
    events: [Lent.make({ strategy, assets })],
  }
}

export const deallocate: Verb<typeof Deallocate> = (vault, { strategy, assets }, { funds, sender, height }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  if (sender !== vault.allocator) return new NotAllocator({ sender })
  const loan = vault.strategies.get(strategy)
  if (loan === undefined) return new NotStrategy({ strategy })
  if (assets > loan.lent) return new MoreThanLent({ assets, lent: loan.lent })
  const askedUntil = height + vault.recallBlocks
  return {
    state: withLoan(vault, strategy, { ...loan, asked: addChecked(expected(loan, height), assets), askedUntil }),
    sends: [recall(strategy, assets, askedUntil)],
    events: [Recalled.make({ strategy, assets })],
  }
}

export const lendEnded: Sequel<typeof LendEnded> = (vault, outcome, { strategy }, { height }) => {
  if (outcome._tag === "Success") return { state: vault }
  const assets = outcome.refund.get(vault.asset)
  return served({ state: returned(vault, strategy, assets), events: [LendRefused.make({ strategy, assets })] }, height)
}

export const recallEnded: Sequel<typeof RecallEnded> = (vault, outcome, { strategy, assets }, { height }) => {
  const coming = outcome._tag === "Success" ? least(outcome.reply.coming, assets) : 0n
  return served({ state: lessAsked(vault, strategy, assets - coming) }, height)
}

export const repay: Verb<typeof Repay> = (vault, { short }, { funds, sender, height }) => {
  const assets = attachedOnly(funds, vault.asset)
  if (assets instanceof Failure) return assets
  const loan = vault.strategies.get(sender)
  if (loan === undefined) return new NotStrategy({ strategy: sender })
  const gain = assets - least(assets, loan.lent)
  const state = lessAsked(returned(settled(vault, sender, assets), sender, assets), sender, short)
  return served({ state: { ...state, gains: addChecked(state.gains, gain) }, events: [Repaid.make({ strategy: sender, assets, gain })] }, height)
}

export const report: Verb<typeof Report> = (vault, payload, { funds, sender, height }) => {
  const wrong = attachedNothing(funds)
  if (wrong !== undefined) return wrong
  const loan = vault.strategies.get(sender)
  if (loan === undefined) return new NotStrategy({ strategy: sender })
  const gain = payload.gain
  const loss = least(payload.loss, addChecked(loan.lent, gain))
  const events = [Revalued.make({ strategy: sender, gain, loss })]
  return { ...served({ state: revalued(vault, sender, loan, gain, loss), events }, height), reply: { gain, loss } }
}

const least = (x: bigint, y: bigint): bigint => (x < y ? x : y)

const withLoan = (vault: VaultState, strategy: string, loan: LoanState): VaultState => ({
  ...vault,
  strategies: vault.strategies.set(strategy, loan),
  lent: vault.lent - (vault.strategies.get(strategy)?.lent ?? 0n) + loan.lent,
})

const revalued = (vault: VaultState, strategy: string, loan: LoanState, gain: bigint, loss: bigint): VaultState => {
  const state = withLoan(vault, strategy, { ...loan, lent: loan.lent + gain - loss })
  // The total, and the virtual unit, must stay an amount, or no share would have a price.
  addChecked(addChecked(state.idle, state.lent), 1n)
  return { ...state, gains: addChecked(vault.gains, gain), losses: addChecked(vault.losses, loss) }
}

/** Cash that came back from a strategy, whether the vault still knows it or not; beyond what it owes, it is a gain. */
const returned = (vault: VaultState, strategy: string, assets: bigint): VaultState => {
  const loan = vault.strategies.get(strategy)
  const state = loan === undefined ? vault : withLoan(vault, strategy, { ...loan, lent: loan.lent - least(assets, loan.lent) })
  return { ...state, idle: addChecked(vault.idle, assets) }
}

/** Some of what was asked has come. A strategy that sent all of it may be asked again at once. */
const settled = (vault: VaultState, strategy: string, assets: bigint): VaultState => {
  const loan = vault.strategies.get(strategy) as LoanState
  if (loan.asked === 0n) return vault
  const asked = loan.asked - least(assets, loan.asked)
  return withLoan(vault, strategy, { ...loan, asked, askedUntil: asked === 0n ? 0 : loan.askedUntil })
}

/** Some of what was asked will not come. The strategy is left in peace until the time is over, so that the others are asked. */
const lessAsked = (vault: VaultState, strategy: string, assets: bigint): VaultState => {
  const loan = vault.strategies.get(strategy)
  if (loan === undefined || assets === 0n) return vault
  return withLoan(vault, strategy, { ...loan, asked: loan.asked - least(assets, loan.asked) })
}
