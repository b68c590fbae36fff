import assert from "node:assert/strict"
import { argumentsOf, type Bytes, type Method, method } from "./abi.ts"
import { type Address, type CallResult, type Done, type Evm, openEvm, type Refused } from "./evm.ts"
import { compile } from "./solc.ts"
import { slotOf } from "./storage.ts"

/**
 * The ERC4626 of OpenZeppelin Contracts, compiled. `Plain` overrides nothing; `Hooked` overrides what the contract's documentation asks to:
 * the decimals offset, the limits, and the fees as its ERC4626Fees example has them (which the package does not ship).
 */
const SOURCE = `
pragma solidity ^0.8.24;
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

contract Asset is ERC20 {
  constructor(address[] memory holders, uint256 each) ERC20("Asset", "A") {
    for (uint256 i = 0; i < holders.length; i++) _mint(holders[i], each);
  }
}

contract Plain is ERC4626 {
  constructor(IERC20 asset_) ERC20("Vault", "V") ERC4626(asset_) {}
}

contract Hooked is ERC4626 {
  using Math for uint256;
  uint8 private immutable offset;
  uint256 private immutable entryBps;
  uint256 private immutable exitBps;
  address private immutable recipient;
  uint256 private immutable cap;

  constructor(IERC20 asset_, uint8 offset_, uint256 entryBps_, uint256 exitBps_, address recipient_, uint256 cap_) ERC20("Vault", "V") ERC4626(asset_) {
    offset = offset_;
    entryBps = entryBps_;
    exitBps = exitBps_;
    recipient = recipient_ == address(0) ? address(this) : recipient_;
    cap = cap_;
  }

  function _decimalsOffset() internal view override returns (uint8) { return offset; }

  function maxDeposit(address) public view override returns (uint256) {
    if (cap == type(uint256).max) return cap;
    uint256 total = totalAssets();
    return total >= cap ? 0 : cap - total;
  }

  function maxMint(address who) public view override returns (uint256) {
    return cap == type(uint256).max ? cap : previewDeposit(maxDeposit(who));
  }

  function previewDeposit(uint256 assets) public view override returns (uint256) {
    return super.previewDeposit(assets - feeOnTotal(assets, entryBps));
  }

  function previewMint(uint256 shares) public view override returns (uint256) {
    uint256 assets = super.previewMint(shares);
    return assets + feeOnRaw(assets, entryBps);
  }

  function previewWithdraw(uint256 assets) public view override returns (uint256) {
    return super.previewWithdraw(assets + feeOnRaw(assets, exitBps));
  }

  function previewRedeem(uint256 shares) public view override returns (uint256) {
    uint256 assets = super.previewRedeem(shares);
    return assets - feeOnTotal(assets, exitBps);
  }

  function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
    uint256 fee = feeOnTotal(assets, entryBps);
    super._deposit(caller, receiver, assets, shares);
    if (fee > 0 && recipient != address(this)) SafeERC20.safeTransfer(IERC20(asset()), recipient, fee);
  }

  function _withdraw(address caller, address receiver, address owner, uint256 assets, uint256 shares) internal override {
    uint256 fee = feeOnRaw(assets, exitBps);
    super._withdraw(caller, receiver, owner, assets, shares);
    if (fee > 0 && recipient != address(this)) SafeERC20.safeTransfer(IERC20(asset()), recipient, fee);
  }

  function feeOnRaw(uint256 assets, uint256 bps) private pure returns (uint256) {
    return assets.mulDiv(bps, 10000, Math.Rounding.Ceil);
  }

  function feeOnTotal(uint256 assets, uint256 bps) private pure returns (uint256) {
    return assets.mulDiv(bps, bps + 10000, Math.Rounding.Ceil);
  }
}
`

/** What a vault is made of. `"plain"` is the contract as it is, without any hook. */
export interface Hooks {
  readonly decimalsOffset: number
  readonly entryFeeBps: number
  readonly exitFeeBps: number
  /** Whether fees go to the harness's `feeRecipient`, or stay in the vault. */
  readonly feesLeave: boolean
  readonly assetsMax: bigint
}

/** A call that took effect, with the one number that it returned. */
export type Outcome = (Done & { readonly value: bigint }) | Refused

/** A read: the number, or why there is none. */
export type Reading = { readonly ok: true; readonly value: bigint } | { readonly ok: false; readonly reason: string }

const READS = {
  convertToShares: method("function convertToShares(uint256) view returns (uint256)"),
  convertToAssets: method("function convertToAssets(uint256) view returns (uint256)"),
  previewDeposit: method("function previewDeposit(uint256) view returns (uint256)"),
  previewMint: method("function previewMint(uint256) view returns (uint256)"),
  previewWithdraw: method("function previewWithdraw(uint256) view returns (uint256)"),
  previewRedeem: method("function previewRedeem(uint256) view returns (uint256)"),
} as const
/** Pure functions of an amount. */
export type Read = keyof typeof READS

const LIMITS = {
  maxDeposit: method("function maxDeposit(address) view returns (uint256)"),
  maxMint: method("function maxMint(address) view returns (uint256)"),
  maxWithdraw: method("function maxWithdraw(address) view returns (uint256)"),
  maxRedeem: method("function maxRedeem(address) view returns (uint256)"),
} as const
/** Limits of an account. */
export type Limit = keyof typeof LIMITS

const deposit = method("function deposit(uint256 assets, address receiver) returns (uint256)")
const mint = method("function mint(uint256 shares, address receiver) returns (uint256)")
const withdraw = method("function withdraw(uint256 assets, address receiver, address owner) returns (uint256)")
const redeem = method("function redeem(uint256 shares, address receiver, address owner) returns (uint256)")
const transfer = method("function transfer(address to, uint256 value) returns (bool)")
const approve = method("function approve(address spender, uint256 value) returns (bool)")

/** Of OpenZeppelin's ERC20, whose variables come first in the vault too. */
const SLOT = { balances: 0n, totalSupply: 2n }

/** Custom errors by their selectors, in words. */
const REASONS: { readonly [raw: string]: string } = {
  "0x79012fb2": "ERC4626ExceededMaxDeposit",
  "0x284ff667": "ERC4626ExceededMaxMint",
  "0xfe9cceec": "ERC4626ExceededMaxWithdraw",
  "0xb94abeec": "ERC4626ExceededMaxRedeem",
  "0xe450d38c": "ERC20InsufficientBalance",
}

/** One deployed vault and its people. */
export interface Erc4626 {
  readonly evm: Evm
  /** Depositors; each has `purse` of the asset and lets the vault take all of it. */
  readonly people: readonly [Address, Address, Address]
  readonly feeRecipient: Address
  readonly vault: Address
  /** Back to how it was when opened. */
  reset(): Promise<void>
  deposit(by: Address, assets: bigint): Promise<Outcome>
  mint(by: Address, shares: bigint): Promise<Outcome>
  withdraw(by: Address, assets: bigint): Promise<Outcome>
  redeem(by: Address, shares: bigint): Promise<Outcome>
  /** A plain transfer of the asset to the vault. */
  donate(by: Address, assets: bigint): Promise<Outcome>
  read(name: Read, amount: bigint): Promise<Reading>
  limit(name: Limit, of: Address): Promise<Reading>
  totals(): Promise<{ readonly assets: bigint; readonly supply: bigint }>
  balances(of: Address): Promise<{ readonly assets: bigint; readonly shares: bigint }>
}

const accountOf = (number: number): Address => `0x${number.toString(16).padStart(40, "0")}`
const PEOPLE = [0xa11ce, 0xb0b, 0xca401].map(accountOf) as unknown as Erc4626["people"]
const FEE_RECIPIENT = accountOf(0xfee)
const NOBODY = accountOf(0)

/**
 * Deploys a vault, in about 10 ms when it is compiled already.
 *
 *     const vault = await openErc4626("plain", 10n ** 24n)
 *     await vault.deposit(vault.people[0], 1000n)
 */
export async function openErc4626(hooks: Hooks | "plain", purse: bigint): Promise<Erc4626> {
  const contracts = await compile({ compiler: "solc", sources: { "Vaults.sol": SOURCE }, settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: "cancun" } })
  const evm = await openEvm()
  const asset = await evm.deploy(contracts("Asset").bytecode, argumentsOf(["address[]", "uint256"], [PEOPLE, purse]))
  const vault = await evm.deploy(...creation(contracts, hooks, asset))
  for (const person of PEOPLE) accepted(await evm.call(person, asset, approve.encode(vault, 2n ** 256n - 1n)))
  const fresh = await evm.snapshot()

  const asked = async (by: Address, verb: Method<any, bigint>, ...inputs: readonly unknown[]): Promise<Outcome> => {
    const result = named(await evm.call(by, vault, verb.encode(...inputs)))
    return result.ok ? { ...result, value: verb.decode(result.output) } : result
  }
  const reading = async (data: Bytes, decode: (output: Bytes) => bigint): Promise<Reading> => {
    const result = named(await evm.staticCall(vault, data))
    return result.ok ? { ok: true, value: decode(result.output) } : { ok: false, reason: result.reason }
  }
  const held = (contract: Address, of: Address): Promise<bigint> => evm.storageOf(contract, slotOf(BigInt(of), SLOT.balances))

  return {
    evm,
    people: PEOPLE,
    feeRecipient: FEE_RECIPIENT,
    vault,
    reset: () => evm.revert(fresh),
    deposit: (by, assets) => asked(by, deposit, assets, by),
    mint: (by, shares) => asked(by, mint, shares, by),
    withdraw: (by, assets) => asked(by, withdraw, assets, by, by),
    redeem: (by, shares) => asked(by, redeem, shares, by, by),
    donate: async (by, assets) => {
      const result = named(await evm.call(by, asset, transfer.encode(vault, assets)))
      return result.ok ? { ...result, value: assets } : result
    },
    read: (name, amount) => reading(READS[name].encode(amount), READS[name].decode),
    limit: (name, of) => reading(LIMITS[name].encode(of), LIMITS[name].decode),
    totals: async () => ({ assets: await held(asset, vault), supply: await evm.storageOf(vault, SLOT.totalSupply) }),
    balances: async (of) => ({ assets: await held(asset, of), shares: await held(vault, of) }),
  }
}

const creation = (contracts: Awaited<ReturnType<typeof compile>>, hooks: Hooks | "plain", asset: Address): [Bytes, Bytes] => {
  if (hooks === "plain") return [contracts("Plain").bytecode, argumentsOf(["address"], [asset])]
  const { decimalsOffset, entryFeeBps, exitFeeBps, feesLeave, assetsMax } = hooks
  const values = [asset, decimalsOffset, BigInt(entryFeeBps), BigInt(exitFeeBps), feesLeave ? FEE_RECIPIENT : NOBODY, assetsMax]
  return [contracts("Hooked").bytecode, argumentsOf(["address", "uint8", "uint256", "uint256", "address", "uint256"], values)]
}

const named = (result: CallResult): CallResult =>
  result.ok ? result : { ...result, reason: REASONS[result.raw.slice(0, 10)] ?? result.reason }

const accepted = (result: CallResult): Done => {
  assert(result.ok, `refused: ${result.ok || result.reason}`)
  return result
}
