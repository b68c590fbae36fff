import { send } from "../../core/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { estimate, ways, type Step } from "./estimates.ts"
import { DOLLAR, ETH, inUsdDown, moved, publishedPrice, USD } from "./market.ts"

/** Parts of what they hold that they try to send round. */
const PARTS = [8n, 32n, 128n] as const
/** Below this a round is not worth the trouble. */
const GAIN_MIN = DOLLAR / 2n

/**
 * Buys eth where it is cheap and sells it where it is dear in one route, without ever asking what it costs outside. A round that stops half-way
 * leaves it with the other asset: then it goes round the other way.
 */
const roundTripper = (account: string): Agent => ({
  account,
  group: "route arbitrageurs",
  act: (sight) => {
    const price = publishedPrice(sight)
    if (price === undefined) return []
    const startsInEth = inUsdDown(sight.balance(ETH), price) > sight.balance(USD)
    const asset = startsInEth ? ETH : USD
    const best = bestRound(sight, asset)
    const gain = best === undefined ? 0n : best.amountOut - best.amountIn
    if (best === undefined || (startsInEth ? inUsdDown(gain, price) : gain) < GAIN_MIN) return []
    const deadline = sight.block + best.steps.length + 1
    // The last leg honours what the whole round is for.
    const legs = best.steps.map((step, leg) => ({ ...step, minimumOut: leg === best.steps.length - 1 ? moved(best.amountIn, 20) : 0n }))
    const [first, ...rest] = legs as [(typeof legs)[number], ...typeof legs]
    return [send(first.venue, Hop, { assetOut: first.assetOut, minimumOut: first.minimumOut, to: account, rest, deadline }, { funds: { [asset]: best.amountIn }, deadline })]
  },
})

const bestRound = (sight: Sight, asset: string) => {
  let best: { readonly steps: readonly Step[]; readonly amountIn: bigint; readonly amountOut: bigint } | undefined
  for (const part of PARTS) {
    const amountIn = sight.balance(asset) / part
    if (amountIn === 0n) continue
    for (const steps of ROUNDS[asset] ?? []) {
      const amountOut = estimate(sight, steps, asset, amountIn)
      if (amountOut - amountIn > (best === undefined ? 0n : best.amountOut - best.amountIn)) best = { steps, amountIn, amountOut }
    }
  }
  return best
}

/** Every way out with every way back by other venues. */
const roundsFrom = (asset: string, over: string): readonly (readonly Step[])[] =>
  ways(asset, over).flatMap((out) => ways(over, asset).filter((back) => !back.some(({ venue }) => out.some((step) => step.venue === venue))).map((back) => [...out, ...back]))

const ROUNDS: { readonly [asset: string]: readonly (readonly Step[])[] } = { [USD]: roundsFrom(USD, ETH), [ETH]: roundsFrom(ETH, USD) }

export const ROUND_TRIPPERS: readonly string[] = ["rounds/one", "rounds/two"]
export const roundTrippers: readonly Agent[] = ROUND_TRIPPERS.map(roundTripper)
