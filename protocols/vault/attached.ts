import type { AssetId, Funds } from "../../core/index.ts"
import { WrongAsset } from "./failures.ts"

/** The attached amount of the one asset that a message takes; 0 where nothing is attached. */
export const attachedOnly = (funds: Funds, asset: AssetId): bigint | WrongAsset =>
  funds.isEmpty || (funds.asset === asset && funds.rest === undefined) ? funds.amount : wrongAsset(asset, funds)

/** The refusal of funds where none are expected, or undefined. */
export const attachedNothing = (funds: Funds): WrongAsset | undefined => (funds.isEmpty ? undefined : wrongAsset("nothing", funds))

const wrongAsset = (wanted: string, funds: Funds): WrongAsset => new WrongAsset({ expected: wanted, given: String(funds).slice(0, 600) })
