import { Common, Hardfork, Mainnet } from "@ethereumjs/common"
import { createEVM } from "@ethereumjs/evm"

/** The part of the interpreter, private to `@ethereumjs/evm`, that this file replaces. */
interface Interpreter {
  readonly _evm: object
  _getValidJumpDestinations(code: Uint8Array): unknown
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
  const analyses = new WeakMap<object, WeakMap<Uint8Array, unknown>>()
  prototype._getValidJumpDestinations = function (this: Interpreter, code) {
    let ofMachine = analyses.get(this._evm)
    if (ofMachine === undefined) analyses.set(this._evm, (ofMachine = new WeakMap()))
    let analysis = ofMachine.get(code)
    if (analysis === undefined) ofMachine.set(code, (analysis = analyse.call(this, code)))
    return analysis
  }
  return true
}

async function interpreterPrototype(): Promise<Interpreter | undefined> {
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
