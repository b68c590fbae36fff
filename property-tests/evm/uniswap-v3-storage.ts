import * as Hash from "ox/Hash"
import type { Address, Evm } from "./evm.ts"
import { field, hex, signed, slotOf } from "./storage.ts"

/** What the pool sees: positive what came in, negative what went out. */
export interface Amounts {
  readonly amount0: bigint
  readonly amount1: bigint
}

/** The pool's storage, but for ticks, positions and observations. */
export interface PoolStorage {
  readonly sqrtPriceX96: bigint
  readonly tick: number
  readonly observationIndex: number
  readonly observationCardinality: number
  readonly observationCardinalityNext: number
  readonly feeProtocol0: number
  readonly feeProtocol1: number
  readonly liquidity: bigint
  readonly feeGrowthGlobal0X128: bigint
  readonly feeGrowthGlobal1X128: bigint
  readonly protocolFees0: bigint
  readonly protocolFees1: bigint
}

/** A tick in use. */
export interface TickStorage {
  readonly liquidityGross: bigint
  readonly liquidityNet: bigint
  readonly feeGrowthOutside0X128: bigint
  readonly feeGrowthOutside1X128: bigint
  readonly tickCumulativeOutside: bigint
  readonly secondsPerLiquidityOutsideX128: bigint
  readonly secondsOutside: number
}

/** A position. */
export interface PositionStorage {
  readonly liquidity: bigint
  readonly feeGrowthInside0LastX128: bigint
  readonly feeGrowthInside1LastX128: bigint
  readonly tokensOwed0: bigint
  readonly tokensOwed1: bigint
}

/** What a pool of Uniswap v3 has in its storage, read word by word without running any of its code: a comparison costs less than a call. */
export interface UniswapV3Storage {
  storage(): Promise<PoolStorage>
  tick(tick: number): Promise<TickStorage>
  position(trader: number, tickLower: number, tickUpper: number): Promise<PositionStorage>
  /** An observation of the ring, whether it was written or not. */
  observation(index: number): Promise<{ readonly time: number; readonly tickCumulative: bigint; readonly secondsPerLiquidityCumulativeX128: bigint; readonly initialized: boolean }>
  /** What somebody holds of each token: a trader, the owner, or the pool. */
  holdings(whose: number | "owner" | "pool"): Promise<Amounts>
}

interface Places {
  readonly address: Address
  readonly token0: Address
  readonly token1: Address
  readonly traders: readonly Address[]
  readonly owner: Address
}

/** The order of the contract's variables; what a mapping holds lies at the hash of key and slot. */
const SLOT = { slot0: 0n, feeGrowthGlobal0X128: 1n, feeGrowthGlobal1X128: 2n, protocolFees: 3n, liquidity: 4n, ticks: 5n, positions: 7n, observations: 8n }
/** Of the token's balances. */
const BALANCES = 1n

export function storageOf(evm: Evm, { address, token0, token1, traders, owner }: Places): UniswapV3Storage {
  const word = (slot: bigint) => evm.storageOf(address, slot)
  return {
    storage: async () => {
      const slot0 = await word(SLOT.slot0)
      const protocolFees = await word(SLOT.protocolFees)
      return {
        sqrtPriceX96: field(slot0, 0, 160),
        tick: Number(signed(slot0, 160, 24)),
        observationIndex: Number(field(slot0, 184, 16)),
        observationCardinality: Number(field(slot0, 200, 16)),
        observationCardinalityNext: Number(field(slot0, 216, 16)),
        feeProtocol0: Number(field(slot0, 232, 4)),
        feeProtocol1: Number(field(slot0, 236, 4)),
        liquidity: await word(SLOT.liquidity),
        feeGrowthGlobal0X128: await word(SLOT.feeGrowthGlobal0X128),
        feeGrowthGlobal1X128: await word(SLOT.feeGrowthGlobal1X128),
        protocolFees0: field(protocolFees, 0, 128),
        protocolFees1: field(protocolFees, 128, 128),
      }
    },
    tick: async (tick) => {
      const at = slotOf(BigInt(tick), SLOT.ticks)
      const [liquidity, oracle] = [await word(at), await word(at + 3n)]
      return {
        liquidityGross: field(liquidity, 0, 128),
        liquidityNet: signed(liquidity, 128, 128),
        feeGrowthOutside0X128: await word(at + 1n),
        feeGrowthOutside1X128: await word(at + 2n),
        tickCumulativeOutside: signed(oracle, 0, 56),
        secondsPerLiquidityOutsideX128: field(oracle, 56, 160),
        secondsOutside: Number(field(oracle, 216, 32)),
      }
    },
    position: async (trader, tickLower, tickUpper) => {
      const packed = `${traders[trader] as Address}${hex(BigInt(tickLower), 24)}${hex(BigInt(tickUpper), 24)}` as const
      const at = slotOf(BigInt(Hash.keccak256(packed)), SLOT.positions)
      const owed = await word(at + 3n)
      return {
        liquidity: await word(at),
        feeGrowthInside0LastX128: await word(at + 1n),
        feeGrowthInside1LastX128: await word(at + 2n),
        tokensOwed0: field(owed, 0, 128),
        tokensOwed1: field(owed, 128, 128),
      }
    },
    observation: async (index) => {
      const packed = await word(SLOT.observations + BigInt(index))
      return {
        time: Number(field(packed, 0, 32)),
        tickCumulative: signed(packed, 32, 56),
        secondsPerLiquidityCumulativeX128: field(packed, 88, 160),
        initialized: field(packed, 248, 8) === 1n,
      }
    },
    holdings: async (whose) => {
      const account = whose === "owner" ? owner : whose === "pool" ? address : (traders[whose] as Address)
      const at = slotOf(BigInt(account), BALANCES)
      return { amount0: await evm.storageOf(token0, at), amount1: await evm.storageOf(token1, at) }
    },
  }
}
