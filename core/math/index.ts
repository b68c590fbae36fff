/** Integer and fixed-point mathematics: exact, range-checked, with the rounding in the name. */
export { bitLength } from "./bit-length.ts"
export { EXP_WAD_INPUT_MAX, expWad, lnWad, powWad } from "./exp.ts"
export { divUp, mulDivDown, mulDivUp, mulMod } from "./mul-div.ts"
export { fromQ96Down, MAX_UINT160, mulQ96Down, mulQ96Up, Q96, Q96_RESOLUTION, toQ96Down, toUint160 } from "./q64-96.ts"
export {
  RAY,
  rayDivDown,
  rayDivHalfUp,
  rayDivUp,
  rayMulDown,
  rayMulHalfUp,
  rayMulUp,
  rayToWadDown,
  rayToWadHalfUp,
  rayToWadUp,
  wadToRay,
} from "./ray.ts"
export { sqrtDown, sqrtUp } from "./sqrt.ts"
export { absDiff, addChecked, inRange, max, MAX_UINT256, min, mulChecked, outOfRange, subChecked } from "./uint256.ts"
export { elapsed32, encode, MAX_UINT112, MAX_UINT224, Q112, uqdiv, wrapAdd256, wrapSub256 } from "./uq112x112.ts"
export { WAD, wadDivDown, wadDivUp, wadMulDown, wadMulUp } from "./wad.ts"
