import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Payment, World, WORLD_LIMITS, type Block } from "../../core/index.ts"

/** The engine credits plain payments to accounts as they arrive. Nobody may tell this from handling them with everything else. */

const NAMES = ["alice", "bob", "carol"] as const
const accounts = Object.fromEntries(NAMES.map((name) => [name, { eth: 100n, usd: 100n }]))
/** One below the default: the engine then handles payments like any other message. */
const HANDLED_WITH_THE_REST = WORLD_LIMITS.capacity - 1

const told = ({ receipts, ended, sent, changes }: Block): unknown => {
  const ends = ended.map(({ id, to, end, refusal, height }) => ({ id, to, end, refusal: refusal?._tag, height }))
  // Nobody defines an order between actors; at one actor there is one.
  return { receipts, ends: ends.sort((left, right) => (left.to < right.to ? -1 : left.to > right.to ? 1 : 0)), sent, changes }
}

describe("payments to accounts", () => {
  it("fill a mailbox like any other message: the one too many comes back", () => {
    const world = World.make({ accounts, limits: { mailboxMax: 3 } })
    for (let count = 0; count < 4; count++) world.send("alice", "bob", Payment, {}, { funds: { eth: 1n } })
    const { receipts } = world.step()
    expect(receipts.map(({ status }) => status)).toEqual(["handled", "handled", "handled", "bounced"])
    expect(receipts[3]).toMatchObject({ refusal: { _tag: "core/MailboxFull", maximum: 3n } })
    world.settle()
    expect([world.balance("alice", "eth"), world.balance("bob", "eth")]).toEqual([97n, 103n])
    world.audit()
  })

  it("end as they would if they waited for their turn", () => {
    const payment = fc.record({
      from: fc.constantFrom(...NAMES),
      to: fc.constantFrom(...NAMES, "nobody"),
      asset: fc.constantFrom("eth", "usd"),
      amount: fc.bigInt({ min: 0n, max: 60n }),
      deadline: fc.constantFrom(undefined, 0, 2),
    })
    const blocks = fc.array(fc.array(payment, { maxLength: 8 }), { minLength: 1, maxLength: 4 })
    let full = 0
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 4 }), (list, mailboxMax) => {
        const worlds = [WORLD_LIMITS.capacity, HANDLED_WITH_THE_REST].map((capacity) => World.make({ accounts, limits: { mailboxMax, capacity } }))
        for (const payments of [...list, []]) {
          const [atOnce, inTurn] = worlds.map((world) => {
            for (const { from, to, asset, amount, deadline } of payments) world.send(from, to, Payment, {}, { funds: { [asset]: amount }, deadline })
            const block = world.step()
            full += block.ended.filter(({ refusal }) => refusal?._tag === "core/MailboxFull").length
            return told(block)
          })
          expect(atOnce).toEqual(inTurn)
        }
        for (const world of worlds) world.audit()
      }),
    )
    expect(full).toBeGreaterThan(10)
  })
})
