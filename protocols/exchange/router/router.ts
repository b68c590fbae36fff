import { Actor } from "../../../core/index.ts"
import { invariants } from "./invariants.ts"
import { Hop, Route, RouteStopped, stopRoute } from "./messages.ts"
import { route } from "./split.ts"
import { RouterFields } from "./state.ts"

/**
 * Splits routes; `messages.ts` says what it promises. Any number of them may live side by side, by trader or by any key: they share nothing, and one
 * busy router is one thread.
 */
export const Router = Actor.make("router/Router", {
  params: {},
  state: RouterFields,
  messages: { Route },
  events: [RouteStopped],
  create: () => ({ stopped: 0 }),
  handlers: { Route: route },
  bounced: (router, bounce) => ({ state: bounce.message === Hop ? { stopped: router.stopped + 1 } : router, ...stopRoute(bounce) }),
  invariants,
})
