/** How a searcher of campaigns did on the constant-product pool. */
export interface CampaignRow {
  readonly name: string
  readonly versions: { readonly [name: string]: string }
  readonly threads: number
  /** Actions that were sent: transactions, or calls of a handler contract. */
  readonly actions: number
  /** Handled messages; a contract's calls of others do not count, they are part of one. */
  readonly calls: number
  readonly refused: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly more: string
  readonly less: string
}

/** Times a search on this thread and all others of this process. */
export const timedSearch = async <A>(search: () => Promise<A>): Promise<{ readonly result: A; readonly seconds: number; readonly cpuSeconds: number }> => {
  const cpuBefore = process.cpuUsage()
  const start = process.hrtime.bigint()
  const result = await search()
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(cpuBefore)
  return { result, seconds, cpuSeconds: (user + system) / 1e6 }
}
