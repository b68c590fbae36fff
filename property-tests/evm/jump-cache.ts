import { Common, Hardfork, Mainnet } from "@ethereumjs/common"
import { createEVM } from "@ethereumjs/evm"

/** An opcode as the interpreter knows it. */
export interface Opcode {
  readonly opcodeInfo: { readonly fee: number; readonly dynamicGas: boolean; readonly isAsync: boolean; readonly isInvalid: boolean }
  opHandler(state: RunState, common: Common): void
}

/** What the analysis of a contract's code finds. */
interface Analysis {
  readonly jumps: Uint8Array
  readonly pushes: { readonly [at: number]: bigint }
  readonly opcodesCached: readonly Opcode[]
}

/** A call under way. */
export interface RunState {
  programCounter: number
  opCode: number
  gasLeft: bigint
  readonly memoryWordCount: bigint
  readonly highestMemCost: bigint
  readonly memory: { readonly _store: Uint8Array; extend(offset: number, size: number): void }
  readonly stack: {
    readonly length: number
    push(word: bigint): void
    pop(): bigint
    peek(words: number): readonly bigint[]
    dup(position: number): void
    swap(position: number): void
  }
  readonly cachedPushes: { readonly [at: number]: bigint }
}

/** The part of the interpreter, private to `@ethereumjs/evm`, that is replaced here and in `quick-loop.ts`. */
export interface Interpreter {
  readonly _evm: { readonly DEBUG: boolean; readonly events: { listenerCount(event: string): number } }
  readonly _runState: RunState
  readonly common: Common
  readonly profilerOpts?: { readonly enabled?: boolean }
  run(code: Uint8Array, options?: { readonly pc?: number }): Promise<{ runState: RunState; exceptionError: unknown }>
  runStep(opcode: Opcode): Promise<void>
  _getValidJumpDestinations(code: Uint8Array): Analysis
}

const probeOpcode = 0x0c

let installed: Promise<boolean> | undefined

/**
 * Makes `@ethereumjs/evm` analyse each contract's jump destinations once instead of once per call; measured, a Uniswap
 * v2 swap then takes 0.8 ms instead of 1.4, a read 0.05 ms instead of 0.3. The class is not exported, so a custom opcode
 * reaches it. Answers false, and changes nothing, when another version has no such method.
 */
export function installJumpCache(): Promise<boolean> {
  installed ??= install()
  return installed
}

async function install(): Promise<boolean> {
  const prototype = await interpreterPrototype()
  if (typeof prototype?._getValidJumpDestinations !== "function") return false
  const analyse = prototype._getValidJumpDestinations
  // Per machine, since an analysis holds that machine's opcode table; by identity, since the state returns the same array for a contract.
  const analyses = new WeakMap<object, WeakMap<Uint8Array, Analysis>>()
  prototype._getValidJumpDestinations = function (this: Interpreter, code) {
    let ofMachine = analyses.get(this._evm)
    if (ofMachine === undefined) analyses.set(this._evm, (ofMachine = new WeakMap()))
    let analysis = ofMachine.get(code)
    if (analysis === undefined) ofMachine.set(code, (analysis = analyse.call(this, code)))
    return analysis
  }
  return true
}

/** The class is not exported; a custom opcode that is run once gives it away. */
export async function interpreterPrototype(): Promise<Interpreter | undefined> {
  let prototype: Interpreter | undefined
  const probe = await createEVM({
    common: new Common({ chain: Mainnet, hardfork: Hardfork.Cancun }),
    customOpcodes: [
      {
        opcode: probeOpcode,
        opcodeName: "PROBE",
        baseFee: 0,
        logicFunction: (state: { interpreter: object }) => {
          prototype = Object.getPrototypeOf(state.interpreter) as Interpreter
        },
      },
    ],
  })
  await probe.runCode({ code: Uint8Array.of(probeOpcode) })
  return prototype
}
