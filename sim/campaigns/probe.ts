import type { Address, AnyMessage, AssetId, Payload, World } from "../../core/index.ts"

/** Experiments on a fork of a run's world at its end: what would happen if somebody did this now. */

/** Sends and waits until nothing is under way, all at one moment. Gives by how much the sender's balances grew. */
export const tried = <M extends AnyMessage>(
  fork: World,
  from: Address,
  to: Address,
  message: M,
  payload: Payload<M>,
  funds: { readonly [asset: AssetId]: bigint } = {},
): ((asset: AssetId) => bigint) => {
  const before = fork.balances(from)
  fork.send(from, to, message, payload, { funds })
  do fork.step([], { time: fork.time })
  while (fork.pending > 0)
  const after = fork.balances(from)
  return (asset) => (after.get(asset) ?? 0n) - (before.get(asset) ?? 0n)
}

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
