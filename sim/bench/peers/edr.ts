import { ContractDecoder, EdrContext, L1_CHAIN_TYPE, l1GenesisState, L1Hardfork, l1HardforkToString, l1ProviderFactory, MineOrdering } from "@nomicfoundation/edr"
import { checkReserves, POOLS, swapList } from "./market.ts"
import { timed, type Peer } from "./peer.ts"
import { found, reservesOf, swapCalls, type Hex, type Machine, type Pair } from "./uniswap.ts"

/** The EVM in Rust that Hardhat runs, through its own interface: transactions into the pool, then blocks. */

const accountOf = (place: number): Hex => `0x${(0x10_0000 + place).toString(16).padStart(40, "0")}`
const FOUNDER = accountOf(0)
const TRADERS = Array.from({ length: POOLS }, (_, index) => accountOf(1 + index))
const SWAPS_PER_BLOCK = 500
const GAS = "0x4c4b40"

interface Edr extends Machine {
  readonly queue: (from: Hex, to: Hex, data: Hex) => Promise<unknown>
  readonly mine: () => Promise<unknown>
}

const bytesOf = (hex: Hex): Uint8Array => Uint8Array.from(Buffer.from(hex.slice(2), "hex"))

const context = new EdrContext()

const open = async (): Promise<Edr> => {
  const hardfork = L1Hardfork.Istanbul
  const provider = await context.createProvider(
    L1_CHAIN_TYPE,
    {
      allowBlocksWithSameTimestamp: true,
      allowUnlimitedContractSize: true,
      bailOnCallFailure: true,
      bailOnTransactionFailure: true,
      chainId: 31_337n,
      coinbase: bytesOf(accountOf(0xc0)),
      defaultTransactionGasLimit: 6_000_000n,
      genesisState: [...l1GenesisState(hardfork), ...[FOUNDER, ...TRADERS].map((account) => ({ address: bytesOf(account), balance: 10n ** 30n }))],
      hardfork: l1HardforkToString(hardfork),
      minGasPrice: 0n,
      mining: { autoMine: true, memPool: { order: MineOrdering.Fifo } },
      network: { genesisBlockGasLimit: 30_000_000n, genesisBlockTime: 1_700_000_000n },
      networkId: 31_337n,
      observability: {},
      ownedAccounts: [],
      precompileOverrides: [],
      transactionGasCap: false,
    } as never,
    { enable: false, decodeConsoleLogInputsCallback: () => [], printLineCallback: () => {} },
    { subscriptionCallback: () => {} },
    new ContractDecoder(),
  )
  let id = 0
  const request = async (method: string, ...params: unknown[]): Promise<any> => {
    const response = await provider.handleRequest(JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }))
    const data = typeof response.data === "string" ? JSON.parse(response.data) : response.data
    if (data.error !== undefined) throw new Error(`${method}: ${data.error.message}`)
    return data.result
  }
  for (const account of [FOUNDER, ...TRADERS]) await request("hardhat_impersonateAccount", account)
  const transact = (from: Hex, to: Hex | undefined, data: Hex): Promise<Hex> =>
    request("eth_sendTransaction", { from, data, gas: GAS, gasPrice: "0x0", ...(to !== undefined && { to }) })
  return {
    deploy: async (code) => (await request("eth_getTransactionReceipt", await transact(FOUNDER, undefined, code))).contractAddress as Hex,
    send: async (from, to, data) => void (await transact(from, to, data)),
    read: (to, data) => request("eth_call", { to, data }, "latest"),
    queue: (from, to, data) => request("eth_sendTransaction", { from, to, data, gas: "0x3d090", gasPrice: "0x0" }),
    mine: () => request("evm_mine"),
    ...({ autoMine: (on: boolean) => request("evm_setAutomine", on) } as object),
  }
}

export const peer: Peer = {
  name: "@nomicfoundation/edr, Uniswap v2",
  packages: ["@nomicfoundation/edr", "@uniswap/v2-core"],
  workload: "swaps",
  more: "EVM bytecode, gas metering, transactions and blocks with state roots; two transactions a swap, each a request in JSON",
  less: "no signatures (impersonated senders); one call at a time",
  transactions: 1_000,
  prepare: async () => {
    await context.registerProviderFactory(L1_CHAIN_TYPE, l1ProviderFactory())
    const list = swapList(peer.transactions)
    return async () => {
      const machine = await open()
      const pairs = await found(machine, FOUNDER, TRADERS, POOLS)
      await (machine as unknown as { readonly autoMine: (on: boolean) => Promise<unknown> }).autoMine(false)
      const outcome = await timed(list.length, async () => {
        for (const [index, swap] of list.entries()) {
          const trader = TRADERS[swap.pool] as Hex
          for (const [to, data] of swapCalls(pairs[swap.pool] as Pair, swap, trader)) await machine.queue(trader, to, data)
          if (index % SWAPS_PER_BLOCK === SWAPS_PER_BLOCK - 1) await machine.mine()
        }
        await machine.mine()
      })
      checkReserves(list, await Promise.all(pairs.map((pair) => reservesOf(machine, pair))))
      return outcome
    }
  },
}
