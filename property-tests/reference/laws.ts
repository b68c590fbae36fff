/** The laws of the design as checks of a finished run, whoever ran it: the interpreter or the engine. Each throws where a law is broken. */
import { expect } from "vitest"
import type { Block, Ended, Genesis, Position } from "./shapes.ts"
import { ACCOUNT, kindOf } from "./script.ts"

/** Everything that was ever emitted or admitted, in the order in which the model orders it. */
const emitted = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap(({ receipts, sent }) => [...receipts.flatMap((receipt) => (receipt.status === "admitted" ? [receipt.id] : [])), ...sent.map(({ id }) => id)])

/** The reasons that are given before a message enters its mailbox. */
const UNDELIVERED = new Set(["core/NoSuchActor", "core/MailboxFull", "core/HopLimit"])
export const delivered = (ended: Ended): boolean => ended.reason === undefined || !UNDELIVERED.has(ended.reason.tag)

export const comparePositions = (left: Position, right: Position): number => left[0] - right[0] || left[1] - right[1]

/** Atomicity: an actor of which every message was refused only counts its bounces. */
export const refusesWithoutATrace = (blocks: readonly Block[]): void => {
  for (const { ended, changes, sent } of blocks) {
    for (const change of changes.filter(({ born }) => born === undefined)) {
      const ends = ended.filter(({ to }) => to === change.address)
      if (ends.some(({ outcome }) => outcome === "handled") || change.nonce > 0) continue
      expect(change).toMatchObject({ balances: [], state: undefined, view: undefined, timers: [] })
      expect(sent.filter(({ from, kind }) => from === change.address && kind === "bounce").length).toBe(ends.length)
    }
  }
}

/** Isolation: nothing of an actor changes but by its own messages, its own transactions, or its birth. */
export const changesNothingOfOthers = (blocks: readonly Block[]): void => {
  for (const { receipts, ended, changes } of blocks) {
    const senders = receipts.flatMap((receipt) => (receipt.status === "admitted" ? [receipt.id.slice(0, receipt.id.lastIndexOf("@"))] : []))
    const busy = new Set([...senders, ...ended.map(({ to }) => to)])
    for (const { address, born } of changes) expect(born !== undefined || busy.has(address), `${address} changed by itself`).toBe(true)
  }
}

/** No loss: what is not under way any more has ended, and exactly once. Returns the identities under way. */
export const endsEachMessageOnce = (blocks: readonly Block[]): readonly string[] => {
  const ended = blocks.flatMap((block) => block.ended.map(({ id }) => id))
  const set = blocks.flatMap(({ changes }) => changes.flatMap(({ timers }) => timers.map(({ id }) => id)))
  const began = new Set([...emitted(blocks), ...set])
  expect(new Set(ended).size).toBe(ended.length)
  for (const id of ended) expect(began.delete(id), `${id} ended but never began`).toBe(true)
  return [...began].sort()
}

/** No loss of value: each bounced or expired message has one bounce with the same funds. */
export const givesBackWhatItRefuses = (blocks: readonly Block[]): void => {
  for (const { ended, sent } of blocks) {
    const refused = ended.filter(({ outcome }) => outcome !== "handled")
    const bounces = sent.filter(({ kind }) => kind === "bounce")
    expect(bounces.map(({ parent }) => parent).sort()).toEqual(refused.map(({ id }) => id).sort())
    for (const message of refused) expect(bounces.find(({ parent }) => parent === message.id)).toMatchObject({ from: message.to, to: message.from, reason: message.reason })
  }
}

/** Whether a message was one that its receiver handles in batches. */
export const inBatches = (genesis: Genesis, blocks: readonly Block[]): ((ended: Ended) => boolean) => {
  const born = blocks.flatMap(({ changes }) => changes.flatMap(({ address, born: kind }) => (kind === undefined ? [] : [[address, kind] as const])))
  const kinds = new Map([...genesis.actors.map(({ address, kind }) => [address, kind] as const), ...born])
  return ({ to, type, kind, outcome }) =>
    kind !== "reply" && kind !== "bounce" && outcome !== "expired" && kindOf(kinds.get(to) ?? ACCOUNT).batches.includes(type)
}

/** First-in first-out for each pair of actors; what a receiver handles in batches, type by type, counts by itself. */
export const keepsPairsInOrder = (genesis: Genesis, blocks: readonly Block[]): void => {
  const batches = inBatches(genesis, blocks)
  const emission = new Map(emitted(blocks).map((id, index) => [id, index]))
  const last = new Map<string, number>()
  const number = new Map<string, number>()
  for (const ended of blocks.flatMap((block) => block.ended).filter((message) => message.kind !== "timer" && delivered(message))) {
    const pair = `${ended.from} ${ended.to}${batches(ended) ? ` ${ended.type}` : ""}`
    const at = emission.get(ended.id) ?? -1
    expect(at, `${ended.id} overtakes`).toBeGreaterThan(last.get(pair) ?? -1)
    last.set(pair, at)
    const sequence = /#([0-9]+)$/.exec(ended.id)?.[1]
    if (sequence === undefined) continue
    expect(Number(sequence), `${ended.id} overtakes`).toBeGreaterThan(number.get(pair) ?? -1)
    number.set(pair, Number(sequence))
  }
}

/** Causality: no effect before its cause. */
export const hasNoEffectBeforeItsCause = (blocks: readonly Block[]): void => {
  const sentIn = new Map<string, number>()
  for (const { height, sent, ended } of blocks) {
    const here = new Set(ended.map(({ id }) => id))
    for (const { id } of ended) expect(sentIn.get(id) ?? 0, `${id} ended in the block of its emission`).toBeLessThan(height)
    for (const message of sent) {
      sentIn.set(message.id, height)
      expect(comparePositions(message.cause, [height, Infinity])).toBeLessThan(0)
      if (message.kind !== "timer") expect(here.has(message.parent ?? "")).toBe(true)
    }
  }
}
