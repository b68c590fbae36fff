import { actor, MAX_UINT256, Payment, type Transaction } from "../../../core/index.ts"
import { Deposit, Redeem, sharesOf, toAssetsDown, toSharesDown, Vault, virtualShares } from "../../../protocols/vault/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, type BareAccount } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, UNIT, type Bare, type Shape, type Workload } from "../workload.ts"

/** Deposits and redemptions, half of each, in one vault whose shares are worth more than a unit. */

const VAULT = "vaults/cash"
const SHARES = sharesOf(VAULT)
const DECIMALS_OFFSET = 3
const ASSETS = ["cash", SHARES]
const FIRST = 1_000n * UNIT
const GIFT = 12_345n * UNIT + 678n

const vaultActor = actor(VAULT, Vault, {
  asset: "cash",
  decimalsOffset: DECIMALS_OFFSET,
  entryFeeBps: 0,
  exitFeeBps: 0,
  feeRecipient: null,
  manager: null,
  allocator: null,
  assetsMax: MAX_UINT256,
  queuedAssetsMin: 0n,
  waitingMax: 1_000,
  recallBlocks: 10,
})

export const vault = ({ accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(9, "vault")
  const nonceOf = counter(accounts)
  const deposit = (index: number, assets: bigint): Transaction => ({
    from: nameOf(index), nonce: nonceOf(index), to: VAULT, message: Deposit, payload: { minimumShares: 0n }, funds: { cash: assets },
  })
  const firsts = Array.from({ length: accounts }, (_, index) => deposit(index, FIRST))
  const gift: Transaction = { from: nameOf(0), nonce: nonceOf(0), to: VAULT, message: Payment, payload: {}, funds: { cash: GIFT } }
  const setup = [...inBlocks(firsts, 10_000), [gift], []]
  const list = Array.from({ length: transactions }, (): Transaction => {
    const from = random.below(accounts)
    const amount = BigInt(1 + random.below(1000)) * 10n ** 14n
    if (random.below(2) === 0) return deposit(from, amount)
    const payload = { minimumAssets: 0n, mayQueue: false }
    return { from: nameOf(from), nonce: nonceOf(from), to: VAULT, message: Redeem, payload, funds: { [SHARES]: amount * virtualShares({ decimalsOffset: DECIMALS_OFFSET }) } }
  })
  return {
    name: "vault deposits and redemptions",
    accounts,
    assetsOf: () => ASSETS,
    genesis: { accounts: accountsOf(accounts, () => ["cash"]), actors: [vaultActor] },
    setup,
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const world = bareVault(accounts)
      world.apply(setup)
      return world
    },
  }
}

/** A pool of cash and a number of shares. */
const bareVault = (count: number): Bare => {
  const world = bareAccounts(count, () => ["cash"])
  const pool = { idle: 0n, lent: 0n, supply: 0n, decimalsOffset: DECIMALS_OFFSET }
  const add = ({ balances }: BareAccount, asset: string, amount: bigint): unknown => balances.set(asset, (balances.get(asset) ?? 0n) + amount)
  const one = ({ from, nonce, message, funds }: Transaction): void => {
    const owner = world.get(from) as BareAccount
    const { cash = 0n, [SHARES]: shares = 0n } = funds as { readonly [asset: string]: bigint }
    if (owner.nonce !== nonce || (owner.balances.get("cash") ?? 0n) < cash || (owner.balances.get(SHARES) ?? 0n) < shares) return
    owner.nonce++
    if (message === Deposit) {
      const bought = toSharesDown(pool, cash)
      add(owner, "cash", -cash)
      add(owner, SHARES, bought)
      pool.idle += cash
      pool.supply += bought
    } else if (message === Redeem) {
      const assets = toAssetsDown(pool, shares)
      add(owner, SHARES, -shares)
      add(owner, "cash", assets)
      pool.idle -= assets
      pool.supply -= shares
    } else {
      add(owner, "cash", -cash)
      pool.idle += cash
    }
  }
  return {
    apply: (blocks) => {
      for (const block of blocks) for (const transaction of block) one(transaction)
    },
    balance: (account, asset) => world.get(account)?.balances.get(asset) ?? 0n,
  }
}
