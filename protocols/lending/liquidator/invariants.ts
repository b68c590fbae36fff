import type { Invariant } from "../../../core/index.ts"
import { ROUTES_MAX, type LiquidatorState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** No more routes than there may be, each with a number that was given out, none beyond its attempts. */
const routesBounded: Invariant<LiquidatorState> = ({ state: { routes, started, attemptsMax } }) => {
  if (routes.size > ROUTES_MAX) return { underWay: routes.size }
  for (const [route, { attempts }] of routes.entries()) if (route >= started || attempts > attemptsMax) return { route, started, attempts }
  return undefined
}

/** A route that does not sell yet knows of nothing to sell. */
const stagesHold: Invariant<LiquidatorState> = ({ state: { routes } }) => {
  for (const [route, { stage, seizedAssets, repaidAssets }] of routes.entries()) {
    if ((stage === "liquidating") !== (seizedAssets === 0n) || (stage === "liquidating" && repaidAssets !== 0n)) return { route, stage, seizedAssets }
  }
  return undefined
}

/** Numbers are never given out twice. */
const numbersAscend: Invariant<LiquidatorState> = ({ state }, before) =>
  before === undefined || before.state.started <= state.started ? undefined : { before: before.state.started, after: state.started }

export const invariants = { routesBounded, stagesHold, numbersAscend }
