import type { Context } from "./context.ts"
import { Funds, type FundsLike } from "./funds.ts"
import { Random } from "./random.ts"
import type { AnyView } from "./view.ts"

/** A context made by hand, so that a handler can be called without an engine. What is not given is empty, zero or "self" and "sender". */
export const testContext = (
  given: Partial<Omit<Context, "funds" | "balance" | "supply" | "view">> & {
    readonly funds?: FundsLike
    readonly balances?: { readonly [asset: string]: bigint }
    readonly supplies?: { readonly [asset: string]: bigint }
    readonly views?: ReadonlyArray<readonly [view: AnyView, address: string, value: unknown]>
  } = {},
): Context => {
  const { balances = {}, supplies = {}, views = [] } = given
  const self = given.self ?? "self"
  const height = given.height ?? 1
  const id = given.id ?? "sender@0"
  return {
    self,
    sender: given.sender ?? "sender",
    funds: given.funds === undefined ? Funds.none : Funds.from(given.funds),
    height,
    time: given.time ?? 0,
    id,
    balance: (asset) => balances[asset] ?? 0n,
    supply: (asset) => supplies[asset] ?? 0n,
    view: (view, address) => views.find(([type, at]) => type === view && at === address)?.[2] as never,
    random: given.random ?? new Random(0n, height, self, id),
  }
}
