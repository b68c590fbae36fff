import { expect, it } from "vitest"
import * as math from "../../../core/math/index.ts"

it("exports exactly these names", () => {
  expect(Object.keys(math).sort()).toEqual([
    "EXP_WAD_INPUT_MAX", "MAX_UINT112", "MAX_UINT160", "MAX_UINT224", "MAX_UINT256", "Q112", "Q96", "Q96_RESOLUTION", "RAY", "WAD",
    "absDiff", "addChecked", "bitLength", "divUp", "elapsed32", "encode", "expWad", "fromQ96Down", "inRange", "lnWad", "max", "min",
    "mulChecked", "mulDivDown", "mulDivUp", "mulMod", "mulQ96Down", "mulQ96Up", "outOfRange", "powWad", "rayDivDown", "rayDivHalfUp",
    "rayDivUp", "rayMulDown", "rayMulHalfUp", "rayMulUp", "rayToWadDown", "rayToWadHalfUp", "rayToWadUp", "sqrtDown", "sqrtUp",
    "subChecked", "toQ96Down", "toUint160", "uqdiv", "wadDivDown", "wadDivUp", "wadMulDown", "wadMulUp", "wadToRay", "wrapAdd256",
    "wrapSub256",
  ])
})
