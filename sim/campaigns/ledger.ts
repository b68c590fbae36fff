import { wrapAdd256 } from "../../core/index.ts"
import { BalanceOf, Credit, Deposit, ledgerActors, ledgerFamily, ledgerTotals, Transfer, Withdraw } from "../../protocols/payments/ledger/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle } from "../campaign/oracle.ts"
import { amounts, anybody } from "../campaign/values.ts"

/** What a payments ledger promises, in our words: see also the invariants beside it, which are watched anyway. */

const RICH = 10n ** 9n
const USERS = ["alice", "bob", "carol", "dave"] as const
const FAMILY = ledgerFamily("ledger", 3)
const SURPLUS = 1_000n

/** When nothing is under way between members, none is missing: the members hold what accounts have, and what they were given at their birth. */
const backed = Oracle.whenQuiet("the ledger is backed one to one", ({ world }) => {
  const totals = ledgerTotals(FAMILY, (view, address) => world.view(view, address))
  const held = FAMILY.members.reduce((sum, member) => wrapAdd256(sum, world.balance(member, "usd")), 0n)
  return totals !== undefined && totals.underWay === 0n && held === totals.total + SURPLUS * BigInt(FAMILY.members.length) ? undefined : { ...totals, held }
})

export const ledger = Campaign.make({
  name: "ledger",
  world: {
    accounts: Object.fromEntries(USERS.map((name) => [name, { usd: RICH, eth: 100n }])),
    actors: ledgerActors(FAMILY, "usd").map((member) => ({ ...member, balances: { usd: SURPLUS } })),
  },
  prepare: (world) => {
    for (const name of USERS) world.send(name, FAMILY.addressOf(name), Deposit, { account: name }, { funds: { usd: 10n ** 6n } })
    world.settle()
  },
  actions: [
    ...USERS.flatMap((name) => [
      action(Transfer, FAMILY.addressOf(name), { name: `${name}Transfers`, weight: 4, from: name, payload: { to: anybody, amount: amounts(2n * 10n ** 6n) } }),
      action(Withdraw, FAMILY.addressOf(name), { name: `${name}Withdraws`, weight: 2, from: name, payload: { amount: amounts(2n * 10n ** 6n) } }),
      action(Deposit, FAMILY.addressOf(name), { name: `depositFor ${name}`, weight: 2, funds: ["usd"], payload: { account: [name] } }),
    ]),
    action(Transfer, FAMILY.members, { name: "strayTransfer", payload: { to: anybody } }),
    action(Deposit, FAMILY.members, { name: "strayDeposit", funds: ["usd"], payload: { account: anybody } }),
    action(Credit, FAMILY.members, { name: "forgedCredit", weight: 2, funds: ["usd"], payload: { from: anybody, to: anybody } }),
    action(BalanceOf, FAMILY.members, { payload: { account: anybody } }),
  ],
  oracles: [backed],
  faults: true,
})
