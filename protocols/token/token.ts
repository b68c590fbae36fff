import { Actor, Address, MAX_UINT256, Table, type Funds } from "../../core/index.ts"
import { FundsAttached, InsufficientAllowance, InsufficientBalance, NotOwner, SupplyExceeded } from "./failures.ts"
import { invariants } from "./invariants.ts"
import { ALLOWANCE_INFINITE, allowanceKey, amountAt, moved, withAmount } from "./math.ts"
import { AllowanceOf, Approve, Approved, BalanceOf, Burn, Mint, TokenView, Transfer, TransferFrom, Transferred } from "./messages.ts"
import { TokenFields, type TokenState } from "./state.ts"

export const Token = Actor.make("token/Token", {
  params: { owner: Address },
  state: TokenFields,
  messages: { Transfer, Approve, TransferFrom, Mint, Burn, BalanceOf, AllowanceOf },
  events: [Transferred, Approved],
  view: TokenView,
  publish: ({ owner, totalSupply }) => ({ owner, totalSupply }),
  create: ({ owner }) => ({ owner, totalSupply: 0n, balances: Table.empty(), allowances: Table.empty() }),
  handlers: {
    Transfer: (token, { to, amount }, { sender, funds }) => {
      const refusal = attached(funds) ?? shortOf(token, sender, amount)
      if (refusal !== undefined) return refusal
      return { state: { ...token, balances: moved(token.balances, sender, to, amount) }, events: [Transferred.make({ from: sender, to, amount })] }
    },

    Approve: (token, { spender, amount }, { sender, funds }) => {
      const refusal = attached(funds)
      if (refusal !== undefined) return refusal
      const allowances = withAmount(token.allowances, allowanceKey(sender, spender), amount)
      return { state: { ...token, allowances }, events: [Approved.make({ holder: sender, spender, amount })] }
    },

    TransferFrom: (token, { from, to, amount }, { sender, funds }) => {
      const key = allowanceKey(from, sender)
      const allowance = amountAt(token.allowances, key)
      const unallowed = allowance < amount ? new InsufficientAllowance({ holder: from, spender: sender, allowance, needed: amount }) : undefined
      const refusal = attached(funds) ?? unallowed ?? shortOf(token, from, amount)
      if (refusal !== undefined) return refusal
      const allowances = allowance === ALLOWANCE_INFINITE ? token.allowances : withAmount(token.allowances, key, allowance - amount)
      const balances = moved(token.balances, from, to, amount)
      return { state: { ...token, balances, allowances }, events: [Transferred.make({ from, to, amount })] }
    },

    Mint: (token, { to, amount }, { sender, funds }) => {
      const refusal = attached(funds) ?? notOwner(token, sender)
      if (refusal !== undefined) return refusal
      const totalSupply = token.totalSupply + amount
      if (totalSupply > MAX_UINT256) return new SupplyExceeded({ totalSupply: token.totalSupply, minted: amount })
      const balances = withAmount(token.balances, to, amountAt(token.balances, to) + amount)
      return { state: { ...token, totalSupply, balances }, events: [Transferred.make({ from: null, to, amount })] }
    },

    Burn: (token, { from, amount }, { sender, funds }) => {
      const refusal = attached(funds) ?? notOwner(token, sender) ?? shortOf(token, from, amount)
      if (refusal !== undefined) return refusal
      const balances = withAmount(token.balances, from, amountAt(token.balances, from) - amount)
      return { state: { ...token, totalSupply: token.totalSupply - amount, balances }, events: [Transferred.make({ from, to: null, amount })] }
    },

    BalanceOf: (token, { holder }, { funds }) => attached(funds) ?? { state: token, reply: { balance: amountAt(token.balances, holder) } },

    AllowanceOf: (token, { holder, spender }, { funds }) =>
      attached(funds) ?? { state: token, reply: { allowance: amountAt(token.allowances, allowanceKey(holder, spender)) } },
  },
  invariants,
})

const attached = (funds: Funds): FundsAttached | undefined =>
  funds.isEmpty ? undefined : new FundsAttached({ funds: String(funds).slice(0, 600) })

const notOwner = (token: TokenState, sender: string): NotOwner | undefined => (sender === token.owner ? undefined : new NotOwner({ sender }))

const shortOf = (token: TokenState, holder: string, needed: bigint): InsufficientBalance | undefined => {
  const balance = amountAt(token.balances, holder)
  return balance < needed ? new InsufficientBalance({ holder, balance, needed }) : undefined
}
