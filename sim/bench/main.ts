import { measure, measureEmptyBlock, type Row } from "./measure.ts"
import { swaps, transfers } from "./workload.ts"

/**
 * The honest sheet: `npm run bench [-- --json] [-- --quick]`. Every figure stands beside the bare loop of the same run; absolute times depend
 * on the machine and on who else uses it. It decides no test.
 */

const quick = process.argv.includes("--quick")
const json = process.argv.includes("--json")
const runs = quick ? 1 : 5
const blockSize = 10_000
const shape = { accounts: 10_000, transactions: quick ? 50_000 : 200_000, blockSize }
const many = { ...shape, accounts: 1_000_000 }

const rows: Row[] = []
const row = (make: Parameters<typeof measure>[0], times = runs): Row => {
  const measured = measure(make, times, blockSize)
  rows.push(measured)
  if (!json) process.stdout.write(`${line(measured)}\n`)
  return measured
}

const whole = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",")
const columns = (cells: readonly string[]): string => cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(11))).join(" ")
const line = (measured: Row): string =>
  columns([
    measured.workload,
    whole(measured.accounts),
    whole(measured.transactionsPerSecond),
    whole(measured.messagesPerSecond),
    measured.cpuMicrosecondsPerTransaction.toFixed(2),
    whole(measured.bareTransactionsPerSecond),
    measured.ratioToBareLoop.toFixed(3),
    measured.cpuRatioToBareLoop.toFixed(3),
  ])

if (!json) {
  process.stdout.write(`${columns(["workload", "accounts", "tx/s", "messages/s", "cpu us/tx", "bare tx/s", "of bare", "by cpu"])}\n`)
}
const accepted = row(() => swaps(64, shape))
row(() => swaps(1, shape))
row(() => transfers(shape))
const refused = row(() => swaps(64, shape, 1))
const manySwaps = row(() => swaps(64, many), quick ? 1 : 3)
row(() => transfers(many), quick ? 1 : 3)
const emptyBlockMicroseconds = measureEmptyBlock(swaps(64, { ...shape, transactions: 0 }))

const ratio = (numerator: number, denominator: number): number => Math.round((numerator / denominator) * 1000) / 1000
const comparisons = {
  refusedToAcceptedSwap: ratio(refused.nanosecondsPerTransaction, accepted.nanosecondsPerTransaction),
  millionToTenThousandAccounts: ratio(manySwaps.nanosecondsPerTransaction, accepted.nanosecondsPerTransaction),
  millionToTenThousandAccountsBare: ratio(accepted.bareTransactionsPerSecond, manySwaps.bareTransactionsPerSecond),
  emptyBlockMicroseconds,
}
if (json) process.stdout.write(`${JSON.stringify({ node: process.version, threads: 1, rows, ...comparisons })}\n`)
else {
  process.stdout.write(`
a refused swap costs ${comparisons.refusedToAcceptedSwap} of an accepted one
a swap among 1,000,000 accounts costs ${comparisons.millionToTenThousandAccounts} of one among 10,000 (bare loop: ${comparisons.millionToTenThousandAccountsBare})
an empty block takes ${emptyBlockMicroseconds} us
`)
}
