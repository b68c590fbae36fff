import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Payment } from "../../../core/index.ts"
import { Collect, Harvest, Redeem, ReserveStrategy, Serve, WriteOff } from "../../../protocols/vault/index.ts"
import { Act, Command } from "./actors.ts"
import { Life, SHARES, VAULT } from "./life.ts"
import { HOLDERS, scheduleOf, type Schedule } from "./schedule.ts"

/**
 * Random lives of a vault whose strategies refuse, break, lie, are late and are short, with messages held back and mailboxes full at every leg.
 * After each block: invariants, the book, and each ticket's shares accounted for once. When nothing is under way: everybody has what the events say.
 * Then the failures end, and everything can be redeemed.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_126)
const SCHEDULES = process.env["BLOCKSTEP_LONG"] === "1" ? 20_000 : 1_000

/** What the campaign must have met. */
const WANTED = [
  "a ticket paid",
  "a ticket paid in part",
  "vault/WithdrawalQueued",
  "vault/WithdrawalCancelled",
  "vault/PaymentReturned",
  "vault/LendRefused",
  "vault/Repaid",
  "vault/Revalued",
  "vault/Lend from vault bounced",
  "vault/Recall from vault bounced",
  "core/Payment from vault bounced",
  "vault/Recall to lossy refused: core/MailboxFull",
  "vault/Recall to reserve refused: core/MailboxFull",
  "vault/Lend to reserve refused: core/MailboxFull",
  "vault/Lend to nobody refused: core/NoSuchActor",
  "vault/Recall to lossy refused: core/Defective",
  "vault/Recall to lossy refused: vault/StrategyUnable",
  "vault/Repay refused: core/MailboxFull",
  "vault/Report refused: core/MailboxFull",
  "vault/Redeem refused: core/MailboxFull",
  "core/Payment to fund refused: core/UnknownMessage",
  "core/Payment to a holder refused: core/MailboxFull",
]

describe(`a vault among failing strategies (seed ${SEED}, ${SCHEDULES} schedules)`, () => {
  it("pays everybody exactly once", { timeout: 3_600_000 }, () => {
    const seen = new Map<string, number>()
    const count = (names: Iterable<string>): void => {
      for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1)
    }
    fc.assert(fc.property(scheduleOf, (schedule) => count(lived(schedule))), { seed: SEED, numRuns: SCHEDULES })
    console.log(`${SCHEDULES} schedules: ${[...seen].sort().map(([name, times]) => `${name} ${times}`).join(", ")}`)
    expect(WANTED.filter((name) => !seen.has(name))).toEqual([])
  })
})

const lived = (schedule: Schedule): ReadonlySet<string> => {
  const life = new Life(schedule)
  for (const block of schedule.blocks) {
    for (const deed of block) life.do(deed)
    life.step()
  }
  life.settle()
  life.checkQuiet()
  const seen = new Set(life.seen)
  recover(life)
  redeemAll(life)
  return seen
}

/** Everybody behaves from now on. */
const recover = (life: Life): void => {
  const { world } = life
  const one = (act: () => void): void => {
    act()
    life.step()
    life.settle()
  }
  one(() => {
    world.send("admin", "lossy", Command, { gain: 0n, loss: 0n, repay: 0n, honest: true })
    world.send("admin", "fund", Act, { verb: "accept", amount: 0n })
    world.send("borrower", "reserve", Payment, {}, { funds: { usd: world.balance("borrower", "usd") } })
  })
  one(() => {
    for (const name of ["reserve", "second"]) world.send("alice", name, Harvest, {})
  })
  for (const name of ["reserve", "second"] as const) expect(life.lent(name)).toBeLessThanOrEqual(world.balance(name, "usd"))
  // Gains that were never made, and losses that were made up, are the lossy strategy's only; what it cannot give back is written off.
  for (const name of ["lossy", "nobody"] as const) {
    const cash = world.has(name) ? world.balance(name, "usd") : 0n
    if (life.lent(name) > cash) one(() => world.send("admin", VAULT, WriteOff, { strategy: name, assets: life.lent(name) - cash }))
  }
  life.checkQuiet()
}

/** Every claim is redeemable: the queue empties, then every share, then every payment that came back. */
const redeemAll = (life: Life): void => {
  const { world } = life
  const one = (act: () => void): void => {
    act()
    life.step()
    life.settle()
  }
  const drain = (): void => {
    // A strategy is asked again after at most `recallBlocks`; each round is that long.
    for (let round = 0; life.vault.waiting.size > 0 && round < 10; round++) {
      for (let blocks = 0; blocks < 5; blocks++) life.step()
      one(() => world.send("alice", VAULT, Serve, {}))
    }
    expect(life.vault.waiting.size).toBe(0)
  }
  const collect = (): void => {
    for (const holder of [...HOLDERS, "fees"]) if (life.vault.unclaimed.has(holder)) one(() => world.send(holder, VAULT, Collect, {}))
    if (life.vault.unclaimed.has("fund")) one(() => world.send("admin", "fund", Act, { verb: "collect", amount: 0n }))
  }
  drain()
  collect()
  for (const holder of HOLDERS) {
    const shares = world.balance(holder, SHARES)
    if (shares > 0n) one(() => world.send(holder, VAULT, Redeem, { minimumAssets: 0n, mayQueue: true }, { funds: { [SHARES]: shares } }))
    drain()
  }
  one(() => world.send("admin", "fund", Act, { verb: "redeem", amount: 10n ** 60n }))
  drain()
  collect()
  life.checkQuiet()
  const { supply, escrowed, unclaimed, continuing } = life.vault
  expect({ supply, escrowed, unclaimed: [...unclaimed.keys()], continuing }).toEqual({ supply: 0n, escrowed: 0n, unclaimed: [], continuing: false })
  for (const name of ["reserve", "second"]) expect(world.state(ReserveStrategy, name).reporting).toBe(false)
}
