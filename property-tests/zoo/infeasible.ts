import type { World } from "../../core/index.ts"
import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { IsolatedMarket } from "../../protocols/lending/isolated-market/index.ts"
import { Token } from "../../protocols/token/index.ts"
import { Vault } from "../../protocols/vault/index.ts"
import { Campaign, campaigns, Oracle } from "../../sim/index.ts"

/**
 * Targets that no search may hit, though they look as if one could: each is a distance that the bundled protocols keep at 0 or more, whatever is
 * sent, in whatever order, with whatever fault. A search that reports one is wrong, or a protocol is. `near` is a distance that searches do
 * come below, which shows that the target looks at what moves.
 */
export interface InfeasibleTarget {
  readonly name: string
  readonly because: string
  /** Fires where the distance is negative. */
  readonly campaign: Campaign
  /** Fires where the distance is below `near`. */
  readonly approach: Campaign
}

interface Declared {
  readonly name: string
  readonly because: string
  readonly of: "constant-product" | "isolated-market" | "token" | "vault"
  readonly distance: (world: World) => bigint
  readonly near: bigint
}

const target = ({ name, because, of, distance, near }: Declared): InfeasibleTarget => {
  const base = campaigns.find((campaign) => campaign.name === of) as Campaign
  const below = (limit: bigint, called: string): Campaign =>
    Campaign.with(base, {
      name: called,
      oracles: [Oracle.always(name, ({ world }) => (distance(world) < limit ? { distance: distance(world) } : undefined))],
    })
  return { name, because, campaign: below(0n, `infeasible/${name}`), approach: below(near, `near/${name}`) }
}

const pool = (world: World) => world.state(ConstantProductPool, "pool")
const market = (world: World) => world.state(IsolatedMarket, "market")
const token = (world: World) => world.state(Token, "token")
const vault = (world: World) => world.state(Vault, "vault")
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const heldBy = (world: World, accounts: readonly string[], asset: string): bigint => sum(accounts.map((account) => world.balance(account, asset)))

const SHARES_LOCKED = 1000n

const targets: readonly Declared[] = [
  {
    name: "an empty reserve",
    because: "an amount out is below the reserve, and the locked shares keep their part",
    of: "constant-product",
    distance: (world) => smaller(pool(world).reserveX, pool(world).reserveY) - 1n,
    near: 1000n,
  },
  {
    name: "fewer shares than are locked",
    because: "the pool gives its own shares to nobody, so nobody can burn them",
    of: "constant-product",
    distance: (world) => pool(world).shares - SHARES_LOCKED,
    near: 10n ** 6n,
  },
  {
    name: "accounts that hold locked shares",
    because: "the first thousand are minted to the pool itself",
    of: "constant-product",
    distance: (world) => pool(world).shares - SHARES_LOCKED - heldBy(world, ["alice", "bob", "carol"], "pool:shares"),
    near: 1n,
  },
  {
    name: "reserves of more than there is",
    because: "reserves are taken from balances, and a balance is part of what is there",
    of: "constant-product",
    distance: (world) => world.balance("pool", "eth") - pool(world).reserveX,
    near: 1n,
  },
  {
    name: "two holders of more than the supply",
    because: "whoever sends to somebody, or to themselves, loses as much first",
    of: "token",
    distance: (world) => token(world).totalSupply - (token(world).balances.get("alice") ?? 0n) - (token(world).balances.get("bob") ?? 0n),
    near: 1n,
  },
  {
    name: "a supply beyond the word",
    because: "a mint that would leave 256 bits is refused",
    of: "token",
    distance: (world) => 2n ** 256n - 1n - token(world).totalSupply,
    near: 2n ** 255n,
  },
  {
    name: "shares worth more after a conversion there and back",
    because: "both ways round down",
    of: "vault",
    distance: (world) => {
      const { idle, lent, supply, decimalsOffset } = vault(world)
      const [assets, shares] = [idle + lent + 1n, supply + 10n ** BigInt(decimalsOffset)]
      const converted = (supply * assets) / shares
      return supply - (converted * shares) / assets
    },
    near: 1n,
  },
  {
    name: "more shares in hands and in the queue than exist",
    because: "waiting shares are held by the vault and nobody else",
    of: "vault",
    distance: (world) => vault(world).supply - vault(world).escrowed - heldBy(world, ["alice", "bob", "carol", "manager"], "vault:shares"),
    near: 1n,
  },
  {
    name: "suppliers with more shares than the market counts",
    because: "every share is minted to somebody and counted in one step",
    of: "isolated-market",
    distance: (world) => market(world).totalSupplyShares - sum([...market(world).positions.values()].map(({ supplyShares }) => supplyShares)),
    near: 1n,
  },
  {
    name: "collateral that the market does not hold",
    because: "collateral leaves the books with its payment and comes back with it",
    of: "isolated-market",
    distance: (world) => world.balance("market", "eth") - market(world).totalCollateral,
    near: 1n,
  },
]

/** Targets that look as if they could be hit and cannot. */
export const infeasible: readonly InfeasibleTarget[] = targets.map(target)

export default infeasible
