import { Address, Amount, AssetId, Count, failure, Text } from "../../../core/index.ts"

/** Returned when assets are attached to a message that takes none; a plain payment is how to fund a liquidator. */
export class FundsAttached extends failure("liquidator/FundsAttached", { funds: Text(600) }, ({ funds }) => `${funds} attached, nothing expected`) {}

/** Returned when somebody else than the owner starts a route or takes funds out. */
export class NotOwner extends failure("liquidator/NotOwner", { sender: Address }, ({ sender }) => `${sender} is not the liquidator's owner`) {}

/** Returned when as many routes are under way as there may be. */
export class TooManyRoutes extends failure("liquidator/TooManyRoutes", { routesMax: Count }, ({ routesMax }) => `${routesMax} routes are under way`) {}

/** Returned when more is asked for than is in hand now. */
export class InsufficientHoldings extends failure(
  "liquidator/InsufficientHoldings",
  { asset: AssetId, held: Amount, needed: Amount },
  ({ asset, held, needed }) => `${needed} of ${asset} needed, ${held} in hand`,
) {}

/** Returned when somebody else than the liquidator itself sends its timer's message. */
export class NotSelf extends failure("liquidator/NotSelf", { sender: Address }, ({ sender }) => `${sender} is not the liquidator itself`) {}
