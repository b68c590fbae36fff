import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { actor, OutOfRange, Payment, World, type AnyMessage, type Receipt } from "../../../core/index.ts"
import {
  Deposit,
  maxDeposit,
  maxMint,
  maxRedeem,
  maxWithdraw,
  Mint,
  previewDeposit,
  previewMint,
  previewRedeem,
  previewWithdraw,
  Redeem,
  sharesOf,
  toAssetsDown,
  toSharesDown,
  Vault,
  VaultView,
  Withdraw,
  type Terms,
} from "../../../protocols/vault/index.ts"
import { openErc4626, type Erc4626, type Limit, type Outcome, type Read } from "../../evm/erc-4626.ts"
import { amountOf, MAKINGS, PEOPLE, scenarioOf, type Kind, type Making, type Measures, type Operation, type Person, type Scenario } from "./operations.ts"

/**
 * Our vault, without strategies, against OpenZeppelin's ERC4626, operation by operation: the same are refused, for the same reason, the same
 * numbers are returned, and after each block all totals, purses, previews and limits are the same. Intended differences: whoever calls pays and is
 * paid, so there is neither receiver nor allowance; a maximum in is what is attached; shares that are sent to the contract itself are not tried.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const SEQUENCES = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 200
const PURSE = 2n ** 254n
const VAULT = "vault"
const SHARES = sharesOf(VAULT)

const WANTED: readonly string[] = Object.entries({
  Deposit: ["accepted", "vault/DepositLimitExceeded", "core/OutOfRange", "core/InsufficientBalance"],
  Mint: ["accepted", "vault/MintLimitExceeded", "vault/MaximumExceeded", "core/OutOfRange"],
  Withdraw: ["accepted", "vault/WithdrawLimitExceeded"],
  Redeem: ["accepted", "core/InsufficientBalance", "core/UnknownAsset"],
  Payment: ["accepted", "core/InsufficientBalance"],
  read: ["a number", "core/OutOfRange"],
  seen: ["a deposit worth no share", "a fee paid out", "several in a block", "the last share redeemed"],
}).flatMap(([kind, ends]) => ends.map((end) => `${kind} ${end}`))

/** What may occur: a supply so near to 2^256 that the virtual shares do not fit any more. */
const RARE: readonly string[] = ["Withdraw core/OutOfRange", "Redeem core/OutOfRange"]

const contracts = new Map<Making, Erc4626>()
beforeAll(async () => {
  for (const making of MAKINGS) contracts.set(making, await openErc4626(making.plain ? "plain" : making, PURSE))
})

describe(`the vault and OpenZeppelin's ERC4626 (seed ${SEED}, ${SEQUENCES} sequences)`, () => {
  it("agree on every operation", { timeout: 3_600_000 }, async () => {
    const counts = new Map(WANTED.map((name) => [name, 0]))
    const saw = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
    await fc.assert(fc.asyncProperty(scenarioOf(MAKINGS), (scenario) => compare(scenario, saw)), { seed: SEED, numRuns: SEQUENCES })
    console.log(`${SEQUENCES} sequences: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}`)
    expect([...counts].filter(([, count]) => count === 0)).toEqual([])
    expect([...counts.keys()].filter((name) => !WANTED.includes(name) && !RARE.includes(name))).toEqual([])
  })
})

const openVault = ({ decimalsOffset, entryFeeBps, exitFeeBps, feesLeave, assetsMax }: Making): World => {
  const roles = { feeRecipient: feesLeave ? "fees" : null, manager: null, allocator: null }
  const params = { asset: "usd", decimalsOffset, entryFeeBps, exitFeeBps, ...roles, assetsMax, queuedAssetsMin: 0n, waitingMax: 1, recallBlocks: 1 }
  return World.make(
    { accounts: { ...Object.fromEntries(PEOPLE.map((person) => [person, { usd: PURSE }])), fees: {} }, actors: [actor(VAULT, Vault, params)] },
    { strict: true },
  )
}

const termsOf = (world: World): Terms => world.view(VaultView, VAULT) as Terms

const compare = async ({ making, blocks }: Scenario, saw: (end: string) => void): Promise<void> => {
  const contract = contracts.get(making) as Erc4626
  await contract.reset()
  const world = openVault(making)
  for (const [index, block] of blocks.entries()) await compareBlock(world, contract, block, `block ${index}`, saw)
}

interface Plan {
  readonly kind: Kind
  readonly by: Person
  readonly message: AnyMessage
  readonly payload: { readonly [field: string]: unknown }
  readonly funds: { readonly [asset: string]: bigint }
  readonly outcome: Outcome
}

const TAGS: { readonly [reason: string]: string } = {
  ERC4626ExceededMaxDeposit: "vault/DepositLimitExceeded",
  ERC4626ExceededMaxMint: "vault/MintLimitExceeded",
  ERC4626ExceededMaxWithdraw: "vault/WithdrawLimitExceeded",
  ERC4626ExceededMaxRedeem: "core/InsufficientBalance",
  ERC20InsufficientBalance: "core/InsufficientBalance",
  "Panic(0x11)": "core/OutOfRange",
}

/** Asks the contract, and says what ours is to be asked. Ours attaches what the contract would take, or all that there is. */
const planOf = async ({ kind, by, amount: size }: Operation, world: World, contract: Erc4626, first: boolean): Promise<Plan> => {
  const address = contract.people[PEOPLE.indexOf(by)] as string as Erc4626["vault"]
  const terms = termsOf(world)
  // Before the first of a block both are known to be the same.
  const { assets, supply } = first ? { assets: terms.idle, supply: terms.supply } : await contract.totals()
  const purse = { usd: world.balance(by, "usd"), shares: world.balance(by, SHARES) }
  const { assetsMax } = terms
  const measures: Measures = {
    purse: purse.usd,
    shares: kind === "Withdraw" ? orZero(() => previewRedeem(terms, purse.shares)) : purse.shares,
    assets,
    supply,
    room: assetsMax > assets ? assetsMax - assets : 0n,
    price: supply === 0n ? 1n : assets / supply,
  }
  const amount = amountOf(size, measures)
  const held = { [SHARES]: purse.shares }
  const uncovered: Outcome = { ok: false, reason: "ERC20InsufficientBalance", raw: "0x" }
  switch (kind) {
    case "Deposit": {
      // A purse that is too small is refused before the vault is asked.
      const outcome = amount > purse.usd ? uncovered : await contract.deposit(address, amount)
      return { kind, by, message: Deposit, payload: { minimumShares: 0n }, funds: { usd: amount }, outcome }
    }
    case "Mint":
      return { kind, by, message: Mint, payload: { shares: amount }, funds: { usd: purse.usd }, outcome: await contract.mint(address, amount) }
    case "Withdraw":
      return { kind, by, message: Withdraw, payload: { assets: amount, mayQueue: false }, funds: held, outcome: await contract.withdraw(address, amount) }
    case "Redeem":
      return {
        kind,
        by,
        message: Redeem,
        payload: { minimumAssets: 0n, mayQueue: false },
        funds: { [SHARES]: amount },
        outcome: await contract.redeem(address, amount),
      }
    case "Payment":
      return { kind, by, message: Payment, payload: {}, funds: { usd: amount }, outcome: await contract.donate(address, amount) }
  }
}

const tagOf = (kind: Kind, reason: string, neverIssued: boolean): string => {
  if (kind === "Mint" && reason === "ERC20InsufficientBalance") return "vault/MaximumExceeded"
  if (kind === "Redeem" && reason === "ERC4626ExceededMaxRedeem" && neverIssued) return "core/UnknownAsset"
  return TAGS[reason] ?? reason
}

const endOf = (receipt: Receipt): string =>
  receipt.status === "handled" ? "accepted" : receipt.status === "pending" ? "pending" : receipt.refusal._tag

const compareBlock = async (world: World, contract: Erc4626, block: readonly Operation[], where: string, saw: (end: string) => void): Promise<void> => {
  const plans: Plan[] = []
  const neverIssued = !world.assets.includes(SHARES)
  const before = { fees: world.balance("fees", "usd"), supply: world.supply(SHARES), observed: world.observe(VAULT) }
  for (const operation of block) plans.push(await planOf(operation, world, contract, plans.length === 0))
  for (const { by, message, payload, funds } of plans) world.send(by, VAULT, message, payload, { funds })
  const { receipts, defects } = world.step()
  expect(defects).toEqual([])
  expect(world.check(VAULT, before.observed)).toEqual([])
  receipts.forEach((receipt, index) => {
    const { kind, outcome } = plans[index] as Plan
    const label = `${where}, ${kind} ${index}`
    expect(endOf(receipt), label).toBe(outcome.ok ? "accepted" : tagOf(kind, outcome.reason, neverIssued))
    if (outcome.ok && receipt.status === "handled" && kind !== "Payment") {
      const reply = receipt.reply as { readonly [field: string]: bigint }
      expect(kind === "Deposit" || kind === "Withdraw" ? reply["shares"] : reply["assets"], label).toBe(outcome.value)
      if (kind === "Deposit" && outcome.value === 0n) saw("seen a deposit worth no share")
    }
    saw(`${kind} ${endOf(receipt)}`)
  })
  world.settle()
  world.audit()
  if (receipts.length > 1) saw("seen several in a block")
  if (world.balance("fees", "usd") > before.fees) saw("seen a fee paid out")
  if (before.supply > 0n && world.supply(SHARES) === 0n) saw("seen the last share redeemed")
  await sameState(world, contract, plans, where, saw)
}

const sameState = async (world: World, contract: Erc4626, plans: readonly Plan[], where: string, saw: (end: string) => void): Promise<void> => {
  const { assets, supply } = await contract.totals()
  const vault = world.state(Vault, VAULT)
  const ours = { assets: vault.idle, supply: vault.supply, held: world.balance(VAULT, "usd"), issued: world.supply(SHARES) }
  expect(ours, where).toEqual({ assets, supply, held: assets, issued: supply })
  expect(world.balance("fees", "usd"), where).toBe((await contract.balances(contract.feeRecipient)).assets)
  for (const [index, { by, funds }] of plans.entries()) {
    const address = contract.people[PEOPLE.indexOf(by)] as Erc4626["vault"]
    const purse = await contract.balances(address)
    expect({ assets: world.balance(by, "usd"), shares: world.balance(by, SHARES) }, `${where}, purse of ${by}`).toEqual(purse)
    if (index > 0) continue
    // One preview and one limit each time, in turn, at the amount of the operation and at one that is huge.
    const terms = termsOf(world)
    const turn = Math.floor(world.height / 2)
    const amount = turn % 7 === 3 ? 2n ** 255n : (Object.values(funds)[0] ?? 0n)
    const read = READS[(turn + PEOPLE.indexOf(by)) % READS.length] as (typeof READS)[number]
    const limit = LIMITS[(turn + PEOPLE.indexOf(by)) % LIMITS.length] as (typeof LIMITS)[number]
    const number = numberOf(() => read[1](terms, amount))
    const theirs = await contract.read(read[0], amount)
    expect(number, `${where}, ${read[0]}(${amount})`).toBe(theirs.ok ? theirs.value : TAGS[theirs.reason])
    saw(`read ${typeof number === "bigint" ? "a number" : number}`)
    const most = await contract.limit(limit[0], address)
    expect(numberOf(() => limit[1](terms, purse.shares)), `${where}, ${limit[0]}`).toBe(most.ok ? most.value : TAGS[most.reason])
  }
}

const READS: readonly (readonly [Read, (terms: Terms, amount: bigint) => bigint])[] = [
  ["convertToShares", toSharesDown],
  ["convertToAssets", toAssetsDown],
  ["previewDeposit", previewDeposit],
  ["previewMint", previewMint],
  ["previewWithdraw", previewWithdraw],
  ["previewRedeem", previewRedeem],
]
const LIMITS: readonly (readonly [Limit, (terms: Terms, shares: bigint) => bigint])[] = [
  ["maxDeposit", maxDeposit],
  ["maxMint", maxMint],
  ["maxWithdraw", maxWithdraw],
  ["maxRedeem", maxRedeem],
]

const orZero = (compute: () => bigint): bigint => {
  const number = numberOf(compute)
  return typeof number === "bigint" ? number : 0n
}

const numberOf = (compute: () => bigint): bigint | string => {
  try {
    return compute()
  } catch (thrown) {
    if (thrown instanceof OutOfRange) return thrown._tag
    throw thrown
  }
}
