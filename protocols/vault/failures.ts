import { Address, Amount, AssetId, Count, failure, Text } from "../../core/index.ts"

/** Returned when the attached funds are not what the message asks for: another asset, or any where none is expected. */
export class WrongAsset extends failure("vault/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when a deposit would raise the total assets above the vault's maximum. */
export class DepositLimitExceeded extends failure(
  "vault/DepositLimitExceeded",
  { assets: Amount, assetsMax: Amount },
  ({ assets, assetsMax }) => `${assets} assets in, at most ${assetsMax} are taken`,
) {}

/** Returned when more shares are asked for than the vault may still issue. */
export class MintLimitExceeded extends failure("vault/MintLimitExceeded", { shares: Amount, sharesMax: Amount }, ({ shares, sharesMax }) =>
  `${shares} shares asked for, at most ${sharesMax} are issued`) {}

/** Returned when the sender would get less than its minimum. */
export class SlippageExceeded extends failure(
  "vault/SlippageExceeded",
  { asset: AssetId, amountOut: Amount, minimumOut: Amount },
  ({ asset, amountOut, minimumOut }) => `${amountOut} of ${asset} out is below the minimum of ${minimumOut}`,
) {}

/** Returned when more assets are asked for than the attached shares are worth. */
export class WithdrawLimitExceeded extends failure(
  "vault/WithdrawLimitExceeded",
  { assets: Amount, assetsMax: Amount },
  ({ assets, assetsMax }) => `${assets} assets asked for, the attached shares are worth ${assetsMax}`,
) {}

/** Returned when an exact amount out costs more than is attached. */
export class MaximumExceeded extends failure(
  "vault/MaximumExceeded",
  { asset: AssetId, amountIn: Amount, maximumIn: Amount },
  ({ asset, amountIn, maximumIn }) => `${amountIn} of ${asset} in is above the ${maximumIn} attached`,
) {}

/** Returned when the vault's cash does not suffice, or others wait for it, and the sender will not wait, or asks for too little to be queued. */
export class InsufficientIdle extends failure(
  "vault/InsufficientIdle",
  { idle: Amount, needed: Amount, waiting: Count },
  ({ idle, needed, waiting }) => `${needed} needed, ${idle} idle, ${waiting} withdrawals waiting`,
) {}

/** Returned when as many withdrawals wait as may. */
export class QueueFull extends failure("vault/QueueFull", { waitingMax: Count }, ({ waitingMax }) => `${waitingMax} withdrawals wait already`) {}

/** Returned when no withdrawal waits under the ticket: it was never given, or the withdrawal is paid or cancelled. */
export class NoSuchWithdrawal extends failure("vault/NoSuchWithdrawal", { ticket: Count }, ({ ticket }) => `no withdrawal ${ticket} waits`) {}

/** Returned when somebody else than its owner cancels a withdrawal. */
export class NotOwner extends failure("vault/NotOwner", { sender: Address, owner: Address }, ({ sender, owner }) =>
  `${sender} is not the owner ${owner}`) {}

/** Returned when nothing that came back lies ready for the sender. */
export class NothingToCollect extends failure("vault/NothingToCollect", { sender: Address }, ({ sender }) => `nothing lies ready for ${sender}`) {}

/** Returned when somebody else than the manager sets strategies or writes off. */
export class NotManager extends failure("vault/NotManager", { sender: Address }, ({ sender }) => `${sender} is not the manager`) {}

/** Returned when somebody else than the allocator lends or recalls. */
export class NotAllocator extends failure("vault/NotAllocator", { sender: Address }, ({ sender }) => `${sender} is not the allocator`) {}

/** Returned when the address is none of the vault's strategies. */
export class NotStrategy extends failure("vault/NotStrategy", { strategy: Address }, ({ strategy }) => `${strategy} is no strategy of the vault`) {}

/** Returned when a vault has as many strategies as it may. */
export class TooManyStrategies extends failure("vault/TooManyStrategies", { strategiesMax: Count }, ({ strategiesMax }) =>
  `the vault has ${strategiesMax} strategies already`) {}

/** Returned when the vault itself is named as its strategy. */
export class StrategyIsVault extends failure("vault/StrategyIsVault", { strategy: Address }, ({ strategy }) => `${strategy} is the vault itself`) {}

/** Returned when a strategy that holds assets of the vault is to be removed. */
export class StrategyOwes extends failure("vault/StrategyOwes", { strategy: Address, lent: Amount }, ({ strategy, lent }) =>
  `${strategy} still owes ${lent}`) {}

/** Returned when a strategy would owe more than its maximum. */
export class LentLimitExceeded extends failure("vault/LentLimitExceeded", { lent: Amount, lentMax: Amount }, ({ lent, lentMax }) =>
  `${lent} lent is above the maximum of ${lentMax}`) {}

/** Returned when more is recalled or written off than the strategy owes. */
export class MoreThanLent extends failure("vault/MoreThanLent", { assets: Amount, lent: Amount }, ({ assets, lent }) =>
  `${assets} asked for, ${lent} lent`) {}

/** Returned by a strategy when somebody else than its vault lends or recalls. */
export class NotVault extends failure("vault/NotVault", { sender: Address }, ({ sender }) => `${sender} is not the strategy's vault`) {}

/** Returned by a strategy that cannot take or give back assets now, in its own words. */
export class StrategyUnable extends failure("vault/StrategyUnable", { problem: Text(400) }, ({ problem }) => problem) {}

/** Returned when somebody else than the keeper moves a reserve strategy's cash. */
export class NotKeeper extends failure("vault/NotKeeper", { sender: Address }, ({ sender }) => `${sender} is not the keeper`) {}

/** Returned when a reserve strategy has less cash than shall be invested. */
export class InsufficientCash extends failure("vault/InsufficientCash", { cash: Amount, needed: Amount }, ({ cash, needed }) =>
  `${needed} needed, ${cash} in cash`) {}

/** Returned when more is written down than is invested with the borrower. */
export class MoreThanInvested extends failure("vault/MoreThanInvested", { assets: Amount, invested: Amount }, ({ assets, invested }) =>
  `${assets} asked for, ${invested} invested`) {}

/** Returned when a reserve strategy's last report has not been answered yet. */
export class ReportUnderWay extends failure("vault/ReportUnderWay", {}, () => "the last report has not been answered yet") {}
