import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { MAX_SQRT_PRICE_X96, MIN_SQRT_PRICE_X96 } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { blockstep } from "./command-line.ts"

const root = mkdtempSync(join(tmpdir(), "blockstep-"))
afterAll(() => rmSync(root, { recursive: true }))

const Q96 = 2n ** 96n
const UNIT = 10n ** 18n

const STATE = {
  pool: "0x8ad5",
  symbols: ["AAA", "BBB"],
  fee: 3000,
  tickSpacing: 60,
  start: { sqrtPriceX96: String(Q96), tick: 0, liquidity: String(UNIT) },
  netLiquidityAtTick: { "-60": String(UNIT / 4n), "120": String(-UNIT / 2n) },
  note: "ignored",
}

type Cells = { readonly [column: string]: string }

const HEADER = "i,kind,block,timestamp,account,tickLower,tickUpper,liquidity,amount0,amount1,sqrtPriceX96,tick,zeroForOne,amountSpecified,sqrtPriceLimitX96,replay"
const lineOf = (cells: Cells): string => HEADER.split(",").map((column) => cells[column] ?? "").join(",")

/**
 * Worked out by hand from the formulas, with liquidity 10^18 at a price of 1: 1,000 of asset 0 pay 3 of fee (the remainder after 996 were bought at
 * the rounded-up price) and give 996 of asset 1; the price falls by 997 * 2^96 / (10^18 + 997), rounded up. A new position of the same liquidity
 * costs its part of both assets, and is burned for a unit less of each.
 */
const AFTER = divUp(UNIT * Q96 * Q96, UNIT * Q96 + 997n * Q96)
function divUp(x: bigint, y: bigint): bigint {
  return (x + y - 1n) / y
}
const rows: readonly Cells[] = [
  { kind: "Swap", block: "10", timestamp: "2024-01-05 00:00:11", account: "0xa1", liquidity: String(UNIT), amount0: "5", amount1: "-4", sqrtPriceX96: String(Q96), tick: "0", replay: "start" },
  {
    kind: "Swap",
    block: "10",
    timestamp: "2024-01-05 00:00:11",
    account: "0xb2",
    liquidity: String(UNIT),
    amount0: "1000",
    amount1: "-996",
    sqrtPriceX96: String(AFTER),
    tick: "-1",
    zeroForOne: "1",
    amountSpecified: "1000",
    sqrtPriceLimitX96: String(MIN_SQRT_PRICE_X96 + 1n),
    replay: "exact",
  },
  { kind: "Burn", block: "11", timestamp: "2024-01-05 00:00:23", account: "0xc3", tickLower: "-60", tickUpper: "120", liquidity: "0", amount0: "0", amount1: "0", replay: "exact" },
  { kind: "Collect", block: "11", timestamp: "2024-01-05 00:00:23", account: "0xc3", tickLower: "-60", tickUpper: "120", amount0: "77", amount1: "88" },
  { kind: "Mint", block: "12", timestamp: "2024-01-05 00:00:35", account: "0xd4", tickLower: "-600", tickUpper: "-540", liquidity: "1", amount0: "0", amount1: "1", replay: "exact" },
  { kind: "Burn", block: "12", timestamp: "2024-01-05 00:00:35", account: "0xd4", tickLower: "-600", tickUpper: "-540", liquidity: "1", amount0: "0", amount1: "0", replay: "exact" },
  {
    kind: "Swap",
    block: "12",
    timestamp: "2024-01-05 00:00:35",
    account: "0xb2",
    liquidity: String(UNIT),
    amount0: "-123",
    amount1: "456",
    sqrtPriceX96: String(Q96 + Q96 / 1000n),
    tick: "19",
    replay: "resync",
  },
]

let made = 0
const folderOf = (state: string, events: string): string => {
  const folder = join(root, `recording-${made++}`)
  mkdirSync(folder)
  writeFileSync(join(folder, "state.json"), state)
  writeFileSync(join(folder, "events.csv"), events)
  return folder
}
const eventsOf = (list: readonly Cells[]): string => `${[HEADER, ...list.map(lineOf)].join("\n")}\n`
const json = (value: unknown): string => JSON.stringify(value, undefined, 1)
const changed = (row: number, cells: Cells): string => eventsOf(rows.map((given, index) => (index + 2 === row ? { ...given, ...cells } : given)))
const replay = (state: string, events: string, ...flags: readonly string[]) => blockstep("replay-pool", folderOf(state, events), ...flags)

describe("replay-pool", () => {
  it("replays a recording exactly and says so", async () => {
    const { code, out, err } = await replay(json(STATE), eventsOf(rows), "--json")
    expect(err).toBe("")
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      pool: "0x8ad5",
      feePips: 3000,
      exact: 1,
      of: 1,
      events: 7,
      blocks: 3,
      swaps: { exact: 1, of: 1, resynced: 1 },
      mints: { exact: 1, of: 1 },
      burns: { exact: 2, of: 2 },
      collects: { exact: 0, of: 1 },
      mismatches: [],
      broken: [],
      root: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it("says the same twice, and for people", async () => {
    const [first, second] = [await replay(json(STATE), eventsOf(rows), "--json"), await replay(json(STATE), eventsOf(rows).replaceAll("\n", "\r\n"))]
    expect(second.code).toBe(0)
    expect(second.out).toContain("1 of 1 exact, 1 set from their rows")
    expect(second.out).toContain((JSON.parse(first.out) as { readonly root: string }).root)
  })

  const differences: readonly (readonly [row: number, cells: Cells, said: string])[] = [
    [3, { amount1: "-997" }, "events.csv:3, Swap, amount1: -997 recorded, -996 replayed"],
    [3, { amount0: "999" }, "events.csv:3, Swap, amount0: 999 recorded, 1000 replayed"],
    [3, { sqrtPriceX96: String(AFTER - 1n) }, `events.csv:3, Swap, sqrtPriceX96: ${AFTER - 1n} recorded, ${AFTER} replayed`],
    [3, { tick: "0" }, "events.csv:3, Swap, tick: 0 recorded, -1 replayed"],
    [3, { liquidity: "7" }, `events.csv:3, Swap, liquidity: 7 recorded, ${UNIT} replayed`],
    [3, { sqrtPriceLimitX96: String(MAX_SQRT_PRICE_X96) }, "events.csv:3, Swap, kind: Swap recorded, the price is"],
    [5, { replay: "exact" }, "events.csv:5, Collect, amount0: 77 recorded, 0 replayed"],
    [6, { amount1: "2" }, "events.csv:6, Mint, amount1: 2 recorded, 1 replayed"],
    [7, { amount1: "1" }, "events.csv:7, Burn, amount1: 1 recorded, 0 replayed"],
    [8, { liquidity: String(UNIT + 1n) }, `events.csv:8, Swap, liquidity: ${UNIT + 1n} recorded, ${UNIT} replayed`],
  ]
  it.each(differences)("names what differs in row %i: %j", async (row, cells, said) => {
    const { code, err } = await replay(json(STATE), changed(row, cells))
    expect(err).toContain(said)
    expect(code).toBe(1)
  })

  const malformedEvents: readonly (readonly [name: string, events: string, said: string])[] = [
    ["no events", HEADER, 'events.csv:2, column kind: an event expected, but it is ""'],
    ["a missing column", eventsOf(rows).replace("zeroForOne", "direction"), "events.csv:1, column zeroForOne: a column of this name expected"],
    ["a short row", eventsOf(rows).replace(",exact\n", "\n"), "events.csv:3, column replay: 16 cells expected"],
    ["an unknown kind", changed(4, { kind: "Flash" }), 'events.csv:4, column kind: Swap, Mint, Burn or Collect expected, but it is "Flash"'],
    ["a falling block", changed(5, { block: "9" }), 'events.csv:5, column block: at least 11, as above, expected, but it is "9"'],
    ["a falling time", changed(5, { timestamp: "2024-01-05 00:00:22" }), "events.csv:5, column timestamp: a time not before the row above expected"],
    ["no day of the calendar", changed(4, { timestamp: "2024-02-30 00:00:00" }), "events.csv:4, column timestamp: a UTC time such as"],
    ["no address", changed(4, { account: "a b" }), 'events.csv:4, column account: an address expected, but it is "a b"'],
    ["an exponent", changed(3, { amount0: "1e3" }), 'events.csv:3, column amount0: a whole number expected, but it is "1e3"'],
    ["too large an amount", changed(3, { amount0: String(2n ** 128n) }), "events.csv:3, column amount0: a whole number of at most 128 bits expected"],
    ["a negative cost", changed(6, { amount1: "-1" }), "events.csv:6, column amount1: an amount that is not negative expected"],
    ["a negative liquidity", changed(6, { liquidity: "-1" }), "events.csv:6, column liquidity: a whole number that is not negative expected"],
    ["no tick", changed(6, { tickUpper: "887273" }), "events.csv:6, column tickUpper: a tick from -887272 to 887272 expected"],
    ["ticks out of order", changed(6, { tickUpper: "-600" }), "events.csv:6, column tickUpper: a tick above -600 expected"],
    ["no direction", changed(3, { zeroForOne: "" }), 'events.csv:3, column zeroForOne: 0 or 1 expected, but it is ""'],
    ["an unknown marking", changed(3, { replay: "maybe" }), "events.csv:3, column replay: exact, resync, start or nothing expected"],
    ["a mint that is set from its row", changed(6, { replay: "resync" }), "events.csv:6, column replay: exact or nothing expected"],
  ]
  it.each(malformedEvents)("refuses %s", async (_, events, said) => {
    const { code, out, err } = await replay(json(STATE), events)
    expect(err).toContain(said)
    expect({ code, out }).toEqual({ code: 2, out: "" })
  })

  const { start } = STATE
  const malformedStates: readonly (readonly [name: string, state: string, said: string])[] = [
    ["no JSON", '{\n "pool": "x"\n "fee": 3 }', "column 2: JSON expected"],
    ["a list", "[]", "state.json:1, column the whole: an object expected"],
    ["an absent field", json({ ...STATE, fee: undefined }), 'column fee: a value expected, but it is "absent"'],
    ["a fee of a whole", json({ ...STATE, fee: 1_000_000 }), 'state.json:7, column fee: an integer from 0 to 999999 expected, but it is "1000000"'],
    ["one symbol twice", json({ ...STATE, symbols: ["AAA", "AAA"] }), "column symbols: two different names of assets"],
    ["a price as a number", json({ ...STATE, start: { ...start, sqrtPriceX96: 5 } }), "column start.sqrtPriceX96: a whole number from 0 to 2^160 - 1 in quotes expected"],
    ["a tick between the spacings", json({ ...STATE, netLiquidityAtTick: { "61": "1" } }), "column netLiquidityAtTick.61: a tick that is a multiple of 60 as the name expected"],
    ["half a liquidity", json({ ...STATE, netLiquidityAtTick: { "60": "0.5" } }), 'column netLiquidityAtTick.60: a whole number in quotes expected, but it is "0.5"'],
    ["a tick that is not the price's", json({ ...STATE, start: { ...start, tick: 5 } }), "state.json: start.tick is 5, but the rest of the recording makes it 0"],
    ["a price of nothing", json({ ...STATE, start: { ...start, sqrtPriceX96: "0" } }), "but the rest of the recording makes it impossible (0 lies outside of the prices of the ticks)"],
    ["more liquidity than a tick may have", json({ ...STATE, start: { ...start, liquidity: String(2n ** 127n) } }), "makes it impossible (a liquidity of"],
  ]
  it.each(malformedStates)("refuses a state with %s", async (_, state, said) => {
    const { code, out, err } = await replay(state, eventsOf(rows))
    expect(err).toContain(said)
    expect({ code, out }).toEqual({ code: 2, out: "" })
  })

  it("refuses a folder that is not there", async () => {
    const { code, err } = await blockstep("replay-pool", join(root, "nowhere"))
    expect(err).toContain("state.json cannot be read: ")
    expect(code).toBe(2)
  })
})

const days = new URL("../../../shared/data/uniswap-v3/", import.meta.url)

describe.skipIf(!existsSync(days))(`real days (${days.pathname})`, () => {
  it.each([
    ["usdc-weth-3000-2024-01-05", { swaps: 266, mints: 4, burns: 17, resynced: 0 }],
    ["usdc-weth-500-2024-01-05", { swaps: 6_039, mints: 54, burns: 69, resynced: 6 }],
  ])("%s come out to the unit", async (name, { swaps, mints, burns, resynced }) => {
    const { code, out, err } = await blockstep("replay-pool", `${days.pathname}${name}`, "--json")
    expect(err).toBe("")
    expect(code).toBe(0)
    const report = JSON.parse(out) as { readonly seconds: number; readonly eventsPerSecond: number }
    expect(report).toMatchObject({
      exact: swaps,
      of: swaps,
      swaps: { exact: swaps, of: swaps, resynced },
      mints: { exact: mints, of: mints },
      burns: { exact: burns, of: burns },
      mismatches: [],
      broken: [],
    })
    console.log(`${name}: ${report.seconds} s, ${report.eventsPerSecond} events/s`)
  })
})
