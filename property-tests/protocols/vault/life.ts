/** A vault among its people and strategies, with a ledger kept by nobody but its events. */
import { expect } from "vitest"
import { actor, Payment, World, type Block, type MessageRecord, type Observed } from "../../../core/index.ts"
import {
  Allocate, CancelWithdrawal, Collect, Deallocate, Deposit, Harvest, Invest, Mint, Redeem, ReserveStrategy, Serve, SetStrategy,
  sharesOf, Vault, Withdraw, WriteDown, WriteOff, previewRedeem, type VaultState,
} from "../../../protocols/vault/index.ts"
import { Act, Command, Fund, LossyStrategy } from "./actors.ts"
import { HOLDERS, shuffled, STRATEGIES, type Deed, type Leg, type Schedule, type Strategy } from "./schedule.ts"

export const VAULT = "vault"
export const SHARES = sharesOf(VAULT)
const PURSE = 10n ** 6n
const OWNERS = [...HOLDERS, "fund"] as const

/** What a ticket's shares became, by the vault's events. */
interface TicketBook {
  readonly owner: string
  readonly queued: bigint
  burned: bigint
  cancelled: bigint
}

/** What the events say that an owner is owed. */
interface OwnerBook {
  assets: bigint
  shares: bigint
}

export class Life {
  readonly world: World
  readonly tickets = new Map<number, TicketBook>()
  readonly owners = new Map<string, OwnerBook>()
  readonly seen = new Set<string>()
  private donated = new Map<string, bigint>()

  constructor({ moods, mailboxMax, capacity, shuffle, decimalsOffset, feeBps, feesLeave }: Schedule) {
    this.world = World.make(
      {
        accounts: { ...Object.fromEntries(HOLDERS.map((name) => [name, { usd: PURSE }])), admin: {}, fees: {}, borrower: { usd: PURSE }, flooder: {} },
        actors: [
          actor(VAULT, Vault, {
            asset: "usd",
            decimalsOffset,
            entryFeeBps: feeBps,
            exitFeeBps: feeBps,
            feeRecipient: feesLeave ? "fees" : null,
            manager: "admin",
            allocator: "admin",
            assetsMax: 10n ** 30n,
            queuedAssetsMin: 0n, waitingMax: 1000,
            recallBlocks: 4,
          }),
          actor("fund", Fund, { vault: VAULT }, { usd: PURSE }),
          actor("lossy", LossyStrategy, { vault: VAULT, moods }),
          actor("reserve", ReserveStrategy, { vault: VAULT, asset: "usd", keeper: "admin" }),
          actor("second", ReserveStrategy, { vault: VAULT, asset: "usd", keeper: "admin" }),
        ],
        limits: { mailboxMax, capacity },
        ...(shuffle !== null && { ordering: shuffled(shuffle) }),
      },
      { strict: true },
    )
    for (const owner of OWNERS) this.owners.set(owner, { assets: PURSE, shares: 0n })
    for (const strategy of STRATEGIES) {
      this.world.send("admin", VAULT, SetStrategy, { strategy, lentMax: 10n ** 30n })
      this.step()
    }
    this.world.settle()
  }

  get vault(): VaultState {
    return this.world.state(Vault, VAULT)
  }

  /** One block, with everything checked that holds at the end of each. */
  step(): Block {
    const { world } = this
    const before: Observed<unknown> = world.observe(VAULT)
    const block = world.step()
    for (const { actor, problem } of block.defects) if (actor !== "lossy") throw new Error(`${actor} is defective: ${problem}`)
    const [breach] = world.check(VAULT, before)
    if (breach !== undefined) expect(breach).toBeUndefined()
    for (const message of block.ended) {
      if (message.to === VAULT) this.note(message)
      else if (message.refusal !== undefined) this.seen.add(`${message.type} to ${kindOf(message.to)} refused: ${message.refusal._tag}`)
      if (message.from === VAULT && message.end !== "handled") this.seen.add(`${message.type} from vault ${message.end}`)
      if (message.type === "core/Payment" && message.to === VAULT && message.kind !== "bounce" && message.end === "handled") {
        this.donated.set(message.from, (this.donated.get(message.from) ?? 0n) + message.funds.get("usd"))
      }
    }
    this.checkTickets()
    return block
  }

  private note(message: Block["ended"][number]): void {
    if (message.refusal !== undefined && message.kind !== "reply" && message.kind !== "bounce") {
      this.seen.add(`${message.type} refused: ${message.refusal._tag}`)
    }
    // The vault's own way back must never fail.
    if ((message.kind === "reply" || message.kind === "bounce") && message.refusal !== undefined) throw new Error(`${message.kind} refused: ${message.refusal}`)
    for (const { event, fields } of message.events) {
      const { owner, ticket, assets = 0n, shares = 0n } = fields as { owner: string; ticket: number | null; assets?: bigint; shares?: bigint }
      const book = this.owners.get(owner)
      this.seen.add(event.name)
      switch (event.name) {
        case "vault/Deposited":
          if (book !== undefined) book.assets -= assets
          if (book !== undefined) book.shares += shares
          break
        case "vault/Withdrawn":
          if (book !== undefined) book.assets += assets
          if (book !== undefined) book.shares -= shares
          // Whoever does not wait passes nobody who does.
          if (ticket === null && assets > 0n) {
            for (const [other, { queued, burned, cancelled }] of this.tickets) {
              if (burned + cancelled !== queued) throw new Error(`${owner} was paid past ticket ${other}`)
            }
          }
          if (ticket !== null) {
            const entry = this.tickets.get(ticket) as TicketBook
            expect(owner).toBe(entry.owner)
            // First come, first served: all that came before are paid or gone.
            for (const [other, { queued, burned, cancelled }] of this.tickets) {
              if (other < ticket && burned + cancelled !== queued) throw new Error(`ticket ${ticket} was paid before ${other}`)
            }
            entry.burned += shares
            this.seen.add(entry.burned < entry.queued ? "a ticket paid in part" : "a ticket paid")
          }
          break
        case "vault/WithdrawalQueued":
          expect(this.tickets.has(ticket as number)).toBe(false)
          this.tickets.set(ticket as number, { owner, queued: shares, burned: 0n, cancelled: 0n })
          break
        case "vault/WithdrawalCancelled":
          ;(this.tickets.get(ticket as number) as TicketBook).cancelled += shares
          break
      }
    }
  }

  /** Each ticket's shares are waiting, or burned for a payment, or given back: once. */
  private checkTickets(): void {
    const { waiting } = this.vault
    for (const [ticket, { owner, queued, burned, cancelled }] of this.tickets) {
      const left = waiting.get(ticket)
      if (left !== undefined && left.owner !== owner) throw new Error(`ticket ${ticket} of ${owner} is now ${left.owner}'s`)
      if (burned + cancelled + (left?.shares ?? 0n) === queued) continue
      throw new Error(`ticket ${ticket}: ${queued} queued, but ${burned} burned + ${cancelled} cancelled + ${left?.shares ?? 0n} waiting`)
    }
    for (const ticket of waiting.keys()) if (!this.tickets.has(ticket)) throw new Error(`ticket ${ticket} was never given`)
  }

  /** When nothing is under way: every owner has, or can collect, exactly what the events say; the vault has nothing else. */
  checkQuiet(): void {
    const { world, vault } = this
    world.audit()
    for (const owner of OWNERS) {
      const book = this.owners.get(owner) as OwnerBook
      const unclaimed = vault.unclaimed.get(owner) ?? { assets: 0n, shares: 0n }
      let waiting = 0n
      for (const entry of vault.waiting.values()) if (entry.owner === owner) waiting += entry.shares
      const assets = book.assets - (this.donated.get(owner) ?? 0n)
      expect({ owner, assets: world.balance(owner, "usd") + unclaimed.assets, shares: world.balance(owner, SHARES) + unclaimed.shares + waiting }).toEqual({
        owner,
        assets,
        shares: book.shares,
      })
    }
    expect(world.balance(VAULT, "usd")).toBe(vault.idle + vault.unclaimedAssets)
    expect(world.balance(VAULT, SHARES)).toBe(vault.escrowed + vault.unclaimedShares)
    for (const name of ["reserve", "second"]) {
      const reserve = world.state(ReserveStrategy, name)
      const lent = vault.strategies.get(name)?.lent ?? 0n
      expect(reserve.reporting).toBe(false)
      // Until the manager writes off what the strategy still owes, both books agree.
      if (!this.wroteOff.has(name)) expect({ name, owed: reserve.owed }).toEqual({ name, owed: lent })
    }
  }

  readonly wroteOff = new Set<string>()

  do(deed: Deed): void {
    const { world, vault } = this
    const of = (amount: bigint, part: bigint): bigint => (amount * part) / 1000n
    switch (deed.do) {
      case "deposit":
        return world.send(deed.by, VAULT, Deposit, { minimumShares: 0n }, { funds: { usd: of(world.balance(deed.by, "usd") / 2n, deed.part) } })
      case "donate":
        return world.send(deed.by, VAULT, Payment, {}, { funds: { usd: of(world.balance(deed.by, "usd") / 50n, deed.part) } })
      case "mint":
        return world.send(deed.by, VAULT, Mint, { shares: deed.part * 10n }, { funds: { usd: world.balance(deed.by, "usd") / 2n } })
      case "redeem":
        return world.send(deed.by, VAULT, Redeem, { minimumAssets: 0n, mayQueue: deed.part !== 7n }, { funds: { [SHARES]: of(world.balance(deed.by, SHARES), deed.part) } })
      case "withdraw": {
        const shares = world.balance(deed.by, SHARES)
        return world.send(deed.by, VAULT, Withdraw, { assets: of(previewRedeem(vault, shares), deed.part), mayQueue: true }, { funds: { [SHARES]: shares } })
      }
      case "cancel": {
        const own = [...vault.waiting.entries()].filter(([, { owner }]) => owner === deed.by)
        const ticket = own[deed.which % Math.max(own.length, 1)]?.[0] ?? deed.which
        return world.send(deed.by, VAULT, CancelWithdrawal, { ticket })
      }
      case "collect":
        return world.send(deed.by, VAULT, Collect, {})
      case "serve":
        return world.send(deed.by, VAULT, Serve, {})
      case "fund":
        return world.send("admin", "fund", Act, { verb: deed.verb, amount: deed.part * 400n })
      case "allocate":
        return world.send("admin", VAULT, Allocate, { strategy: deed.strategy, assets: of(vault.idle, deed.part) })
      case "deallocate":
        return world.send("admin", VAULT, Deallocate, { strategy: deed.strategy, assets: of(this.lent(deed.strategy), deed.part) })
      case "invest":
        return world.send("admin", "reserve", Invest, { borrower: "borrower", assets: of(world.balance("reserve", "usd"), deed.part) })
      case "payBack":
        return world.send("borrower", "reserve", Payment, {}, { funds: { usd: of(world.balance("borrower", "usd") / 10n, deed.part) } })
      case "writeDown":
        return world.send("admin", "reserve", WriteDown, { borrower: "borrower", assets: of(world.state(ReserveStrategy, "reserve").invested / 4n, deed.part) })
      case "harvest":
        return world.send("alice", "reserve", Harvest, {})
      case "command":
        return world.send("admin", "lossy", Command, { gain: deed.gain, loss: deed.loss, repay: deed.repay, honest: false })
      case "writeOff":
        if (deed.strategy !== "lossy" && deed.strategy !== "nobody") this.wroteOff.add(deed.strategy)
        return world.send("admin", VAULT, WriteOff, { strategy: deed.strategy, assets: of(this.lent(deed.strategy) / 3n, deed.part) })
      case "flood":
        for (let count = 0; count < deed.count; count++) world.send("flooder", deed.at, Payment, {})
        return
      case "hold":
        return world.hold(legOf(deed.leg))
      case "release":
        return world.deliver()
    }
  }

  lent(strategy: Strategy): bigint {
    return this.vault.strategies.get(strategy)?.lent ?? 0n
  }

  /** Steps until nothing is under way. */
  settle(): void {
    this.world.deliver()
    for (let blocks = 0; blocks < 200; blocks++) {
      if (this.world.pending === 0 && this.world.pendingTimers === 0) return
      this.step()
    }
    throw new Error("the world does not become quiet")
  }
}

const kindOf = (address: string): string => (HOLDERS.includes(address as never) ? "a holder" : address)

const legOf = (leg: Leg) => (message: MessageRecord): boolean =>
  leg === "reply" || leg === "bounce" ? message.kind === leg : message.kind === "call" && message.type.endsWith(`/${leg}`)

