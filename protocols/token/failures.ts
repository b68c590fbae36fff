import { Address, Amount, failure, Text } from "../../core/index.ts"

/** Returned when assets are attached to a message that takes none. */
export class FundsAttached extends failure("token/FundsAttached", { funds: Text(600) }, ({ funds }) => `${funds} attached, nothing expected`) {}

/** Returned when somebody else than the owner mints or burns. */
export class NotOwner extends failure("token/NotOwner", { sender: Address }, ({ sender }) => `${sender} is not the token's owner`) {}

/** Returned when a spender moves more than the holder allowed. */
export class InsufficientAllowance extends failure(
  "token/InsufficientAllowance",
  { holder: Address, spender: Address, allowance: Amount, needed: Amount },
  ({ holder, spender, allowance, needed }) => `${needed} needed, ${holder} allows ${spender} only ${allowance}`,
) {}

/** Returned when more is moved or burned than the holder has. */
export class InsufficientBalance extends failure(
  "token/InsufficientBalance",
  { holder: Address, balance: Amount, needed: Amount },
  ({ holder, balance, needed }) => `${needed} needed, ${holder} has ${balance}`,
) {}

/** Returned when the total supply would pass 2^256 - 1. */
export class SupplyExceeded extends failure(
  "token/SupplyExceeded",
  { totalSupply: Amount, minted: Amount },
  ({ totalSupply, minted }) => `${minted} on top of a supply of ${totalSupply} does not fit into 256 bits`,
) {}
