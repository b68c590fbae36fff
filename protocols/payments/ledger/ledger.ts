import { Actor, Failure, isMemberOf, memberOf, payOne, send, Table, type Answer, type Bounce, type Call, type Funds } from "../../../core/index.ts"
import { InsufficientBalance, NotMember, WrongAsset, WrongMember } from "./failures.ts"
import { aggregates, claims, invariants } from "./invariants.ts"
import { balanceIn, credited, debited, moved, sentOut, takenBack, takenIn } from "./math.ts"
import { BalanceOf, Credit, Deposit, Deposited, LedgerView, Refunded, Transfer, Transferred, Withdraw, Withdrawn } from "./messages.ts"
import { LedgerFields, LedgerParams, type LedgerState } from "./state.ts"

/** A member of a payments ledger; `messages.ts` says what it promises. Make all of them with `ledgerFamily` and `ledgerActors`. */
export const Ledger = Actor.make("payments/Ledger", {
  params: LedgerParams,
  state: LedgerFields,
  messages: { Deposit, Withdraw, Credit, BalanceOf },
  batched: { Transfer },
  events: [Deposited, Withdrawn, Transferred, Refunded],
  view: LedgerView,
  publish: ({ asset, total, accounts, sent, received }) => ({ asset, total, accounts, sent, received }),
  create: (params, self) => {
    if (!isMemberOf(params.family, params.size, self)) throw new TypeError(`${self} is no member of a family ${params.family} of ${params.size}`)
    return { ...params, balances: Table.empty(), total: 0n, accounts: 0, sent: 0n, received: 0n }
  },
  handlers: {
    Deposit: (ledger, { account }, { self, funds }) => {
      const refusal = otherThanAsset(ledger, funds) ?? otherMember(ledger, account, self)
      if (refusal !== undefined) return refusal
      return { state: credited(ledger, account, funds.amount), events: [Deposited.make({ account, amount: funds.amount })] }
    },

    Withdraw: (ledger, { amount }, { self, sender, funds }) => {
      const refusal = attached(funds) ?? otherMember(ledger, sender, self) ?? shortOf(ledger, sender, amount)
      if (refusal !== undefined) return refusal
      if (amount === 0n) return { state: ledger }
      return {
        state: debited(ledger, sender, amount),
        sends: [payOne(sender, ledger.asset, amount)],
        events: [Withdrawn.make({ account: sender, amount })],
      }
    },

    Credit: (ledger, { from, to }, { self, sender, funds }) => {
      const refusal = otherThanAsset(ledger, funds) ?? notMember(ledger, sender, from) ?? otherMember(ledger, to, self)
      if (refusal !== undefined) return refusal
      return { state: takenIn(ledger, to, funds.amount) }
    },

    BalanceOf: (ledger, { account }, { self, funds }) =>
      attached(funds) ?? otherMember(ledger, account, self) ?? { state: ledger, reply: { balance: balanceIn(ledger, account) } },
  },
  batches: {
    Transfer: (ledger, calls, { self }) => {
      let state = ledger
      const answers = calls.map((call): Answer<typeof Transfer, typeof Transferred> => {
        const done = transfer(state, call, self)
        if (done instanceof Failure) return done
        state = done.state
        return done.answer
      })
      return { state, answers }
    },
  },
  bounced: (ledger, bounce) => {
    const account = payerOf(bounce)
    const amount = bounce.refund.get(ledger.asset)
    const state = bounce.message === Credit ? takenBack(ledger, account, amount) : credited(ledger, account, amount)
    return { state, events: [Refunded.make({ account, amount })] }
  },
  invariants,
  claims,
  aggregates,
})

const transfer = (ledger: LedgerState, { sender, payload: { to, amount }, funds }: Call<typeof Transfer>, self: string) => {
  const refusal = attached(funds) ?? otherMember(ledger, sender, self) ?? shortOf(ledger, sender, amount)
  if (refusal !== undefined) return refusal
  const events = [Transferred.make({ from: sender, to, amount })]
  const member = memberOf(ledger.family, ledger.size, to)
  if (member === self || amount === 0n) return { state: moved(ledger, sender, to, amount), answer: { events } }
  const credit = send(member, Credit, { from: sender, to }, { funds: { [ledger.asset]: amount } })
  return { state: sentOut(ledger, sender, amount), answer: { events, sends: [credit] } }
}

/** A credit says whose money it carries; a withdrawal went to the account itself. */
const payerOf = ({ message, payload, by }: Bounce): string => (message === Credit ? (payload as { readonly from: string }).from : by)

const attached = (funds: Funds): WrongAsset | undefined =>
  funds.isEmpty ? undefined : new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })

const otherThanAsset = ({ asset }: LedgerState, funds: Funds): WrongAsset | undefined =>
  funds.asset === asset && funds.rest === undefined ? undefined : new WrongAsset({ expected: asset, given: String(funds).slice(0, 600) })

const otherMember = ({ family, size }: LedgerState, account: string, self: string): WrongMember | undefined => {
  const member = memberOf(family, size, account)
  return member === self ? undefined : new WrongMember({ account, member })
}

const notMember = ({ family, size }: LedgerState, sender: string, from: string): NotMember | undefined =>
  memberOf(family, size, from) === sender ? undefined : new NotMember({ sender, from })

const shortOf = (ledger: LedgerState, account: string, needed: bigint): InsufficientBalance | undefined => {
  const balance = balanceIn(ledger, account)
  return balance < needed ? new InsufficientBalance({ account, balance, needed }) : undefined
}
