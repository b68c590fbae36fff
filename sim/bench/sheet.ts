import type { Shape, Workload } from "./workload.ts"
import { auction, singleAuction } from "./workloads/auction.ts"
import { ledgerTransfers } from "./workloads/ledger.ts"
import { lending, liquidations } from "./workloads/lending.ts"
import { routes } from "./workloads/routes.ts"
import { swaps } from "./workloads/swaps.ts"
import { transfers, zipfTransfers } from "./workloads/transfers.ts"
import { vault } from "./workloads/vault.ts"

/** The rows of the honest sheet. A new one is a file under `workloads/` and a line here. */

/** What is measured in one process of its own: by name, so that `--only` finds it. */
export interface Entry {
  readonly name: string
  readonly shape: Shape
  readonly make: (shape: Shape) => Workload
  /** Alternating runs; the rows of a million accounts take fewer. */
  readonly runs: number
  /** Whether blocks are sealed with digests; without them headers say nothing. */
  readonly hashing: boolean
}

/** Numbers of threads that each row is measured with. */
export const THREADS: readonly number[] = [1]

const RUNS = 5
const BASE: Shape = { accounts: 10_000, transactions: 200_000, blockSize: 10_000 }
const QUICK_SHARE = 4

const SWAPS_64 = (shape: Shape): Workload => swaps(64, shape)

const row = (name: string, make: Entry["make"], shape: Partial<Shape> = {}, runs = RUNS, hashing = true): Entry => ({
  name,
  make,
  shape: { ...BASE, ...shape },
  runs,
  hashing,
})

const entries: readonly Entry[] = [
  row("transfers", transfers),
  row("transfers, Zipf s = 1", zipfTransfers),
  row("ledger transfers, 1 member", (shape) => ledgerTransfers(1, shape)),
  row("ledger transfers, 64 members", (shape) => ledgerTransfers(64, shape)),
  row("swaps, 1 pool", (shape) => swaps(1, shape)),
  row("swaps, 64 pools", SWAPS_64),
  row("swaps, 1024 pools", (shape) => swaps(1024, shape)),
  row("refused swaps, 64 pools", (shape) => swaps(64, shape, 1)),
  row("three-hop routes", routes, { transactions: 50_000 }),
  row("lending, 1 market", (shape) => lending(1, shape)),
  row("lending, 64 markets", (shape) => lending(64, shape)),
  row("liquidations, 64 markets", (shape) => liquidations(64, shape)),
  row("vault deposits and redemptions", vault),
  row("batch auction", auction),
  row("same orders, single messages", singleAuction, { transactions: 100_000 }),
  row("transfers, no hashing", transfers, {}, RUNS, false),
  row("swaps, 64 pools, no hashing", SWAPS_64, {}, RUNS, false),
  row("swaps, 64 pools, blocks of 100", SWAPS_64, { blockSize: 100 }),
  row("swaps, 64 pools, blocks of 1,000", SWAPS_64, { blockSize: 1_000 }),
  row("swaps, 64 pools, blocks of 100,000", SWAPS_64, { blockSize: 100_000, transactions: 400_000 }),
  row("transfers, 100,000 accounts", transfers, { accounts: 100_000 }, 3),
  row("transfers, 1,000,000 accounts", transfers, { accounts: 1_000_000 }, 3),
  row("swaps, 64 pools, 100,000 accounts", SWAPS_64, { accounts: 100_000 }, 3),
  row("swaps, 64 pools, 1,000,000 accounts", SWAPS_64, { accounts: 1_000_000 }, 3),
]

const quickOf = (entry: Entry): Entry => ({ ...entry, runs: 1, shape: { ...entry.shape, transactions: entry.shape.transactions / QUICK_SHARE } })

export const sheet = (quick: boolean): readonly Entry[] => (quick ? entries.map(quickOf) : entries)
