import assert from "node:assert/strict"
import { Common, Hardfork, Mainnet } from "@ethereumjs/common"
import { createEVM, type EVM, type EVMResult, type EVMRunCallOpts } from "@ethereumjs/evm"
import { Account, type Address as MachineAddress, bytesToHex, createAddressFromString, createZeroAddress, hexToBytes } from "@ethereumjs/util"
import { type Bytes, reasonOf } from "./abi.ts"
import { installQuickLoop } from "./quick-loop.ts"

/** An account, as 20 lower-case bytes. */
export type Address = Bytes

/** What a contract emitted. */
export interface Log {
  readonly address: Address
  readonly topics: readonly Bytes[]
  readonly data: Bytes
}

/** A call that took effect. `gasUsed` is what execution cost, without the 21000 and call data cost of a transaction and without refunds. */
export interface Done {
  readonly ok: true
  readonly output: Bytes
  readonly logs: readonly Log[]
  readonly gasUsed: bigint
}

/** A call that changed nothing, although the sender's nonce has advanced. `reason` is described at `reasonOf`; a machine error such as `"out of gas"` is its own reason. */
export interface Refused {
  readonly ok: false
  readonly reason: string
  readonly raw: Bytes
}

/** How a call ended. */
export type CallResult = Done | Refused

/** Particulars of one call. */
export interface CallOptions {
  /** Wei sent along; default 0. */
  readonly value?: bigint
  /** Seconds; the block's time for this call only, while the clock stays. */
  readonly timestamp?: bigint
  /** Default 30 million. */
  readonly gasLimit?: bigint
}

/** A remembered state of a machine: accounts, clock and block number. */
export interface Snapshot {
  readonly time: bigint
  readonly blockNumber: bigint
}

/** An Ethereum machine in this process, with no blocks, no mempool and free gas. One call at a time: await each. */
export interface Evm {
  /** The backend and the hard fork, for a test's title. */
  readonly name: string
  /** Seconds; every call sees it as `block.timestamp`. */
  readonly time: bigint
  /** Moves the clock, also backwards. */
  setTime(seconds: bigint): void
  /** Every call sees it as `block.number`. */
  setBlockNumber(blockNumber: bigint): void
  /** Runs creation code with encoded arguments (see `argumentsOf`) and returns the contract's address; a refusal throws. */
  deploy(bytecode: string, constructorArguments?: Bytes, from?: Address): Promise<Address>
  /** A call that may change the state. */
  call(from: Address, to: Address, data: Bytes, options?: CallOptions): Promise<CallResult>
  /** A read; a contract that tries to change the state refuses. */
  staticCall(to: Address, data: Bytes, from?: Address): Promise<CallResult>
  /** What `call` would answer now; the state stays. */
  dryRun(from: Address, to: Address, data: Bytes, options?: CallOptions): Promise<CallResult>
  /** Runs several calls of which either all or none take effect: none when the returned result is a refusal or when it throws. */
  atomically<Result extends { readonly ok: boolean }>(calls: () => Promise<Result>): Promise<Result>
  /** Remembers the present state. */
  snapshot(): Promise<Snapshot>
  /** Returns to a snapshot, which stays usable; those taken after it do not. */
  revert(snapshot: Snapshot): Promise<void>
  /** Gives an account this many wei. */
  setBalance(account: Address, wei: bigint): Promise<void>
  /** Wei an account has. */
  balanceOf(account: Address): Promise<bigint>
  /** One word of a contract's storage, without running any of its code. */
  storageOf(contract: Address, slot: bigint): Promise<bigint>
}

/** Settings of a machine. */
export interface EvmOptions {
  /** Decides opcodes and gas prices; default Cancun. Older is faster. */
  readonly hardfork?: Hardfork
  /** Seconds; default 1 700 000 000, in November 2023. */
  readonly time?: bigint
}

const gasLimitDefault = 30_000_000n
const deployer: Address = "0x00000000000000000000000000000000de910e12"

/**
 * Opens an empty machine, in about 5 ms.
 *
 *     const evm = await openEvm()
 *     const token = await evm.deploy(bytecode, argumentsOf(["uint256"], [10n ** 24n]), alice)
 *     const result = await evm.call(alice, token, transfer.encode(bob, 5n))
 */
export async function openEvm(options: EvmOptions = {}): Promise<Evm> {
  const hardfork = options.hardfork ?? Hardfork.Cancun
  await installQuickLoop()
  const machine = await createEVM({ common: new Common({ chain: Mainnet, hardfork }) })
  return new Machine(machine, `@ethereumjs/evm ${hardfork}`, options.time ?? 1_700_000_000n)
}

class Machine implements Evm {
  readonly name: string
  time: bigint
  #blockNumber = 1n
  #busy = false
  readonly #evm: EVM
  /** Snapshots by depth: each is one open checkpoint of the state. */
  readonly #snapshots: Snapshot[] = []

  constructor(evm: EVM, name: string, time: bigint) {
    this.#evm = evm
    this.name = name
    this.time = time
  }

  setTime(seconds: bigint): void {
    assert(seconds >= 0n, "time is not negative")
    this.time = seconds
  }

  setBlockNumber(blockNumber: bigint): void {
    this.#blockNumber = blockNumber
  }

  async deploy(bytecode: string, constructorArguments: Bytes = "0x", from: Address = deployer): Promise<Address> {
    const code = bytecode.startsWith("0x") ? bytecode : `0x${bytecode}`
    const result = await this.#run(from, { data: hexToBytes(`${code as Bytes}${constructorArguments.slice(2)}`) })
    const answer = resultOf(result)
    assert(answer.ok, `deployment refused: ${answer.ok || answer.reason}`)
    assert(result.createdAddress !== undefined, "a deployment creates an address")
    return result.createdAddress.toString()
  }

  async call(from: Address, to: Address, data: Bytes, options: CallOptions = {}): Promise<CallResult> {
    const { value = 0n, gasLimit = gasLimitDefault, timestamp = this.time } = options
    return resultOf(await this.#run(from, { to: machineAddress(to), data: hexToBytes(data), value, gasLimit }, timestamp))
  }

  async staticCall(to: Address, data: Bytes, from: Address = deployer): Promise<CallResult> {
    return resultOf(await this.#run(from, { to: machineAddress(to), data: hexToBytes(data), isStatic: true, skipNonceIncrement: true }))
  }

  async dryRun(from: Address, to: Address, data: Bytes, options: CallOptions = {}): Promise<CallResult> {
    const before = await this.snapshot()
    try {
      return await this.call(from, to, data, options)
    } finally {
      await this.revert(before)
      await this.#release(before)
    }
  }

  async atomically<Result extends { readonly ok: boolean }>(calls: () => Promise<Result>): Promise<Result> {
    const before = await this.snapshot()
    let done = false
    try {
      const result = await calls()
      done = result.ok
      return result
    } finally {
      if (!done) await this.revert(before)
      await this.#release(before)
    }
  }

  async snapshot(): Promise<Snapshot> {
    this.#assertIdle()
    await this.#evm.stateManager.checkpoint()
    const snapshot: Snapshot = { time: this.time, blockNumber: this.#blockNumber }
    this.#snapshots.push(snapshot)
    return snapshot
  }

  async revert(snapshot: Snapshot): Promise<void> {
    this.#assertIdle()
    const depth = this.#depthOf(snapshot)
    for (let open = this.#snapshots.length; open > depth; open -= 1) await this.#evm.stateManager.revert()
    this.#snapshots.length = depth
    await this.#evm.stateManager.checkpoint()
    this.#snapshots.push(snapshot)
    this.time = snapshot.time
    this.#blockNumber = snapshot.blockNumber
  }

  async setBalance(account: Address, wei: bigint): Promise<void> {
    this.#assertIdle()
    const held = (await this.#evm.stateManager.getAccount(machineAddress(account))) ?? new Account()
    held.balance = wei
    await this.#evm.stateManager.putAccount(machineAddress(account), held)
  }

  async balanceOf(account: Address): Promise<bigint> {
    return (await this.#evm.stateManager.getAccount(machineAddress(account)))?.balance ?? 0n
  }

  async storageOf(contract: Address, slot: bigint): Promise<bigint> {
    this.#assertIdle()
    const key = hexToBytes(`0x${slot.toString(16).padStart(64, "0")}`)
    const word = await this.#evm.stateManager.getStorage(machineAddress(contract), key)
    return word.length === 0 ? 0n : BigInt(bytesToHex(word))
  }

  /** Forgets a snapshot and those taken after it, and keeps the present state. */
  async #release(snapshot: Snapshot): Promise<void> {
    const depth = this.#depthOf(snapshot)
    for (let open = this.#snapshots.length; open > depth; open -= 1) await this.#evm.stateManager.commit()
    this.#snapshots.length = depth
  }

  #depthOf(snapshot: Snapshot): number {
    const depth = this.#snapshots.indexOf(snapshot)
    assert(depth >= 0, "the snapshot is of this machine and none before it was reverted to")
    return depth
  }

  #assertIdle(): void {
    assert(!this.#busy, "one call at a time: await the one before")
  }

  async #run(from: Address, call: EVMRunCallOpts, timestamp = this.time): Promise<EVMResult> {
    this.#assertIdle()
    this.#busy = true
    try {
      const caller = machineAddress(from)
      const block = blockAt(timestamp, this.#blockNumber)
      return await this.#evm.runCall({ gasLimit: gasLimitDefault, ...call, caller, origin: caller, block })
    } finally {
      // A transaction starts with cold addresses, and with the present storage as the original.
      this.#evm.journal.cleanJournal()
      this.#evm.stateManager.originalStorageCache.clear()
      this.#busy = false
    }
  }
}

function resultOf({ execResult }: EVMResult): CallResult {
  const output = bytesToHex(execResult.returnValue)
  const error = execResult.exceptionError?.error
  if (error !== undefined) return { ok: false, reason: error === "revert" ? reasonOf(output) : error, raw: output }
  const logs = (execResult.logs ?? []).map(([address, topics, data]) => ({
    address: bytesToHex(address),
    topics: topics.map(bytesToHex),
    data: bytesToHex(data),
  }))
  return { ok: true, output, logs, gasUsed: execResult.executionGasUsed }
}

const addresses = new Map<Address, MachineAddress>()

function machineAddress(address: Address): MachineAddress {
  let known = addresses.get(address)
  if (known === undefined) addresses.set(address, (known = createAddressFromString(address)))
  return known
}

function blockAt(timestamp: bigint, number: bigint): NonNullable<EVMRunCallOpts["block"]> {
  return {
    header: {
      number,
      timestamp,
      coinbase: createZeroAddress(),
      difficulty: 0n,
      prevRandao: new Uint8Array(32),
      gasLimit: gasLimitDefault,
      baseFeePerGas: 0n,
      getBlobGasPrice: () => 1n,
    },
  }
}
