import { actor } from "../../core/index.ts"
import { AllowanceOf, Approve, BalanceOf, Burn, Mint, Token, Transfer, TransferFrom } from "../../protocols/token/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { amounts, anybody } from "../campaign/values.ts"

/** An ERC-20-like token: balances sum up to the supply whatever is sent, in whatever order, and no entry of zero stays. */
export const token = Campaign.make({
  name: "token",
  world: {
    accounts: { alice: { eth: 100n }, bob: { eth: 100n }, owner: { eth: 100n } },
    actors: [actor("token", Token, { owner: "owner" })],
  },
  prepare: (world) => {
    for (const to of ["alice", "bob"]) world.send("owner", "token", Mint, { to, amount: 10n ** 9n })
    world.settle()
  },
  actions: [
    action(Transfer, "token", { weight: 3, payload: { to: anybody } }),
    action(Approve, "token", { weight: 2, payload: { spender: anybody } }),
    action(TransferFrom, "token", { weight: 3, payload: { from: anybody, to: anybody } }),
    action(Mint, "token", { from: "owner", payload: { to: anybody } }),
    action(Burn, "token", { from: "owner", payload: { from: anybody } }),
    action(Mint, "token", { name: "mintByAnybody", payload: { to: anybody, amount: amounts(1000n) } }),
    action(BalanceOf, "token", { payload: { holder: anybody } }),
    action(AllowanceOf, "token", { payload: { holder: anybody, spender: anybody }, funds: ["eth"] }),
  ],
  faults: true,
})
