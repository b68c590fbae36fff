import { send } from "../../core/index.ts"
import { MarketStrategyView } from "../../protocols/lending/market-strategy/index.ts"
import { Deposit, Redeem, VaultView } from "../../protocols/vault/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { marketOf, movePips, STRATEGY, utilizationPips, VAULT, VAULT_SHARES } from "./credit.ts"
import { DOLLAR, USD } from "./market.ts"

/** Give their money to the vault and forget it, until one of these makes them run: each nerve runs from what the calmer ones run from, too. */
type Nerve = "calm" | "wary" | "nervous"

export const DEPOSITORS: readonly { readonly account: string; readonly nerve: Nerve }[] = (["calm", "wary", "nervous"] as const).flatMap((nerve) =>
  Array.from({ length: 5 }, (_, index) => ({ account: `depositors/${nerve}-${index + 1}`, nerve })),
)

const DEPOSIT_MIN = 100n * DOLLAR
/** A share price that has not risen for so long has stalled. */
const STALL_SECONDS = 3_600

const depositor = ({ account, nerve }: (typeof DEPOSITORS)[number]): Agent => ({
  account,
  group: "depositors",
  act: (sight, random) => {
    if (!random.chance(1 / 50)) return []
    const shares = sight.balance(VAULT_SHARES)
    const afraid = runs(sight, nerve)
    if (shares > 0n) return afraid ? [send(VAULT, Redeem, { minimumAssets: 0n, mayQueue: true }, { funds: { [VAULT_SHARES]: shares } })] : []
    const usd = sight.balance(USD)
    const returns = sight.block < 600 || random.chance(1 / 60)
    if (afraid || !returns || usd < DEPOSIT_MIN || movePips(sight) < -15_000n) return []
    return [send(VAULT, Deposit, { minimumShares: 1n }, { funds: { [USD]: usd } })]
  },
})

/**
 * Nervous: a fall of 5 % in an hour, or others who wait. Wary: a fall of 9 %, a stalled share price, or hardly any liquidity. All: losses above one in
 * two thousand.
 */
const runs = (sight: Sight, nerve: Nerve): boolean => {
  const vault = sight.view(VaultView, VAULT)
  if (vault === undefined) return true
  if (vault.losses * 2_000n > vault.totalAssets) return true
  if (nerve === "calm") return false
  const gainedAt = sight.view(MarketStrategyView, STRATEGY)?.gainedAt ?? null
  if (gainedAt !== null && sight.time - gainedAt > STALL_SECONDS) return true
  if (utilizationPips(marketOf(sight)) > 970_000n) return true
  const move = movePips(sight)
  return move < -90_000n || (nerve === "nervous" && (vault.waiting > 0 || move < -50_000n))
}

export const depositors: readonly Agent[] = DEPOSITORS.map(depositor)
