import { Common, Hardfork, Mainnet } from "@ethereumjs/common"
import { createEVM } from "@ethereumjs/evm"
import { bytesToHex, createAddressFromString, createZeroAddress, hexToBytes } from "@ethereumjs/util"
import { checkReserves, POOLS, swapList } from "./market.ts"
import { timed, type Peer } from "./peer.ts"
import { found, reservesOf, swapCalls, type Hex, type Machine, type Pair } from "./uniswap.ts"

/** An EVM in JavaScript: calls without transactions, blocks or a trie. */

export const FOUNDER: Hex = `0x${"f".repeat(39)}1`
const TRADERS = Array.from({ length: POOLS }, (_, index): Hex => `0x${(0x1000 + index).toString(16).padStart(40, "0")}`)
const GAS = 30_000_000n

export const openMachine = async (): Promise<Machine> => {
  const evm = await createEVM({ common: new Common({ chain: Mainnet, hardfork: Hardfork.Istanbul }) })
  const block = {
    header: {
      number: 1n, timestamp: 1_700_000_000n, coinbase: createZeroAddress(), difficulty: 0n, prevRandao: new Uint8Array(32), gasLimit: GAS,
      baseFeePerGas: 0n, getBlobGasPrice: () => 1n,
    },
  }
  const addresses = new Map<Hex, ReturnType<typeof createAddressFromString>>()
  const addressOf = (hex: Hex) => {
    const known = addresses.get(hex)
    if (known !== undefined) return known
    const address = createAddressFromString(hex)
    addresses.set(hex, address)
    return address
  }
  const run = async (from: Hex, to: Hex | undefined, data: Hex) => {
    const caller = addressOf(from)
    const result = await evm.runCall({ caller, origin: caller, block, gasLimit: GAS, data: hexToBytes(data), ...(to !== undefined && { to: addressOf(to) }) })
    evm.journal.cleanJournal()
    const refused = result.execResult.exceptionError
    if (refused !== undefined) throw new Error(`refused: ${refused.error}`)
    return result
  }
  return {
    deploy: async (code) => (await run(FOUNDER, undefined, code)).createdAddress?.toString() as Hex,
    send: async (from, to, data) => void (await run(from, to, data)),
    read: async (to, data) => bytesToHex((await run(FOUNDER, to, data)).execResult.returnValue) as Hex,
  }
}

export const peer: Peer = {
  name: "@ethereumjs/evm, Uniswap v2",
  packages: ["@ethereumjs/evm", "@uniswap/v2-core"],
  workload: "swaps",
  more: "EVM bytecode, gas metering, storage journals; two calls a swap",
  less: "no transactions, signatures, blocks or state root in this use; one call at a time",
  transactions: 500,
  prepare: async () => {
    const list = swapList(peer.transactions)
    return async () => {
      const machine = await openMachine()
      const pairs = await found(machine, FOUNDER, TRADERS, POOLS)
      const outcome = await timed(list.length, async () => {
        for (const swap of list) {
          const trader = TRADERS[swap.pool] as Hex
          for (const [to, data] of swapCalls(pairs[swap.pool] as Pair, swap, trader)) await machine.send(trader, to, data)
        }
      })
      checkReserves(list, await Promise.all(pairs.map((pair) => reservesOf(machine, pair))))
      return outcome
    }
  },
}
