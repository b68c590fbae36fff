import type { Row } from "./measure.ts"

/** The sheet as text. */

export const whole = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",")

const columns = (first: string, rest: readonly string[]): string => [first.padEnd(36), ...rest.map((cell) => cell.padStart(10))].join(" ")

export const head: string = columns("workload", ["threads", "accounts", "block", "tx/s", "messages/s", "cpu us/tx", "bare tx/s", "of bare", "by cpu", "world MB", "RSS MB"])

/** Above the rows of a group. */
export const heading = (group: string): string => `-- ${group}`

export const line = (name: string, row: Row): string =>
  columns(name, [
    String(row.threads),
    whole(row.accounts),
    whole(row.blockSize),
    whole(row.transactionsPerSecond),
    whole(row.messagesPerSecond),
    row.cpuMicrosecondsPerTransaction.toFixed(2),
    whole(row.bareTransactionsPerSecond),
    row.ratioToBareLoop.toFixed(3),
    row.cpuRatioToBareLoop.toFixed(3),
    row.worldMegabytes === undefined ? "" : row.worldMegabytes.toFixed(1),
    whole(row.residentMegabytes),
  ]) + besideOne(row) + besideRival(row)

const besideRival = ({ besideRival: rival }: Row): string =>
  rival === undefined ? "" : `\n    ${rival.workload}: ${rival.speed.toFixed(2)} times as many a second, in turns`

const besideOne = ({ besideOneThread: beside }: Row): string =>
  beside === undefined ? "" : `\n    ${beside.speed.toFixed(2)} times one thread (${whole(beside.transactionsPerSecond)} tx/s in the same turns), with ${beside.cpu.toFixed(2)} times its CPU time; ${beside.apartSpeed.toFixed(2)} times by worlds that exchange nothing`

const times = (numerator: number, denominator: number): number => Math.round((numerator / denominator) * 1000) / 1000

/** What rows say about each other, where all of them were measured. */
export const comparisonsOf = (rows: ReadonlyMap<string, Row>): { readonly [name: string]: number } => {
  const cost = (name: string, pick: (row: Row) => number = (row) => row.cpuMicrosecondsPerTransaction): number => {
    const row = rows.get(name)
    return row === undefined ? Number.NaN : pick(row)
  }
  const bare = (row: Row): number => row.bareCpuMicrosecondsPerTransaction
  const all = {
    refusedToAcceptedSwap: times(cost("refused swaps, 64 pools"), cost("swaps, 64 pools")),
    batchToSingleOrders: rows.get("same orders, single messages")?.besideRival?.speed ?? Number.NaN,
    millionToTenThousandAccounts: times(cost("swaps, 64 pools, 1,000,000 accounts"), cost("swaps, 64 pools")),
    millionToTenThousandAccountsBare: times(cost("swaps, 64 pools, 1,000,000 accounts", bare), cost("swaps, 64 pools", bare)),
    hashingShare: times(cost("swaps, 64 pools") - cost("swaps, 64 pools, no hashing"), cost("swaps, 64 pools")),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !Number.isNaN(value)))
}

const SENTENCES: { readonly [name: string]: (value: number) => string } = {
  refusedToAcceptedSwap: (value) => `a refused swap costs ${value} of an accepted one`,
  batchToSingleOrders: (value) => `a batch settles ${value} times as many orders a second as single messages do, in turns`,
  millionToTenThousandAccounts: (value) => `a swap among 1,000,000 accounts costs ${value} times one among 10,000`,
  millionToTenThousandAccountsBare: (value) => `(the bare loop's: ${value} times)`,
  hashingShare: (value) => `${value} of a swap's cost is the hashing of headers`,
  emptyBlockMicroseconds: (value) => `an empty block takes ${value} us`,
}

export const sentences = (comparisons: { readonly [name: string]: number }): string =>
  Object.entries(comparisons).map(([name, value]) => `${SENTENCES[name]?.(value) ?? `${name}: ${value}`}\n`).join("")
