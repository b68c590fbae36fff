import { Payment, type Source } from "../../core/index.ts"

/** Payments of each account to itself, until the block in which it throws. */
export const source = ({ names, throwsAt }: { readonly names: readonly string[]; readonly throwsAt: number }): Source => ({ height, owns }, give) => {
  if (height === throwsAt) throw new Error("the source has run dry")
  for (const [index, from] of names.entries()) if (owns(from)) give(index, { from, nonce: height - 1, to: from, message: Payment, payload: {}, funds: { eth: 1n } })
  return names.length
}
