/**
 * What a report's page is given, as plain JSON: all that it draws, and nothing else. The same run gives the same bytes; no clock and no machine is in it.
 *
 * Amounts over time are `Series`: whole numbers in steps of 10^-places of the unit, each as its difference to the one before, which is short.
 */
export interface ReportData {
  readonly scenario: string
  readonly description: string
  /** The number of the last block. */
  readonly blocks: number
  /** Unix seconds of the genesis and of each block after: `start + height * blockSeconds`. */
  readonly start: number
  readonly blockSeconds: number
  /** Blocks of one point: of what is seen in every block, and of what is sampled. */
  readonly stride: number
  readonly sampleStride: number
  readonly charts: readonly ChartData[]
  readonly timeline: TimelineData
  readonly mailboxes: MailboxData
  readonly transactions: TransactionsData
  /** The command that makes this report again; to be continued by ` --tree BLOCK:INDEX`. */
  readonly command: string
}

/** What the page of a finished run is given. */
export interface PageData extends ReportData {
  readonly summary: SummaryData
}

/** What came of the run, as its summary on the terminal has it, less the seconds that it took. */
export interface SummaryData {
  readonly seed: string
  /** Of the last header. */
  readonly root: string
  readonly transactions: number
  readonly messages: number
  readonly refused: number
  readonly refusals: readonly { readonly kind: string; readonly count: number }[]
  readonly defects: { readonly count: number; readonly first?: { readonly block: number; readonly actor: string; readonly problem: string } }
  readonly violation?: { readonly block: number; readonly actor: string; readonly invariant: string; readonly values: { readonly [name: string]: string } }
  readonly tables: readonly TableData[]
}

export interface TableData {
  readonly title: string
  readonly columns: readonly { readonly heading: string; readonly right?: boolean }[]
  readonly rows: readonly (readonly string[])[]
  readonly notes: readonly string[]
}

/** null where there was nothing. */
export type Series = readonly (number | null)[]

export interface UnitData {
  readonly name: string
  readonly places: number
}

export interface LimitData {
  readonly name: string
  /** In whole units. */
  readonly value: number
}

interface Common {
  readonly name: string
  readonly title: string
  readonly note: string
  readonly section: string
  readonly unit: UnitData
}

export interface LinesData extends Common {
  readonly kind: "lines"
  readonly stacked: boolean
  readonly sampled: boolean
  readonly limits: readonly LimitData[]
  readonly lines: readonly LineData[]
}

export interface LineData {
  readonly name: string
  readonly reference: boolean
  readonly last: Series
  /** Of a point's blocks; absent where a point is one block, or is sampled. How far below and above `last`, not as differences to the one before. */
  readonly below?: Series
  readonly above?: Series
}

export interface FlowsData extends Common {
  readonly kind: "flows"
  readonly flows: readonly { readonly name: string; readonly sums: Series; readonly total: string }[]
}

export interface SpreadData extends Common {
  readonly kind: "spread"
  readonly limits: readonly LimitData[]
  /** Of the values of each sampled point: the quantiles at `percents`, from the least (0) to the greatest (100). */
  readonly percents: readonly number[]
  readonly quantiles: readonly Series[]
  readonly counts: readonly number[]
}

export interface BarsData extends Common {
  readonly kind: "bars"
  readonly headline: boolean
  readonly bars: readonly { readonly name: string; readonly group: string; readonly value: number; readonly text: string }[]
  /** How many more there were between the shown ones. */
  readonly left: number
}

export interface MarksData extends Common {
  readonly kind: "marks"
  readonly counts: readonly number[]
  readonly total: number
  /** The first of each point that has one. */
  readonly firsts: readonly { readonly point: number; readonly block: number; readonly label: string; readonly transaction: string }[]
}

export type ChartData = LinesData | FlowsData | SpreadData | BarsData | MarksData

/** Of each point: sums over its blocks, or the most of them. */
export interface TimelineData {
  readonly transactions: readonly number[]
  readonly messages: readonly number[]
  /** Transactions and messages, by the failure's tag; the most frequent first. */
  readonly refusals: readonly { readonly kind: string; readonly counts: readonly number[]; readonly total: number }[]
  /** Messages that went back to their senders with their money. */
  readonly bounced: readonly number[]
  readonly longestMailbox: readonly number[]
  /** Messages that waited for a later block, over all mailboxes. */
  readonly leftOver: readonly number[]
}

/** Of each sampled point, actors (as an index into `actors`) and the lengths of their mailboxes, in pairs, the longest first. */
export interface MailboxData {
  readonly actors: readonly string[]
  readonly longest: readonly (readonly number[])[]
  /** So many actors of each point are kept. */
  readonly most: number
}

export interface TransactionsData {
  /** Of the whole run. */
  readonly total: number
  /** Every so many of them one is shown. */
  readonly every: number
  readonly shown: readonly TreeData[]
  /** What was asked for and does not exist, in words. */
  readonly missing: readonly string[]
}

/** What one transaction caused, or a part of it that a timer began later. */
export interface TreeData {
  /** `block:index`. */
  readonly place: string
  readonly block: number
  /** Height in which a later part began. */
  readonly part?: number
  readonly reasons: readonly string[]
  readonly from: string
  readonly to: string
  readonly type: string
  readonly status: "handled" | "refused" | "bounced" | "expired" | "under way"
  /** Whether anything in it was refused. */
  readonly trouble: boolean
  readonly messages: readonly MessageData[]
  /** Messages beyond those. */
  readonly more: number
}

export interface MessageData {
  readonly id: string
  readonly kind: "transaction" | "call" | "reply" | "bounce" | "timer"
  /** Index of the message that caused it; -1 of the first. */
  readonly parent: number
  readonly from: string
  readonly to: string
  readonly type: string
  /** Block in which it was sent; of a transaction, in which it was given. */
  readonly sent: number
  /** Block in which it ended; absent while it is under way. */
  readonly ended?: number
  readonly end: "handled" | "refused" | "bounced" | "expired" | "under way"
  readonly hop: number
  readonly funds?: readonly string[]
  readonly payload?: string
  readonly reply?: string
  readonly events?: readonly string[]
  /** Why it was refused, or why its handler failed: the failure's tag, and its sentence. */
  readonly refusal?: { readonly kind: string; readonly text: string }
  /** Why it comes back; bounces only. */
  readonly reason?: { readonly kind: string; readonly text: string }
  readonly defect?: string
  readonly deadline?: number
}
