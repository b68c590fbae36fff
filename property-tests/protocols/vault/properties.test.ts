import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Failure, MAX_UINT256, Table, testContext, type FundsLike } from "../../../core/index.ts"
import {
  maxDeposit, maxMint, maxRedeem, maxWithdraw, previewDeposit, previewMint, previewRedeem, previewWithdraw, sharesOf, toAssetsDown, toAssetsUp,
  toSharesDown, toSharesUp, totalAssets, Vault, virtualShares, withdrawableNow, type VaultState,
} from "../../../protocols/vault/index.ts"
import { logUniform } from "./operations.ts"

/** What an ERC-4626 vault owes everybody, of any state: after the ideas of a16z's erc4626-tests, in our own words. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_127)
const RUNS = process.env["BLOCKSTEP_LONG"] === "1" ? 50_000 : 500
const SHARES = sharesOf("vault")

const amount = fc.oneof({ weight: 1, arbitrary: fc.constantFrom(0n, 1n, 2n) }, { weight: 5, arbitrary: logUniform(100) })

/** Any state that a vault can be in, and more: prices far from 1, some of the assets lent, fees that stay or leave, a limit or none. */
const vaultOf: fc.Arbitrary<VaultState> = fc
  .record({
    idle: amount,
    lent: amount,
    supply: amount,
    decimalsOffset: fc.constantFrom(0, 1, 6),
    entryFeeBps: fc.constantFrom(0, 0, 1, 30, 10_000),
    exitFeeBps: fc.constantFrom(0, 0, 1, 30, 10_000),
    feeRecipient: fc.constantFrom("fees", null),
    assetsMax: fc.oneof(fc.constant(MAX_UINT256), amount),
  })
  .map(({ idle, lent, supply, ...params }) => {
    const roles = { manager: null, allocator: null, queuedAssetsMin: 0n, waitingMax: 10, recallBlocks: 3 }
    const strategies = Table.from([["s", { lent, lentMax: lent, asked: 0n, askedUntil: 0 }]] as const)
    return { ...Vault.create({ asset: "usd", ...params, ...roles }, "vault"), idle, lent, supply, strategies } as VaultState
  })

const property = <T extends readonly unknown[]>(arbitraries: { [I in keyof T]: fc.Arbitrary<T[I]> }, check: (...values: T) => void): void =>
  fc.assert(fc.property(...(arbitraries as unknown as [fc.Arbitrary<T[0]>]), (...values) => void check(...(values as unknown as T))), { seed: SEED, numRuns: RUNS })

type Name = "Deposit" | "Mint" | "Withdraw" | "Redeem"
interface Done {
  readonly after: VaultState
  readonly reply: { readonly shares?: bigint; readonly assets?: bigint; readonly paid?: bigint; readonly ticket?: number | null }
  /** What the sender got. */
  readonly paid: { readonly usd: bigint; readonly shares: bigint }
  readonly fees: bigint
}

/** Calls a handler as it is: its step, with what it pays to whom. */
const call = (vault: VaultState, name: Name, payload: object, funds: FundsLike): Done | Failure => {
  const context = testContext({ self: "vault", sender: "alice", funds, height: 5 })
  const step = (Vault.handlers[name] as (...given: any[]) => any)(vault, payload, context)
  if (step instanceof Failure) return step
  const paid = { usd: 0n, shares: 0n }
  let fees = 0n
  for (const { to, funds: sent } of step.sends ?? []) {
    if (to === "alice") paid.usd += sent.get("usd")
    if (to === "alice") paid.shares += sent.get(SHARES)
    if (to === "fees") fees += sent.get("usd")
  }
  return { after: step.state, reply: step.reply, paid, fees }
}

const done = (result: Done | Failure): Done => {
  if (result instanceof Failure) throw new Error(`refused: ${String(result)}`)
  return result
}

/** Enough of everything: what a maximum in is taken from. */
const PLENTY = 2n ** 250n
const deposit = (vault: VaultState, assets: bigint) => call(vault, "Deposit", { minimumShares: 0n }, { usd: assets })
const mint = (vault: VaultState, shares: bigint) => call(vault, "Mint", { shares }, { usd: PLENTY })
const redeem = (vault: VaultState, shares: bigint) => call(vault, "Redeem", { minimumAssets: 0n, mayQueue: false }, { [SHARES]: shares })
const withdraw = (vault: VaultState, assets: bigint, shares: bigint) => call(vault, "Withdraw", { assets, mayQueue: false }, { [SHARES]: shares })
const unlimited = (vault: VaultState): VaultState => ({ ...vault, assetsMax: MAX_UINT256 })

describe(`previews (seed ${SEED}, ${RUNS} runs)`, () => {
  it("of a deposit are what it does", () =>
    property([vaultOf.map(unlimited), amount], (vault, assets) => {
      const { reply, paid, fees, after } = done(deposit(vault, assets))
      expect([reply.shares, paid.shares]).toEqual([previewDeposit(vault, assets), previewDeposit(vault, assets)])
      expect([after.idle - vault.idle, after.supply - vault.supply]).toEqual([assets - fees, paid.shares])
    }))

  it("of a mint are what it does", () =>
    property([vaultOf.map(unlimited), amount], (vault, shares) => {
      const { reply, paid, fees, after } = done(mint(vault, shares))
      expect([reply.assets, PLENTY - paid.usd, paid.shares]).toEqual([previewMint(vault, shares), previewMint(vault, shares), shares])
      expect(after.idle - vault.idle).toBe(previewMint(vault, shares) - fees)
    }))

  it("of a redemption are what it does, where the cash suffices", () =>
    property([vaultOf, fc.bigInt(0n, 1000n)], (vault, part) => {
      const shares = (vault.supply * part) / 1000n
      const result = redeem(vault, shares)
      if (result instanceof Failure) return expect(previewRedeem(vault, shares)).toBeGreaterThan(0n)
      expect([result.reply.assets, result.paid.usd]).toEqual([previewRedeem(vault, shares), previewRedeem(vault, shares)])
      expect([vault.idle - result.after.idle, vault.supply - result.after.supply]).toEqual([result.paid.usd + result.fees, shares])
    }))

  it("of a withdrawal are what it does, where the cash suffices", () =>
    property([vaultOf, fc.bigInt(0n, 1000n)], (vault, part) => {
      const assets = (withdrawableNow(vault) * part) / 1000n
      const result = withdraw(vault, assets, vault.supply)
      if (result instanceof Failure) return expect(assets).toBeGreaterThan(maxWithdraw(vault, vault.supply))
      expect([result.reply.shares, vault.supply - result.paid.shares, result.paid.usd]).toEqual([previewWithdraw(vault, assets), previewWithdraw(vault, assets), assets])
    }))
})

describe("conversions", () => {
  it("round down to the vault's favour and up to the unit", () =>
    property([vaultOf, amount], (vault, given) => {
      const [shares, assets] = [toSharesDown(vault, given), toAssetsDown(vault, given)]
      const [sharesExact, assetsExact] = [given * (vault.supply + virtualShares(vault)), given * (totalAssets(vault) + 1n)]
      expect(shares * (totalAssets(vault) + 1n) <= sharesExact && sharesExact < (shares + 1n) * (totalAssets(vault) + 1n)).toBe(true)
      expect(assets * (vault.supply + virtualShares(vault)) <= assetsExact && assetsExact < (assets + 1n) * (vault.supply + virtualShares(vault))).toBe(true)
      expect(toSharesUp(vault, given) - shares).toBe(shares * (totalAssets(vault) + 1n) === sharesExact ? 0n : 1n)
      expect(toAssetsUp(vault, given) - assets).toBe(assets * (vault.supply + virtualShares(vault)) === assetsExact ? 0n : 1n)
    }))

  it("are never better in a preview than without fees", () =>
    property([vaultOf, amount], (vault, given) => {
      expect(previewDeposit(vault, given) <= toSharesDown(vault, given)).toBe(true)
      expect(previewMint(vault, given) >= toAssetsUp(vault, given)).toBe(true)
      expect(previewWithdraw(vault, given) >= toSharesUp(vault, given)).toBe(true)
      expect(previewRedeem(vault, given) <= toAssetsDown(vault, given)).toBe(true)
    }))

  it("there and back never gain", () =>
    property([vaultOf, amount], (vault, given) => {
      expect(toAssetsDown(vault, toSharesDown(vault, given)) <= given).toBe(true)
      expect(toSharesDown(vault, toAssetsDown(vault, given)) <= given).toBe(true)
      expect(previewRedeem(vault, previewDeposit(vault, given)) <= given).toBe(true)
      expect(previewWithdraw(vault, previewMint(vault, given)) >= given).toBe(true)
    }))
})

describe("a round trip", () => {
  const cashOnly = vaultOf.map((vault) => unlimited({ ...vault, idle: vault.idle + vault.lent, lent: 0n, strategies: Table.empty() }))

  it("in by either way, out by redeeming, never profits", () =>
    property([cashOnly, amount], (vault, given) => {
      const bought = done(deposit(vault, given))
      expect(done(redeem(bought.after, bought.paid.shares)).paid.usd <= given).toBe(true)
      const minted = done(mint(vault, given))
      expect(done(redeem(minted.after, given)).paid.usd <= PLENTY - minted.paid.usd).toBe(true)
    }))

  it("in by either way, out by withdrawing the same, never costs fewer shares", () =>
    property([cashOnly, amount], (vault, given) => {
      const bought = done(deposit(vault, given))
      expect(given > maxWithdraw(bought.after, bought.paid.shares) || previewWithdraw(bought.after, given) === bought.paid.shares).toBe(true)
      const minted = done(mint(vault, given))
      const cost = PLENTY - minted.paid.usd
      expect(previewWithdraw(minted.after, cost) >= given).toBe(true)
    }))

  it("out by either way, in by the other, never profits", () =>
    property([cashOnly, fc.bigInt(0n, 1000n)], (vault, part) => {
      const shares = (vault.supply * part) / 1000n
      const redeemed = redeem(vault, shares)
      if (redeemed instanceof Failure) return expect(previewRedeem(vault, shares)).toBeGreaterThan(0n)
      expect(done(deposit(redeemed.after, redeemed.paid.usd)).paid.shares <= shares).toBe(true)
      expect(previewMint(redeemed.after, shares) >= redeemed.paid.usd).toBe(true)
    }))

  it("of one leaves nobody else worse off", () =>
    property([cashOnly, amount, amount], (vault, given, theirs) => {
      const before = toAssetsDown(vault, theirs)
      const bought = done(deposit(vault, given))
      expect(toAssetsDown(bought.after, theirs) >= before).toBe(true)
      const sold = done(redeem(bought.after, bought.paid.shares))
      expect(toAssetsDown(sold.after, theirs) >= before).toBe(true)
      expect(toAssetsDown(done(mint(vault, given)).after, theirs) >= before).toBe(true)
    }))
})

describe("limits", () => {
  const tagOf = (result: Done | Failure): string => (result instanceof Failure ? result._tag : "done")

  it("of entry are accepted, and one more is not", () =>
    property([vaultOf], (vault) => {
      if (vault.assetsMax === MAX_UINT256) return expect([maxDeposit(vault), maxMint(vault)]).toEqual([MAX_UINT256, MAX_UINT256])
      expect(tagOf(deposit(vault, maxDeposit(vault)))).toBe("done")
      expect(tagOf(deposit(vault, maxDeposit(vault) + 1n))).toBe("vault/DepositLimitExceeded")
      const minted = done(mint(vault, maxMint(vault)))
      expect(totalAssets(minted.after) <= vault.assetsMax || maxMint(vault) === 0n).toBe(true)
      expect(tagOf(mint(vault, maxMint(vault) + 1n))).toBe("vault/MintLimitExceeded")
    }))

  it("of exit are accepted, and one more is not", () =>
    property([vaultOf, fc.bigInt(0n, 1000n)], (vault, part) => {
      const shares = (vault.supply * part) / 1000n
      expect(maxRedeem(vault, shares)).toBe(shares)
      expect(["done", "vault/InsufficientIdle"]).toContain(tagOf(withdraw(vault, maxWithdraw(vault, shares), shares)))
      expect(tagOf(withdraw(vault, maxWithdraw(vault, shares) + 1n, shares))).toBe("vault/WithdrawLimitExceeded")
    }))

  it("of cash are accepted, and one more waits", () =>
    property([vaultOf], (vault) => {
      const now = withdrawableNow(vault)
      if (now + 1n > maxWithdraw(vault, vault.supply)) return expect(now >= maxWithdraw(vault, vault.supply)).toBe(true)
      expect(tagOf(withdraw(vault, now, vault.supply))).toBe("done")
      // Where the fee stays in the vault it needs no cash of its own.
      const more = vault.feeRecipient === null ? vault.idle + 1n : now + 1n
      if (more <= maxWithdraw(vault, vault.supply)) expect(tagOf(withdraw(vault, more, vault.supply))).toBe("vault/InsufficientIdle")
      expect(withdrawableNow({ ...vault, escrowed: 1n })).toBe(0n)
    }))
})

describe("the first depositor's inflation", () => {
  const empty = (decimalsOffset: number): VaultState =>
    Vault.create(
      {
        asset: "usd", decimalsOffset, entryFeeBps: 0, exitFeeBps: 0, feeRecipient: null, manager: null, allocator: null, assetsMax: MAX_UINT256,
        queuedAssetsMin: 0n, waitingMax: 1, recallBlocks: 1,
      },
      "vault",
    )
  /** Buys, donates, lets others in, sells; what the attacker gains. */
  const attack = (decimalsOffset: number, bought: bigint, donated: bigint, victims: readonly bigint[]): bigint => {
    const entry = done(deposit(empty(decimalsOffset), bought))
    let vault: VaultState = { ...entry.after, idle: entry.after.idle + donated }
    for (const assets of victims) vault = done(deposit(vault, assets)).after
    return done(redeem(vault, entry.paid.shares)).paid.usd - bought - donated
  }
  /** What a victim just does not get a share for: the attacker's best case. */
  const bait = (decimalsOffset: number, bought: bigint, donated: bigint): bigint => (bought + donated + 1n) / ((bought + 1n) * 10n ** BigInt(decimalsOffset))

  it("does not pay against one victim, even without an offset", () =>
    property([logUniform(20), logUniform(90), logUniform(90), fc.constantFrom(0, 3, 6)], (bought, donated, assets, offset) => {
      expect(attack(offset, bought, donated, [assets]) <= 0n).toBe(true)
      expect(attack(offset, bought, donated, [bait(offset, bought, donated)]) <= 0n).toBe(true)
    }))

  it("does not pay against ten victims with an offset of 3; without one it does, as in the contract, when they name no minimum", () => {
    property([logUniform(20), logUniform(90), fc.array(logUniform(90), { minLength: 2, maxLength: 10 })], (bought, donated, victims) => {
      expect(attack(3, bought, donated, victims) <= 0n).toBe(true)
    })
    expect(attack(0, 1n, 99n, [50n, 75n])).toBe(13n)
  })

  it("ends at a victim's minimum", () =>
    property([logUniform(20), logUniform(90), logUniform(90)], (bought, donated, assets) => {
      const entry = done(deposit(empty(0), bought))
      const fair = previewDeposit(entry.after, assets)
      const inflated = { ...entry.after, idle: entry.after.idle + donated }
      const result = call(inflated, "Deposit", { minimumShares: fair }, { usd: assets })
      expect(result instanceof Failure ? result._tag : "done").toBe(previewDeposit(inflated, assets) < fair ? "vault/SlippageExceeded" : "done")
    }))
})
