import { Actor } from "./actor.ts"
import { Payment } from "./step.ts"

/** The simplest actor: it holds balances, accepts payments, and is the sender of transactions. */
export const Account = Actor.make("core/Account", {
  params: {},
  state: {},
  messages: { Payment },
  create: () => ({}),
  handlers: {
    Payment: (state) => ({ state }),
  },
})
