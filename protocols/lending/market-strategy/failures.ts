import { failure, Text } from "../../../core/index.ts"

/** Returned when something is attached to a harvest, which takes nothing. */
export class FundsAttached extends failure("market-strategy/FundsAttached", { funds: Text(600) }, ({ funds }) => `${funds} attached, nothing expected`) {}

/** Returned when the last harvest has not ended yet. */
export class HarvestUnderWay extends failure("market-strategy/HarvestUnderWay", {}, () => "the last harvest has not ended yet") {}
