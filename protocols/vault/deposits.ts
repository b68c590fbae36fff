import { addChecked, Failure, pay, type Context } from "../../core/index.ts"
import { DepositLimitExceeded, MaximumExceeded, MintLimitExceeded, SlippageExceeded } from "./failures.ts"
import { attachedOnly } from "./attached.ts"
import { feeOnTotalUp } from "./math.ts"
import { Deposited, type Deposit, type Mint } from "./messages.ts"
import { maxDeposit, maxMint, previewDeposit, previewMint } from "./preview.ts"
import { feePayment, served } from "./queue.ts"
import type { VaultState } from "./state.ts"
import type { Verb, VaultStep } from "./verb.ts"

/** The verbs that make shares. `messages.ts` says what they promise. */

export const deposit: Verb<typeof Deposit> = (vault, { minimumShares }, context) => {
  const assets = attachedOnly(context.funds, vault.asset)
  if (assets instanceof Failure) return assets
  const assetsMax = maxDeposit(vault)
  if (assets > assetsMax) return new DepositLimitExceeded({ assets, assetsMax })
  const shares = previewDeposit(vault, assets)
  if (shares < minimumShares) return new SlippageExceeded({ asset: vault.assetShares, amountOut: shares, minimumOut: minimumShares })
  return { ...entered(vault, assets, shares, 0n, context), reply: { shares } }
}

export const mint: Verb<typeof Mint> = (vault, { shares }, context) => {
  const maximumIn = attachedOnly(context.funds, vault.asset)
  if (maximumIn instanceof Failure) return maximumIn
  const sharesMax = maxMint(vault)
  if (shares > sharesMax) return new MintLimitExceeded({ shares, sharesMax })
  const assets = previewMint(vault, shares)
  if (assets > maximumIn) return new MaximumExceeded({ asset: vault.asset, amountIn: assets, maximumIn })
  return { ...entered(vault, assets, shares, maximumIn - assets, context), reply: { assets } }
}

const entered = (vault: VaultState, assets: bigint, shares: bigint, change: bigint, { sender, height }: Context): VaultStep => {
  const fee = vault.feeRecipient === null ? 0n : feeOnTotalUp(assets, vault.entryFeeBps)
  const state = { ...vault, idle: addChecked(vault.idle, assets - fee), supply: addChecked(vault.supply, shares) }
  const payment = pay(sender, { [vault.assetShares]: shares, [vault.asset]: change })
  return served(
    {
      state,
      mints: shares,
      sends: [...(payment.funds.isEmpty ? [] : [payment]), ...feePayment(vault, fee)],
      events: [Deposited.make({ owner: sender, assets, fee, shares })],
    },
    height,
  )
}
