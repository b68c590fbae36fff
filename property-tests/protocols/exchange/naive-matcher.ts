/**
 * The auction's rule once more, from `messages.ts` alone and in the plainest form: every whole price is tried, and lots are handed out one by one.
 * Slow, and shares no code with the protocol.
 */

export interface NaiveOrder {
  readonly buys: boolean
  readonly lots: number
  readonly limit: number
}

export interface NaiveClearing {
  readonly price: number
  readonly lots: number
  readonly fills: readonly number[]
}

export const naiveClearing = (orders: readonly NaiveOrder[]): NaiveClearing => {
  const highest = orders.reduce((most, { limit }) => Math.max(most, limit), 0)
  const sumOf = (fits: (order: NaiveOrder) => boolean): number => orders.filter(fits).reduce((sum, { lots }) => sum + lots, 0)
  const volumeAt = (price: number): number => Math.min(sumOf(({ buys, limit }) => buys && limit >= price), sumOf(({ buys, limit }) => !buys && limit <= price))
  let most = 0
  let best: number[] = []
  for (let price = 1; price <= highest; price++) {
    const volume = volumeAt(price)
    if (volume > most) best = []
    most = Math.max(most, volume)
    if (volume === most && most > 0) best.push(price)
  }
  const fills = orders.map(() => 0)
  if (most === 0) return { price: 0, lots: 0, fills }
  for (const buys of [true, false]) for (let lot = 0; lot < most; lot++) {
    // Whose turn it is: the best limit of those that still want something, the first of them.
    let turn: number | undefined
    for (const [index, order] of orders.entries()) {
      if (order.buys !== buys || fills[index] === order.lots) continue
      const leader = turn === undefined ? undefined : (orders[turn] as NaiveOrder)
      if (leader === undefined || (buys ? order.limit > leader.limit : order.limit < leader.limit)) turn = index
    }
    fills[turn as number] = (fills[turn as number] as number) + 1
  }
  return { price: Math.floor(((best[0] as number) + (best.at(-1) as number)) / 2), lots: most, fills }
}
