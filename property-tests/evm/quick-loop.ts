import { interpreterPrototype, installJumpCache, type Interpreter, type Opcode, type RunState } from "./jump-cache.ts"

/**
 * Runs the interpreter of `@ethereumjs/evm` without a promise an opcode: what only moves words between stack, memory and code is done here, what
 * calculates by the library's own handlers, and all that has a price to find out (storage, hashes, calls, growing memory) by the library's own step.
 * Measured on Uniswap v3, a call takes a third of the time. `quick-loop.test.ts` holds it against the library's loop, to the unit of gas.
 * Answers false, and changes nothing, on a version whose interpreter is not the one known.
 */
export function installQuickLoop(): Promise<boolean> {
  installed ??= install()
  return installed
}

let installed: Promise<boolean> | undefined

async function install(): Promise<boolean> {
  const prototype = (await installJumpCache()) ? await interpreterPrototype() : undefined
  if (typeof prototype?.run !== "function" || typeof prototype.runStep !== "function") return false
  const plain = prototype.run
  prototype.run = function (this: Interpreter, code, options) {
    return isPlain(this, code, options) ? run(this, code) : plain.call(this, code, options)
  }
  return true
}

/** Container formats, witnesses, creations that start in the middle, and whoever watches each step, keep the library's loop. */
function isPlain({ common, profilerOpts, _evm, _runState }: Interpreter, code: Uint8Array, options: { readonly pc?: number } | undefined): boolean {
  if (code[0] === 0xef || options?.pc !== undefined || _runState.programCounter !== 0 || profilerOpts?.enabled === true) return false
  if (_evm.DEBUG || _evm.events.listenerCount("step") > 0) return false
  return ![3540, 6800, 7864, 7928, 8024, 8037].some((proposal) => common.isActivatedEIP(proposal))
}

async function run(interpreter: Interpreter, code: Uint8Array): Promise<{ runState: RunState; exceptionError: unknown }> {
  const state = interpreter._runState
  const { jumps, pushes, opcodesCached } = interpreter._getValidJumpDestinations(code)
  Object.assign(state, { code, validJumps: jumps, cachedPushes: pushes, shouldDoJumpAnalysis: false })
  let exceptionError: unknown
  try {
    while (state.programCounter < code.length) {
      quickly(interpreter, code, opcodesCached)
      if (state.programCounter >= code.length) break
      state.opCode = code[state.programCounter] as number
      await interpreter.runStep(opcodesCached[state.programCounter] as Opcode)
    }
  } catch (error) {
    const { errorType, error: reason } = error as { readonly errorType?: string; readonly error?: string }
    if (errorType !== "EVMError") throw error
    // The end of a contract that returns nothing is no failure.
    if (reason !== "stop") exceptionError = error
  }
  return { runState: state, exceptionError }
}

/** Runs as far as possible without waiting; the gas is a plain number meanwhile, and is the interpreter's again whenever somebody else looks at it. */
function quickly(interpreter: Interpreter, code: Uint8Array, opcodes: readonly Opcode[]): void {
  const { _runState: state, common } = interpreter
  const gasAtStart = Number(state.gasLeft)
  let gas = gasAtStart
  try {
    while (state.programCounter < code.length) {
      const opcode = code[state.programCounter] as number
      const { opcodeInfo: info, opHandler } = opcodes[state.programCounter] as Opcode
      const memory = opcode === MLOAD || opcode === MSTORE
      if (!memory && (info.dynamicGas || info.isAsync || info.isInvalid || opcode === GAS || opcode < ADD || opcode >= CREATE)) return
      const price = info.fee + (memory ? growth(state) : 0)
      // Where there is not enough, the library knows what to do.
      if (gas < price) return
      gas -= price
      state.opCode = opcode
      state.programCounter += 1
      if (opcode >= PUSH1 && opcode <= PUSH32) push(state, opcode)
      else if (opcode >= DUP1 && opcode < SWAP1) state.stack.dup(opcode - DUP1 + 1)
      else if (opcode >= SWAP1 && opcode < LOG0) state.stack.swap(opcode - SWAP1 + 1)
      else if (opcode === JUMPDEST) continue
      else if (opcode === POP) state.stack.pop()
      else if (opcode === MLOAD) load(state)
      else if (opcode === MSTORE) store(state)
      else opHandler(state, common)
    }
  } finally {
    if (gas !== gasAtStart) state.gasLeft -= BigInt(gasAtStart - gas)
  }
}

const ADD = 0x01
const POP = 0x50
const MLOAD = 0x51
const MSTORE = 0x52
const GAS = 0x5a
const JUMPDEST = 0x5b
const PUSH1 = 0x60
const PUSH32 = 0x7f
const DUP1 = 0x80
const SWAP1 = 0x90
const LOG0 = 0xa0
const CREATE = 0xf0

function push(state: RunState, opcode: number): void {
  state.stack.push(state.cachedPushes[state.programCounter] as bigint)
  state.programCounter += opcode - PUSH1 + 1
}

/** Of memory, in bytes: beyond it the library counts. */
const MEMORY_MAX = 1_000_000n

/** The gas that it takes to reach the word of memory on top of the stack: none where an earlier opcode has paid. */
function growth({ stack, memoryWordCount, highestMemCost }: RunState): number {
  const at = stack.length < 2 ? MEMORY_MAX : (stack.peek(1)[0] as bigint)
  if (at >= MEMORY_MAX) return Infinity
  const words = wordsTo(at)
  return words <= memoryWordCount ? 0 : Number(costOf(words) - highestMemCost)
}

const wordsTo = (at: bigint): bigint => (at + 63n) / 32n

/** The yellow paper's equation 326. */
const costOf = (words: bigint): bigint => words * 3n + (words * words) / 512n

/** Where the word on top of the stack lies, once there is memory. */
function reach(state: RunState): number {
  const at = state.stack.pop()
  const words = wordsTo(at)
  if (words > state.memoryWordCount) Object.assign(state, { memoryWordCount: words, highestMemCost: costOf(words) })
  state.memory.extend(Number(at), 32)
  return Number(at)
}

let view: DataView = new DataView(new ArrayBuffer(0))

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  if (view.buffer !== buffer || view.byteOffset !== byteOffset || view.byteLength !== byteLength) view = new DataView(buffer, byteOffset, byteLength)
  return view
}

function load(state: RunState): void {
  const { stack, memory } = state
  const at = reach(state)
  const words = wordsOf(memory._store)
  const high = (words.getBigUint64(at) << 64n) | words.getBigUint64(at + 8)
  const low = words.getBigUint64(at + 24)
  const middle = words.getBigUint64(at + 16)
  const lower = middle === 0n ? low : (middle << 64n) | low
  stack.push(high === 0n ? lower : (high << 128n) | lower)
}

/** `setBigUint64` takes the lowest 64 bits. */
function store(state: RunState): void {
  const { stack, memory } = state
  const at = reach(state)
  const value = stack.pop()
  const words = wordsOf(memory._store)
  for (let word = 0; word < 4; word += 1) words.setBigUint64(at + 8 * word, value >> BigInt(192 - 64 * word))
}
