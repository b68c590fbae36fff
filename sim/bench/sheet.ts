import type { Shape, Workload } from "./workload.ts"
import { auction, singleAuction } from "./workloads/auction.ts"
import { concentratedSwaps, courseName } from "./workloads/concentrated-pool.ts"
import { ledgerTransfers } from "./workloads/ledger.ts"
import { lending, liquidations } from "./workloads/lending.ts"
import { orders, type Verb } from "./workloads/order-book.ts"
import { routes } from "./workloads/routes.ts"
import { swaps } from "./workloads/swaps.ts"
import { stableSwaps, weightedSwaps } from "./workloads/three-asset-pools.ts"
import { transfers, zipfTransfers } from "./workloads/transfers.ts"
import { vault } from "./workloads/vault.ts"
import { whole } from "./print.ts"

/** The rows of the honest sheet, by group. A new one is a file under `workloads/` and a line here. */

/** What is measured in one process of its own: by name, so that `--only` finds it. */
export interface Entry {
  readonly group: string
  readonly name: string
  readonly shape: Shape
  readonly make: (shape: Shape) => Workload
  /** Alternating runs; the rows of a million accounts or orders take fewer. */
  readonly runs: number
  /** Whether blocks are sealed with digests; without them headers say nothing. */
  readonly hashing: boolean
  /** Whether a quick sheet has it: not where only the setup takes long. */
  readonly quick: boolean
  /** Another way to do the same, measured in turns with this one. */
  readonly rival: ((shape: Shape) => Workload) | undefined
  /** Whether it is also measured on several threads. The definitions of its actors are exports of `source.ts`. */
  readonly threaded: boolean
}

/** Numbers of threads that the rows are measured with for which it makes sense; the others run on one. */
export const THREADS: readonly number[] = [1, 2]

const RUNS = 5
const FEW_RUNS = 3
const BASE: Shape = { accounts: 10_000, transactions: 200_000, blockSize: 10_000 }
const QUICK_SHARE = 4

const SWAPS_64 = (shape: Shape): Workload => swaps(64, shape)
const CROSSINGS = [0, 1, 20]
const VERBS: readonly Verb[] = ["insert", "match", "cancel"]
const RESTING = [1_000, 100_000, 1_000_000]
/** Setting so many orders takes far longer than all that is measured, so after the run for the compiler there is one. */
const MANY_RESTING = 1_000_000

type Row = Omit<Entry, "group">

const row = (name: string, make: Entry["make"], shape: Partial<Shape> = {}, { runs = RUNS, hashing = true, quick = true, threaded = false, rival }: Partial<Entry> = {}): Row => ({
  name,
  make,
  shape: { ...BASE, ...shape },
  runs,
  hashing,
  quick,
  rival,
  threaded,
})

const threaded = { threaded: true }
const few = { runs: FEW_RUNS }
const groups: { readonly [group: string]: readonly Row[] } = {
  transfers: [row("transfers", transfers, {}, threaded), row("transfers, Zipf s = 1", zipfTransfers, {}, threaded)],
  swaps: [
    row("swaps, 1 pool", (shape) => swaps(1, shape), {}, threaded),
    row("swaps, 64 pools", SWAPS_64, {}, threaded),
    row("swaps, 1024 pools", (shape) => swaps(1024, shape), {}, threaded),
    row("refused swaps, 64 pools", (shape) => swaps(64, shape, 1)),
  ],
  routes: [row("three-hop routes", routes, { transactions: 50_000 }, threaded)],
  exchanges: [
    ...CROSSINGS.map((crossings) => row(`v3 swaps, ${courseName(crossings)}`, (shape) => concentratedSwaps(crossings, shape), { transactions: crossings > 1 ? 20_000 : 100_000 })),
    row("stableswap swaps, 64 pools", stableSwaps, { transactions: 50_000 }),
    row("weighted swaps, 64 pools", weightedSwaps, { transactions: 50_000 }),
  ],
  book: VERBS.flatMap((verb) => RESTING.map((resting) => {
    const given = resting < MANY_RESTING ? {} : { runs: 1, quick: false }
    return row(`order book, ${verb} at ${whole(resting)}`, (shape) => orders(verb, resting, shape), { transactions: 50_000 }, given)
  })),
  lending: [
    row("lending, 1 market", (shape) => lending(1, shape)),
    row("lending, 64 markets", (shape) => lending(64, shape)),
    row("liquidations, 64 markets", (shape) => liquidations(64, shape)),
    row("vault deposits and redemptions", vault),
  ],
  auction: [row("batch auction", auction), row("same orders, single messages", singleAuction, {}, { rival: auction })],
  ledger: [row("ledger transfers, 1 member", (shape) => ledgerTransfers(1, shape)), row("ledger transfers, 64 members", (shape) => ledgerTransfers(64, shape))],
  hashing: [row("transfers, no hashing", transfers, {}, { hashing: false }), row("swaps, 64 pools, no hashing", SWAPS_64, {}, { hashing: false })],
  "block sizes": [
    row("swaps, 64 pools, blocks of 100", SWAPS_64, { blockSize: 100 }),
    row("swaps, 64 pools, blocks of 1,000", SWAPS_64, { blockSize: 1_000 }),
    row("swaps, 64 pools, blocks of 100,000", SWAPS_64, { blockSize: 100_000, transactions: 400_000 }),
  ],
  accounts: [
    row("transfers, 100,000 accounts", transfers, { accounts: 100_000 }, few),
    row("transfers, 1,000,000 accounts", transfers, { accounts: 1_000_000 }, few),
    row("swaps, 64 pools, 100,000 accounts", SWAPS_64, { accounts: 100_000 }, few),
    row("swaps, 64 pools, 1,000,000 accounts", SWAPS_64, { accounts: 1_000_000 }, few),
  ],
}

const entries: readonly Entry[] = Object.entries(groups).flatMap(([group, rows]) => rows.map((one) => ({ group, ...one })))

const quickOf = (entry: Entry): Entry => ({ ...entry, runs: 1, shape: { ...entry.shape, transactions: entry.shape.transactions / QUICK_SHARE } })

export const sheet = (quick: boolean): readonly Entry[] => (quick ? entries.filter((entry) => entry.quick).map(quickOf) : entries)
