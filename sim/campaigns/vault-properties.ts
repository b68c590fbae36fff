import { Payment, type World } from "../../core/index.ts"
import * as vaults from "../../protocols/vault/index.ts"
import { Oracle, type Moment } from "../campaign/oracle.ts"
import { smaller, tried } from "./probe.ts"

/** What ERC-4626 asks of a vault, in our words, of one at `vault` over `usd` with a depositor `alice`. */

const stateOf = (world: World): vaults.VaultState => world.state(vaults.Vault, "vault")
const SHARES = vaults.sharesOf("vault")

/** Experiments hold where nobody waits: before whoever waits nobody is paid, so a probe would only queue. */
const calm = ({ world }: Moment): boolean => stateOf(world).waiting.size === 0

/** Conversions round against whoever converts: nothing comes of going to and fro in the arithmetic, and up is at most one above down. */
export const roundsForTheVault = Oracle.whenQuiet("rounding is in the vault's favour", ({ world }) => {
  const state = stateOf(world)
  for (const amount of [0n, 1n, 2n, state.idle / 3n + 1n, state.supply / 7n + 1n]) {
    const shares = vaults.previewDeposit(state, amount)
    if (vaults.previewMint(state, shares) > amount) return { assets: amount, shares, costs: vaults.previewMint(state, shares) }
    const assets = vaults.previewRedeem(state, amount)
    if (vaults.previewWithdraw(state, assets) > amount) return { shares: amount, assets, costs: vaults.previewWithdraw(state, assets) }
    if (vaults.previewRedeem(state, shares) > amount) return { assets: amount, shares, worth: vaults.previewRedeem(state, shares) }
    const [down, up] = [vaults.toSharesDown(state, amount), vaults.toSharesUp(state, amount)]
    if (up < down || up - down > 1n) return { assets: amount, down, up }
  }
  return undefined
})

/** At the end of each run: each message does, to the unit, what its preview says of the state that it finds. */
export const previewsAreExecuted = Oracle.whenSettled("previews are executed", (moment) =>
  moment.apart((fork) => {
    if (!calm(moment)) return undefined
    const usd = fork.balance("alice", "usd") / 3n
    const shares = vaults.previewDeposit(stateOf(fork), usd)
    const minted = tried(fork, "alice", "vault", vaults.Deposit, { minimumShares: 0n }, { usd })(SHARES)
    if (minted !== shares) return { message: "Deposit", assets: usd, preview: shares, minted }
    const wanted = shares / 2n
    const cost = vaults.previewMint(stateOf(fork), wanted)
    const attached = fork.balance("alice", "usd")
    if (cost <= attached) {
      const paid = -tried(fork, "alice", "vault", vaults.Mint, { shares: wanted }, { usd: attached })("usd")
      if (paid !== cost) return { message: "Mint", shares: wanted, preview: cost, paid }
    }
    const assets = smaller(vaults.withdrawableNow(stateOf(fork)), vaults.maxWithdraw(stateOf(fork), fork.balance("alice", SHARES))) / 2n
    const burned = vaults.previewWithdraw(stateOf(fork), assets)
    const spent = -tried(fork, "alice", "vault", vaults.Withdraw, { assets, mayQueue: false }, { [SHARES]: fork.balance("alice", SHARES) })(SHARES)
    if (spent !== burned) return { message: "Withdraw", assets, preview: burned, burned: spent }
    const rest = fork.balance("alice", SHARES) / 2n
    const worth = vaults.previewRedeem(stateOf(fork), rest)
    if (worth > vaults.withdrawableNow(stateOf(fork))) return undefined
    const got = tried(fork, "alice", "vault", vaults.Redeem, { minimumAssets: 0n, mayQueue: false }, { [SHARES]: rest })("usd")
    return got === worth ? undefined : { message: "Redeem", shares: rest, preview: worth, got }
  }),
)

type Trial = ReturnType<typeof tried>

/** At the end of each run: into the vault and out again, or out and in again, by every pair of messages, is no gain of assets or shares. */
export const roundTripsAreNoGain = Oracle.whenSettled("a round trip is no gain", (moment) => {
  if (!calm(moment)) return undefined
  const trip = (name: string, first: (fork: World) => Trial, second: (fork: World, first: Trial) => Trial) =>
    moment.apart((fork) => {
      const out = first(fork)
      if (out(SHARES) === 0n && out("usd") === 0n) return undefined
      const back = second(fork, out)
      const [assets, shares] = [out("usd") + back("usd"), out(SHARES) + back(SHARES)]
      return (assets > 0n && shares >= 0n) || (shares > 0n && assets >= 0n) ? { trip: name, assets, shares } : undefined
    })
  const deposit = (fork: World, usd: bigint) => tried(fork, "alice", "vault", vaults.Deposit, { minimumShares: 0n }, { usd })
  const mint = (fork: World, shares: bigint) => tried(fork, "alice", "vault", vaults.Mint, { shares }, { usd: fork.balance("alice", "usd") })
  const redeem = (fork: World, shares: bigint) => tried(fork, "alice", "vault", vaults.Redeem, { minimumAssets: 0n, mayQueue: false }, { [SHARES]: shares })
  const withdraw = (fork: World, assets: bigint) => tried(fork, "alice", "vault", vaults.Withdraw, { assets, mayQueue: false }, { [SHARES]: fork.balance("alice", SHARES) })
  const { world } = moment
  const [usd, own] = [world.balance("alice", "usd") / 3n, world.balance("alice", SHARES) / 2n]
  const some = vaults.previewDeposit(stateOf(world), usd) / 2n
  const cash = smaller(vaults.withdrawableNow(stateOf(world)), vaults.previewRedeem(stateOf(world), own))
  return (
    trip("deposit, redeem", (fork) => deposit(fork, usd), (fork, out) => redeem(fork, out(SHARES))) ??
    trip("deposit, withdraw", (fork) => deposit(fork, usd), (fork) => withdraw(fork, usd)) ??
    trip("mint, redeem", (fork) => mint(fork, some), (fork, out) => redeem(fork, out(SHARES))) ??
    trip("mint, withdraw", (fork) => mint(fork, some), (fork, out) => withdraw(fork, -out("usd"))) ??
    trip("redeem, deposit", (fork) => redeem(fork, own), (fork, out) => deposit(fork, out("usd"))) ??
    trip("redeem, mint", (fork) => redeem(fork, own), (fork, out) => mint(fork, -out(SHARES))) ??
    trip("withdraw, deposit", (fork) => withdraw(fork, cash), (fork, out) => deposit(fork, out("usd"))) ??
    trip("withdraw, mint", (fork) => withdraw(fork, cash), (fork, out) => mint(fork, -out(SHARES)))
  )
})

/**
 * The inflation attack, with the amounts of the run's own steps: alice is first with one unit, donates, bob deposits, and alice redeems. She
 * must not end richer. (Where fees stay in the vault, its holders are paid them by design.)
 */
export const inflationIsNoGain = Oracle.make("inflating the first share is no gain", (genesis) => {
  const drawn: bigint[] = []
  return {
    before: ({ step }) => {
      const amount = step.send?.funds["usd"]
      if (typeof amount === "bigint" && amount > 0n && drawn.length < 2) drawn.push(amount)
    },
    settled: ({ apart, world }) => {
      const [donated, deposited] = drawn
      const { feeRecipient, entryFeeBps, exitFeeBps } = stateOf(world)
      if (donated === undefined || deposited === undefined || (feeRecipient === null && entryFeeBps + exitFeeBps > 0)) return undefined
      return apart(() => {
        const fork = genesis.fork()
        const before = fork.balance("alice", "usd")
        tried(fork, "alice", "vault", vaults.Deposit, { minimumShares: 0n }, { usd: 1n })
        fork.send("alice", "vault", Payment, {}, { funds: { usd: smaller(donated, fork.balance("alice", "usd")) } })
        fork.settle({ timers: false })
        tried(fork, "bob", "vault", vaults.Deposit, { minimumShares: 0n }, { usd: smaller(deposited, fork.balance("bob", "usd")) })
        tried(fork, "alice", "vault", vaults.Redeem, { minimumAssets: 0n, mayQueue: false }, { [SHARES]: fork.balance("alice", SHARES) })
        const after = fork.balance("alice", "usd")
        return after <= before ? undefined : { donated, deposited, before, after }
      })
    },
  }
})

export const vaultProperties: readonly Oracle[] = [roundsForTheVault, previewsAreExecuted, roundTripsAreNoGain, inflationIsNoGain]
