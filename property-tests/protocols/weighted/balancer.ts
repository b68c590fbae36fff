/** Balancer's own weighted mathematics, compiled from its npm package, in a machine: each library function behind one that can be called. */
import { method, type Bytes, type Method } from "../../evm/abi.ts"
import { openEvm, type Evm } from "../../evm/evm.ts"
import { compile } from "../../evm/solc.ts"

const SOURCE = `
pragma solidity ^0.7.0;
import "@balancer-labs/v2-pool-weighted/contracts/WeightedMath.sol";
contract Balancer is WeightedMath {
  function pow(uint256 x, uint256 y) external pure returns (uint256) { return LogExpMath.pow(x, y); }
  function exp(int256 x) external pure returns (int256) { return LogExpMath.exp(x); }
  function powDown(uint256 x, uint256 y) external pure returns (uint256) { return FixedPoint.powDown(x, y); }
  function powUp(uint256 x, uint256 y) external pure returns (uint256) { return FixedPoint.powUp(x, y); }
  function mulDown(uint256 x, uint256 y) external pure returns (uint256) { return FixedPoint.mulDown(x, y); }
  function mulUp(uint256 x, uint256 y) external pure returns (uint256) { return FixedPoint.mulUp(x, y); }
  function divDown(uint256 x, uint256 y) external pure returns (uint256) { return FixedPoint.divDown(x, y); }
  function divUp(uint256 x, uint256 y) external pure returns (uint256) { return FixedPoint.divUp(x, y); }
  function complement(uint256 x) external pure returns (uint256) { return FixedPoint.complement(x); }
  function invariant(uint256[] memory w, uint256[] memory b) external pure returns (uint256) { return _calculateInvariant(w, b); }
  function outGivenIn(uint256 bI, uint256 wI, uint256 bO, uint256 wO, uint256 a) external pure returns (uint256) { return _calcOutGivenIn(bI, wI, bO, wO, a); }
  function inGivenOut(uint256 bI, uint256 wI, uint256 bO, uint256 wO, uint256 a) external pure returns (uint256) { return _calcInGivenOut(bI, wI, bO, wO, a); }
  function sharesForExactIn(uint256[] memory b, uint256[] memory w, uint256[] memory a, uint256 s, uint256 f) external pure returns (uint256) { return _calcBptOutGivenExactTokensIn(b, w, a, s, f); }
  function tokenForExactShares(uint256 b, uint256 w, uint256 n, uint256 s, uint256 f) external pure returns (uint256) { return _calcTokenInGivenExactBptOut(b, w, n, s, f); }
  function allForExactShares(uint256[] memory b, uint256 n, uint256 s) external pure returns (uint256[] memory) { return _calcAllTokensInGivenExactBptOut(b, n, s); }
  function sharesForExactOut(uint256[] memory b, uint256[] memory w, uint256[] memory a, uint256 s, uint256 f) external pure returns (uint256) { return _calcBptInGivenExactTokensOut(b, w, a, s, f); }
  function tokenForShares(uint256 b, uint256 w, uint256 n, uint256 s, uint256 f) external pure returns (uint256) { return _calcTokenOutGivenExactBptIn(b, w, n, s, f); }
  function allForShares(uint256[] memory b, uint256 n, uint256 s) external pure returns (uint256[] memory) { return _calcTokensOutGivenExactBptIn(b, n, s); }
  function protocolFee(uint256 b, uint256 w, uint256 p, uint256 c, uint256 f) external pure returns (uint256) { return _calcDueTokenProtocolSwapFeeAmount(b, w, p, c, f); }
}`

const two = (name: string) => method(`function ${name}(uint256,uint256) view returns (uint256)` as "function f(uint256,uint256) view returns (uint256)")
const five = (name: string) => method(`function ${name}(uint256,uint256,uint256,uint256,uint256) view returns (uint256)` as "function f(uint256,uint256,uint256,uint256,uint256) view returns (uint256)")
const lists = (name: string) =>
  method(`function ${name}(uint256[],uint256[],uint256[],uint256,uint256) view returns (uint256)` as "function f(uint256[],uint256[],uint256[],uint256,uint256) view returns (uint256)")
const all = (name: string) => method(`function ${name}(uint256[],uint256,uint256) view returns (uint256[])` as "function f(uint256[],uint256,uint256) view returns (uint256[])")

export const METHODS = {
  pow: two("pow"),
  exp: method("function exp(int256) view returns (int256)"),
  powDown: two("powDown"),
  powUp: two("powUp"),
  mulDown: two("mulDown"),
  mulUp: two("mulUp"),
  divDown: two("divDown"),
  divUp: two("divUp"),
  complement: method("function complement(uint256) view returns (uint256)"),
  invariant: method("function invariant(uint256[],uint256[]) view returns (uint256)"),
  outGivenIn: five("outGivenIn"),
  inGivenOut: five("inGivenOut"),
  sharesForExactIn: lists("sharesForExactIn"),
  tokenForExactShares: five("tokenForExactShares"),
  allForExactShares: all("allForExactShares"),
  sharesForExactOut: lists("sharesForExactOut"),
  tokenForShares: five("tokenForShares"),
  allForShares: all("allForShares"),
  protocolFee: five("protocolFee"),
}

type Arguments<M> = M extends Method<infer Inputs, any> ? Inputs : never
type Result<M> = M extends Method<any, infer Output> ? Output : never

/** What the library answers, or the words with which it reverts. */
export type Ask = <Name extends keyof typeof METHODS>(
  name: Name,
  ...inputs: Arguments<(typeof METHODS)[Name]>
) => Promise<Result<(typeof METHODS)[Name]> | string>

export const openBalancer = async (): Promise<Ask> => {
  const contracts = await compile({ compiler: "solc-0.7.6", sources: { "Balancer.sol": SOURCE }, settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: "istanbul" } })
  const evm: Evm = await openEvm()
  const address = await evm.deploy(contracts("Balancer").bytecode)
  return async (name, ...inputs) => {
    const called = METHODS[name] as unknown as Method<readonly unknown[], never>
    const result = await evm.staticCall(address, called.encode(...inputs) as Bytes)
    return result.ok ? called.decode(result.output) : result.reason
  }
}
