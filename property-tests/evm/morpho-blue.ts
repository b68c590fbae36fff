import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { Hardfork } from "@ethereumjs/common"
import * as Hash from "ox/Hash"
import { argumentsOf, method } from "./abi.ts"
import { type Address, type CallResult, type Done, openEvm, type Evm, type Refused } from "./evm.ts"
import { compile } from "./solc.ts"
import { slotOf } from "./storage.ts"

/** A call that took effect, with both amounts that the contract returned; 0 where it returns none. */
export type Outcome = (Done & { readonly amounts: readonly [bigint, bigint] }) | Refused

export interface MarketPosition {
  readonly supplyShares: bigint
  readonly borrowShares: bigint
  readonly collateral: bigint
}

/** Everything that Morpho, its rate model and both tokens know of the market. Amounts in smallest units, the rate a wad per second. */
export interface MarketState {
  readonly totalSupplyAssets: bigint
  readonly totalSupplyShares: bigint
  readonly totalBorrowAssets: bigint
  readonly totalBorrowShares: bigint
  /** Seconds. */
  readonly lastUpdate: bigint
  readonly fee: bigint
  readonly rateAtTarget: bigint
  readonly owner: Address
  readonly feeRecipient: Address
  /** What Morpho holds. */
  readonly loan: bigint
  readonly collateral: bigint
  /** By person, in the order of `people`. */
  readonly positions: readonly MarketPosition[]
  readonly purses: readonly { readonly loan: bigint; readonly collateral: bigint }[]
}

/** What both of a message's amounts are; exactly one should be zero. */
interface Amounts {
  readonly assets: bigint
  readonly shares: bigint
  readonly onBehalf: Address
}
/** What the contract may take from the sender at most: what our messages have attached. */
interface Attached {
  readonly attached: bigint
}
interface Receiver {
  readonly receiver: Address
}

/** The original Morpho Blue with one market, mocks for its tokens, an oracle that may refuse, and an adaptive-curve model of our own wording. */
export interface MorphoBlue {
  readonly evm: Evm
  readonly morpho: Address
  readonly model: Address
  /** Each has 2^200 of both tokens. The last one owns Morpho at first and receives its fee. */
  readonly people: readonly Address[]
  /** A new, empty market with this loan-to-value (a wad), created at this time. */
  reset(lltv: bigint, time: bigint): Promise<void>
  /** Morpho's price, 36 decimals; or the oracle's refusal. */
  setPrice(price: bigint, refusal?: string): Promise<void>
  supply(from: Address, order: Amounts & Attached): Promise<Outcome>
  withdraw(from: Address, order: Amounts & Receiver): Promise<Outcome>
  borrow(from: Address, order: Amounts & Receiver): Promise<Outcome>
  repay(from: Address, order: Amounts & Attached): Promise<Outcome>
  supplyCollateral(from: Address, order: { readonly assets: bigint; readonly onBehalf: Address }): Promise<Outcome>
  withdrawCollateral(from: Address, order: { readonly assets: bigint; readonly onBehalf: Address } & Receiver): Promise<Outcome>
  /** Returns what was seized, and what was repaid. */
  liquidate(from: Address, order: { readonly borrower: Address; readonly seizedAssets: bigint; readonly repaidShares: bigint } & Attached): Promise<Outcome>
  accrueInterest(from: Address): Promise<Outcome>
  setAuthorization(from: Address, authorized: Address, isAuthorized: boolean): Promise<Outcome>
  setFee(from: Address, fee: bigint): Promise<Outcome>
  setFeeRecipient(from: Address, feeRecipient: Address): Promise<Outcome>
  setOwner(from: Address, owner: Address): Promise<Outcome>
  state(): Promise<MarketState>
}

/** What each person has of either token. */
export const PURSE = 2n ** 200n
const people = [0xa11ce, 0xb0b, 0xca401, 0xda7e, 0x0e4e].map((number): Address => `0x${number.toString(16).padStart(40, "0")}`)
const owner = people[4] as Address

const PARAMS = "(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv) params"
const enableIrm = method("function enableIrm(address irm)")
const enableLltv = method("function enableLltv(uint256 lltv)")
const createMarket = method(`function createMarket(${PARAMS})`)
const supply = method(`function supply(${PARAMS}, uint256 assets, uint256 shares, address onBehalf, bytes data) returns (uint256, uint256)`)
const withdraw = method(`function withdraw(${PARAMS}, uint256 assets, uint256 shares, address onBehalf, address receiver) returns (uint256, uint256)`)
const borrow = method(`function borrow(${PARAMS}, uint256 assets, uint256 shares, address onBehalf, address receiver) returns (uint256, uint256)`)
const repay = method(`function repay(${PARAMS}, uint256 assets, uint256 shares, address onBehalf, bytes data) returns (uint256, uint256)`)
const supplyCollateral = method(`function supplyCollateral(${PARAMS}, uint256 assets, address onBehalf, bytes data)`)
const withdrawCollateral = method(`function withdrawCollateral(${PARAMS}, uint256 assets, address onBehalf, address receiver)`)
const liquidate = method(`function liquidate(${PARAMS}, address borrower, uint256 seizedAssets, uint256 repaidShares, bytes data) returns (uint256, uint256)`)
const accrueInterest = method(`function accrueInterest(${PARAMS})`)
const setAuthorization = method("function setAuthorization(address authorized, bool newIsAuthorized)")
const setFee = method(`function setFee(${PARAMS}, uint256 newFee)`)
const setFeeRecipient = method("function setFeeRecipient(address newFeeRecipient)")
const setOwner = method("function setOwner(address newOwner)")
const say = method("function say(uint256 newValue, string newRefusal)")
const approve = method("function approve(address spender, uint256 amount) returns (bool)")
const setBalance = method("function setBalance(address account, uint256 amount)")
const model = method("function model(int256 anchor, int256 used, int256 seconds_) pure returns (int256 rate, int256 anchorAfter)")
const exponential = method("function exponential(int256 x) pure returns (int256)")

interface Params {
  readonly loanToken: Address
  readonly collateralToken: Address
  readonly oracle: Address
  readonly irm: Address
  readonly lltv: bigint
}

/** Compiles Morpho once (the result is kept), deploys it in about 50 ms. */
export async function openMorphoBlue(): Promise<MorphoBlue> {
  const contracts = await compileMorpho()
  const evm = await openEvm({ hardfork: Hardfork.Istanbul })
  const morpho = await evm.deploy(contracts("Morpho").bytecode, argumentsOf(["address"], [owner]))
  const deploy = (name: string) => evm.deploy(contracts(name).bytecode)
  const [loanToken, collateralToken] = [await deploy("ERC20Mock"), await deploy("ERC20Mock")]
  const [oracle, irm] = [await deploy("RefusingOracle"), await deploy("AdaptiveCurve")]
  for (const token of [loanToken, collateralToken]) {
    for (const person of people) accepted(await evm.call(owner, token, setBalance.encode(person, PURSE)))
  }
  accepted(await evm.call(owner, morpho, enableIrm.encode(irm)))
  accepted(await evm.call(owner, morpho, setFeeRecipient.encode(owner)))
  const fresh = await evm.snapshot()
  let params: Params = { loanToken, collateralToken, oracle, irm, lltv: 0n }
  return {
    ...verbs(evm, morpho, () => params),
    evm,
    morpho,
    model: irm,
    people,
    reset: async (lltv, time) => {
      await evm.revert(fresh)
      evm.setTime(time)
      params = { ...params, lltv }
      accepted(await evm.call(owner, morpho, enableLltv.encode(lltv)))
      accepted(await evm.call(owner, morpho, createMarket.encode(params)))
    },
    setPrice: async (price, refusal = "") => void accepted(await evm.call(owner, oracle, say.encode(price, refusal))),
    state: () => stateOf(evm, morpho, params),
  }
}

/** The rate model alone, by which vectors are made. */
export async function openRateModel(): Promise<{
  readonly exponential: (x: bigint) => Promise<bigint>
  readonly rate: (rateAtTarget: bigint, utilization: bigint, seconds: bigint) => Promise<readonly [rate: bigint, rateAtTarget: bigint]>
}> {
  const contracts = await compileMorpho()
  const evm = await openEvm({ hardfork: Hardfork.Istanbul })
  const address = await evm.deploy(contracts("AdaptiveCurve").bytecode)
  return {
    exponential: async (x) => exponential.decode(accepted(await evm.staticCall(address, exponential.encode(x))).output),
    rate: async (...given) => model.decode(accepted(await evm.staticCall(address, model.encode(...given))).output) as readonly [bigint, bigint],
  }
}

const compileMorpho = () =>
  compile({
    compiler: "solc-0.8.19",
    sources: {
      "Morpho.sol": 'import "@morpho-org/morpho-blue/src/Morpho.sol";',
      "ERC20Mock.sol": 'import "@morpho-org/morpho-blue/src/mocks/ERC20Mock.sol";',
      "morpho-blue.sol": readFileSync(new URL("morpho-blue.sol", import.meta.url), "utf8"),
    },
    settings: { evmVersion: "istanbul", optimizer: { enabled: true, runs: 200 } },
  })

type Verbs = Omit<MorphoBlue, "evm" | "morpho" | "model" | "people" | "reset" | "setPrice" | "state">

function verbs(evm: Evm, morpho: Address, params: () => Params): Verbs {
  /** Lets Morpho take exactly this much, then asks it. */
  const paidCall = async (from: Address, token: Address, attached: bigint, data: `0x${string}`) => {
    accepted(await evm.call(from, token, approve.encode(morpho, attached)))
    return outcomeOf(await evm.call(from, morpho, data))
  }
  const call = async (from: Address, data: `0x${string}`) => outcomeOf(await evm.call(from, morpho, data))
  return {
    supply: (from, { assets, shares, onBehalf, attached }) =>
      paidCall(from, params().loanToken, attached, supply.encode(params(), assets, shares, onBehalf, "0x")),
    withdraw: (from, { assets, shares, onBehalf, receiver }) => call(from, withdraw.encode(params(), assets, shares, onBehalf, receiver)),
    borrow: (from, { assets, shares, onBehalf, receiver }) => call(from, borrow.encode(params(), assets, shares, onBehalf, receiver)),
    repay: (from, { assets, shares, onBehalf, attached }) =>
      paidCall(from, params().loanToken, attached, repay.encode(params(), assets, shares, onBehalf, "0x")),
    supplyCollateral: (from, { assets, onBehalf }) =>
      paidCall(from, params().collateralToken, assets, supplyCollateral.encode(params(), assets, onBehalf, "0x")),
    withdrawCollateral: (from, { assets, onBehalf, receiver }) => call(from, withdrawCollateral.encode(params(), assets, onBehalf, receiver)),
    liquidate: (from, { borrower, seizedAssets, repaidShares, attached }) =>
      paidCall(from, params().loanToken, attached, liquidate.encode(params(), borrower, seizedAssets, repaidShares, "0x")),
    accrueInterest: (from) => call(from, accrueInterest.encode(params())),
    setAuthorization: (from, authorized, isAuthorized) => call(from, setAuthorization.encode(authorized, isAuthorized)),
    setFee: (from, fee) => call(from, setFee.encode(params(), fee)),
    setFeeRecipient: (from, feeRecipient) => call(from, setFeeRecipient.encode(feeRecipient)),
    setOwner: (from, newOwner) => call(from, setOwner.encode(newOwner)),
  }
}

function outcomeOf(result: CallResult): Outcome {
  if (!result.ok) return result
  const word = (index: number) => BigInt(`0x${result.output.slice(2 + 64 * index, 66 + 64 * index) || "0"}`)
  return { ...result, amounts: [word(0), word(1)] }
}

/** Read from storage, where MorphoStorageLib has it: twenty words cost less than one call. */
async function stateOf(evm: Evm, morpho: Address, params: Params): Promise<MarketState> {
  const id = Hash.keccak256(argumentsOf(["address", "address", "address", "address", "uint256"], Object.values(params)))
  const market = slotOf(BigInt(id), 3n)
  const [supplied, borrowed, times] = [await halves(evm, morpho, market), await halves(evm, morpho, market + 1n), await halves(evm, morpho, market + 2n)]
  const balance = (token: Address, holder: Address) => evm.storageOf(token, slotOf(BigInt(holder), 1n))
  const positions: MarketPosition[] = []
  const purses: { readonly loan: bigint; readonly collateral: bigint }[] = []
  for (const person of people) {
    const slot = slotOf(BigInt(person), slotOf(BigInt(id), 2n))
    const [borrowShares, collateral] = await halves(evm, morpho, slot + 1n)
    positions.push({ supplyShares: await evm.storageOf(morpho, slot), borrowShares, collateral })
    purses.push({ loan: await balance(params.loanToken, person), collateral: await balance(params.collateralToken, person) })
  }
  return {
    totalSupplyAssets: supplied[0],
    totalSupplyShares: supplied[1],
    totalBorrowAssets: borrowed[0],
    totalBorrowShares: borrowed[1],
    lastUpdate: times[0],
    fee: times[1],
    rateAtTarget: await evm.storageOf(params.irm, slotOf(BigInt(id), 0n)),
    owner: addressOf(await evm.storageOf(morpho, 0n)),
    feeRecipient: addressOf(await evm.storageOf(morpho, 1n)),
    loan: await balance(params.loanToken, morpho),
    collateral: await balance(params.collateralToken, morpho),
    positions,
    purses,
  }
}

/** The low and the high 128 bits of a word. */
async function halves(evm: Evm, contract: Address, slot: bigint): Promise<readonly [bigint, bigint]> {
  const word = await evm.storageOf(contract, slot)
  return [BigInt.asUintN(128, word), word >> 128n]
}

const addressOf = (word: bigint): Address => `0x${word.toString(16).padStart(40, "0")}`

function accepted(result: CallResult): Done {
  assert(result.ok, `refused: ${result.ok || result.reason}`)
  return result
}
