import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { scenario, type Scenario } from "./arbitrary.ts"
import { Reference } from "./interpreter.ts"
import * as laws from "./laws.ts"
import { sharedRuns } from "./shared-runs.ts"
import { DEFECTS, SCRIPT_KINDS } from "./script.ts"
import type { Block, Message } from "./shapes.ts"

/** The laws of the design, held against the interpreter alone: a model that breaks its own laws could prove nothing. */

const SEED = 20_240_611
const RUNS = 500
const LAW_RUNS = 200
/** Blocks without inputs in which every random world becomes quiet. The largest that was seen is printed. */
const QUIET_BLOCKS_MAX = 150

interface Run {
  readonly reference: Reference
  readonly blocks: readonly Block[]
}

const run = ({ genesis, blocks }: Scenario, trace?: (instruction: string) => void): Run => {
  const reference = new Reference(genesis, trace === undefined ? {} : { trace })
  return { reference, blocks: blocks.map((inputs) => reference.step(inputs)) }
}

const samples = sharedRuns(scenario, (world) => run(world), { seed: SEED, numRuns: LAW_RUNS })

const holds = (law: (outcome: Run, world: Scenario) => void): void => samples.hold(law)

describe(`the interpreter (seed ${SEED}, ${LAW_RUNS} worlds)`, () => {
  it("conserves every asset, counted from the outside", () => {
    holds(({ reference, blocks }, { genesis }) => {
      reference.audit()
      const sent = blocks.at(-1)?.sent ?? []
      const total: Record<string, bigint> = {}
      const count = (funds: Readonly<Record<string, bigint>>, sign: bigint): void => {
        for (const [asset, amount] of Object.entries(funds)) total[asset] = (total[asset] ?? 0n) + sign * amount
      }
      for (const { balances } of genesis.actors) count(balances, -1n)
      for (const { balances, minted, burned, mailbox } of reference.actors()) {
        count(balances, 1n)
        count(minted, -1n)
        count(burned, 1n)
        for (const { funds } of mailbox) count(funds, 1n)
        for (const amount of Object.values(balances)) expect(amount > 0n).toBe(true)
      }
      for (const { funds } of sent) count(funds, 1n)
      expect(Object.values(total).every((difference) => difference === 0n)).toBe(true)
    })
  })

  it("ends each message exactly once, or still has it under way", () => {
    holds(({ reference, blocks }) => expect([...reference.underWay()].sort()).toEqual(laws.endsEachMessageOnce(blocks)))
  })

  it("gives back what it refuses: each bounced or expired message has one bounce with the same funds", () => {
    holds(({ blocks }) => laws.givesBackWhatItRefuses(blocks))
  })

  it("is first-in first-out for each pair of actors", () => {
    holds(({ blocks }, { genesis }) => laws.keepsPairsInOrder(genesis, blocks))
  })

  it("has no effect before its cause", () => {
    holds(({ blocks }) => laws.hasNoEffectBeforeItsCause(blocks))
  })

  it("refuses without a trace: an actor of which every message was refused only counts its bounces", () => {
    holds(({ blocks }) => laws.refusesWithoutATrace(blocks))
  })

  it("changes an actor by its own messages only", () => {
    holds(({ blocks }) => laws.changesNothingOfOthers(blocks))
  })

  it("repeats itself", () => {
    holds(({ reference, blocks }, world) => {
      const again = run(world)
      expect(again.blocks).toEqual(blocks)
      expect(again.reference.actors()).toEqual(reference.actors())
    })
  })

  it("becomes quiet when inputs stop", () => {
    let most = 0
    // Carries the shared runs on, so it is the last to use them.
    holds(({ reference }) => {
      let blocks = 0
      while (!reference.quiet && blocks <= QUIET_BLOCKS_MAX) {
        reference.step()
        blocks++
      }
      most = Math.max(most, blocks)
      expect(blocks).toBeLessThanOrEqual(QUIET_BLOCKS_MAX)
      for (const { state } of reference.actors()) expect(state?.pending ?? 0).toBeGreaterThanOrEqual(0)
    })
    console.log(`quiet after at most ${most} more blocks`)
  })
})

/** Everything that random worlds must reach, by name. */
const WANTED: readonly string[] = [
  "send", "request", "share", "timer", "spawn", "mint", "burn", "event", "publish", "read", "observe", "forget", "onBounce", "flood", "fail", "outOfRange", "resend",
  ...DEFECTS.map((how) => `break ${how}`),
].map((instruction) => `instruction ${instruction}`).concat(
  ["NoSuchActor", "UnknownMessage", "MailboxFull", "HopLimit", "Expired", "InsufficientFunds", "NotIssuer", "SpawnRefused", "Defective", "OutOfRange"].map((name) => `refused core/${name}`),
  "refused script/Declined",
  ["sendsMax", "eventsMax", "spawnsMax", "timersPerStepMax", "timerBlocksMax", "timersMax"].map((limit) => `refused core/LimitReached ${limit}`),
  ["Defective", "OutOfRange", "InsufficientFunds", "NotIssuer"].map((name) => `handler failed core/${name}`),
  "handler failed script/Declined",
  ["InvalidTransaction from", "InvalidTransaction nonce", "InvalidTransaction to", "InvalidTransaction type", "InvalidTransaction funds", "InvalidTransaction deadline"].map((name) => `not admitted core/${name}`),
  ["UnknownAccount", "NonceMismatch", "UnknownAsset", "InsufficientBalance"].map((name) => `not admitted core/${name}`),
  ["transaction handled", "transaction bounced", "transaction expired", "call handled", "call bounced", "call expired", "reply handled", "bounce handled", "timer handled", "timer bounced"].map((end) => `end ${end}`),
  ["message left over", "message beyond hopsReturnMax", "bounce of a ghost", "lifted message", "actor born", "account opened", "view changed", "reply without a value", "batch of several", "batch with some refused", "batch refused as a whole"].map((sight) => `seen ${sight}`),
  SCRIPT_KINDS.map((kind) => `born ${kind}`),
)

describe("random worlds", () => {
  it(`reach every rule of the model (seed ${SEED}, ${RUNS} worlds)`, () => {
    const counts = new Map<string, number>(WANTED.map((name) => [name, 0]))
    const saw = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
    fc.assert(fc.property(scenario, (world) => cover(world, saw)), { seed: SEED, numRuns: RUNS })
    console.log([...counts].map(([name, count]) => `${String(count).padStart(8)}  ${name}`).join("\n"))
    expect([...counts].filter(([, count]) => count === 0)).toEqual([])
  })
})

const cover = (world: Scenario, saw: (name: string) => void): void => {
  const { reference, blocks } = run(world, (instruction) => saw(`instruction ${instruction}`))
  const hops = new Map<string, number>()
  const opened = new Set(world.blocks.flatMap(({ open }) => open ?? []))
  for (const block of blocks) {
    for (const receipt of block.receipts) {
      if (receipt.status === "refused") saw(`not admitted ${words(receipt.reason, "field")}`)
    }
    for (const { id, kind, type, outcome, reason, handlerFailure, reply } of block.ended) {
      saw(`end ${kind} ${outcome}`)
      if (reason !== undefined) saw(`refused ${words(reason, "limit")}`)
      if (handlerFailure !== undefined) saw(`handler failed ${words(handlerFailure, "limit")}`)
      if (kind === "call" && outcome === "handled" && reply === undefined && type === "core/Payment") saw("seen reply without a value")
      if ((kind === "reply" || kind === "bounce") && (hops.get(id) ?? 0) > world.genesis.limits.hopsReturnMax) saw("seen message beyond hopsReturnMax")
      if (id.endsWith("!")) saw("seen bounce of a ghost")
    }
    coverBatches(world, blocks, block, saw)
    block.sent.forEach((message, index) => {
      hops.set(message.id, message.hop)
      if (isLifted(message, block.sent[index - 1])) saw("seen lifted message")
    })
    for (const { address, born, view } of block.changes) {
      if (born !== undefined) {
        saw(opened.has(address) ? "seen account opened" : "seen actor born")
        saw(`born ${born}`)
      } else if (view !== undefined) saw("seen view changed")
    }
  }
  if (leftOver(blocks)) saw("seen message left over")
  reference.audit()
}

const coverBatches = ({ genesis }: Scenario, blocks: readonly Block[], { ended }: Block, saw: (name: string) => void): void => {
  const handled = laws.inBatches(genesis, blocks)
  const places = new Map<string, boolean[]>()
  for (const message of ended) {
    if (!handled(message) || !laws.delivered(message)) continue
    const place = `${message.to} ${message.type}`
    places.set(place, [...(places.get(place) ?? []), message.outcome === "handled"])
  }
  for (const outcomes of places.values()) {
    if (outcomes.length < 2) continue
    const kept = outcomes.filter(Boolean).length
    saw(kept === 0 ? "seen batch refused as a whole" : kept < outcomes.length ? "seen batch with some refused" : "seen batch of several")
  }
}

const words = (reason: { readonly tag: string; readonly fields: Readonly<Record<string, unknown>> }, field: string): string =>
  reason.fields[field] === undefined ? reason.tag : `${reason.tag} ${String(reason.fields[field])}`

/** In canonical order a smaller cause behind a larger one can only come from lifting. */
const isLifted = (message: Message, previous: Message | undefined): boolean =>
  previous !== undefined && message.kind !== "timer" && laws.comparePositions(previous.cause, message.cause) > 0

/** Whether a message ended later than in the block of its arrival. */
const leftOver = (blocks: readonly Block[]): boolean => {
  const sentIn = new Map(blocks.flatMap(({ height, sent }) => sent.map(({ id }) => [id, height] as const)))
  return blocks.some(({ height, ended }) => ended.some(({ id }) => (sentIn.get(id) ?? height) + 1 < height))
}
