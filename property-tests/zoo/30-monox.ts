import { Actor, actor, Amount, AssetId, failure, List, Message, mulDivDown, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * MonoX (2021-11-30): every asset has a price in virtual dollars, which falls when the asset comes in and rises when it goes out. Both new
 * prices are worked out before either is written, so a swap of an asset for itself keeps the second, higher one. Repaired: no such swap.
 */

class NotListed extends failure("zoo30/NotListed", { asset: AssetId }, ({ asset }) => `${asset} is not listed`) {}
class SameAsset extends failure("zoo30/SameAsset", { asset: AssetId }, ({ asset }) => `${asset} for itself`) {}
class NothingIn extends failure("zoo30/NothingIn", { asset: AssetId }, ({ asset }) => `nothing but ${asset} must be attached`) {}

const Swap = Message.make("zoo30/Swap", { payload: { assetIn: AssetId, assetOut: AssetId }, failures: [NotListed, SameAsset, NothingIn] })

const Listing = Struct({ reserve: Amount, price: Amount })

const poolOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo30/Pool-${variant}`, {
    params: { listings: List(Struct({ asset: AssetId, reserve: Amount, price: Amount })) },
    state: { listings: TableOf(AssetId, Listing) },
    messages: { Swap },
    create: ({ listings }) => ({ listings: Table.from(listings.map(({ asset, reserve, price }) => [asset, { reserve, price }] as const)) }),
    handlers: {
      Swap: ({ listings }, { assetIn, assetOut }, { funds, sender }) => {
        const [sold, bought] = [listings.get(assetIn), listings.get(assetOut)]
        if (sold === undefined) return new NotListed({ asset: assetIn })
        if (bought === undefined) return new NotListed({ asset: assetOut })
        if (variant === "fixed" && assetIn === assetOut) return new SameAsset({ asset: assetIn })
        const amountIn = funds.get(assetIn)
        if (amountIn === 0n || funds.rest !== undefined) return new NothingIn({ asset: assetIn })
        // Price times reserve is the same before and after, on either side.
        const priceIn = mulDivDown(sold.price, sold.reserve, sold.reserve + amountIn)
        const dollars = priceIn * amountIn
        const amountOut = mulDivDown(bought.reserve, dollars, bought.price * bought.reserve + dollars)
        const priceOut = mulDivDown(bought.price, bought.reserve, bought.reserve - amountOut)
        const after = listings
          .update(assetIn, (listing = sold) => ({ reserve: listing.reserve + amountIn, price: priceIn }))
          .update(assetOut, (listing = bought) => ({ reserve: listing.reserve - amountOut, price: priceOut }))
        return { state: { listings: after }, sends: [payOne(sender, assetOut, amountOut)] }
      },
    },
    // What the pool's reserve counts for in virtual dollars never rises by a swap: a dollar's part of it never falls.
    prices: ({ state }) =>
      Object.fromEntries([...state.listings.entries()].map(([asset, { reserve, price }]) => [asset, { numerator: 1n, denominator: reserve * price }])),
    claims: ({ state }) => Object.fromEntries([...state.listings.entries()].map(([asset, { reserve }]) => [asset, reserve])),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/30-${variant}`,
    world: {
      accounts: { alice: { eth: 10n ** 9n, mono: 10n ** 9n }, bob: { eth: 10n ** 9n, usdc: 10n ** 12n } },
      actors: [
        actor(
          "pool",
          poolOf(variant),
          {
            listings: [
              { asset: "eth", reserve: 10n ** 9n, price: 4_000n * 10n ** 18n },
              { asset: "mono", reserve: 10n ** 11n, price: 5n * 10n ** 18n },
              { asset: "usdc", reserve: 10n ** 12n, price: 10n ** 18n },
            ],
          },
          { eth: 10n ** 9n, mono: 10n ** 11n, usdc: 10n ** 12n },
        ),
      ],
    },
    actions: [action(Swap, "pool", { funds: ["eth"] }), action(Swap, "pool", { name: "SwapMono", funds: ["mono"] }), action(Swap, "pool", { name: "SwapUsdc", funds: ["usdc"] })],
  })

export default zooEntry({
  number: 30,
  name: "MonoX same-token swap",
  kind: "AMM (virtual pool)",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
