import { Common, Hardfork, Mainnet } from "@ethereumjs/common"
import { createEVM, type EVM } from "@ethereumjs/evm"
import { Account, createAddressFromString } from "@ethereumjs/util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { installQuickLoop } from "./quick-loop.ts"

/** Programs that mean nothing, of opcodes that the quick loop runs itself and of such that it leaves to the library, with more or less gas. */

const SEED = 20_261_125
const PROGRAMS = 500

const byte = (value: number): string => value.toString(16).padStart(2, "0")
const push = (bytes: number, value: bigint): string => byte(0x5f + bytes) + BigInt.asUintN(8 * bytes, value).toString(16).padStart(2 * bytes, "0")

const ARITHMETIC = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d]
const WAITING = [0x20, 0x54, 0x55, 0x5a, 0x59, 0x53, 0x35, 0x37, 0x3d, 0xa0]
const ENDS = [0x00, 0xf3, 0xfd, 0xfe, 0x0c]

/** An opcode with what it takes on top of the stack, mostly; so that programs live for a while. */
const instruction = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.integer({ min: 1, max: 32 }), fc.bigInt(0n, 2n ** 256n - 1n)).map(([bytes, value]) => push(bytes, value)) },
  { weight: 8, arbitrary: fc.nat(300).map((value) => push(2, BigInt(value))) },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(0x80, 0x90), fc.nat(4)).map(([base, depth]) => byte(base + depth)) },
  { weight: 6, arbitrary: fc.constantFrom(...ARITHMETIC).map(byte) },
  { weight: 2, arbitrary: fc.constantFrom(0x50, 0x5b, 0x58).map(byte) },
  { weight: 4, arbitrary: fc.nat(2_000).map((at) => push(2, BigInt(at)) + byte(0x51)) },
  { weight: 5, arbitrary: fc.tuple(fc.nat(2_000), fc.bigInt(0n, 2n ** 256n - 1n), fc.nat(255)).map(([at, value, shift]) => push(32, value >> BigInt(shift)) + push(2, BigInt(at)) + byte(0x52)) },
  { weight: 1, arbitrary: fc.constantFrom(0x51, 0x52).map(byte) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...WAITING), fc.array(fc.nat(80), { minLength: 3, maxLength: 3 })).map(([opcode, given]) => given.map((value) => push(1, BigInt(value))).join("") + byte(opcode)) },
  // Forward to a place behind it, or nowhere that is allowed.
  { weight: 2, arbitrary: fc.tuple(fc.boolean(), fc.nat(3)).map(([always, off]) => `${always ? "" : push(1, BigInt(off))}5860${byte(off === 3 ? 4 : 5)}01${always ? "56" : "57"}5b`) },
  { weight: 1, arbitrary: fc.constantFrom(...ENDS).map((opcode) => push(1, 40n) + push(1, 7n) + byte(opcode)) },
)
const program = fc.array(instruction, { minLength: 1, maxLength: 60 }).map((parts) => push(1, 1n) + push(1, 2n) + push(1, 3n) + push(1, 4n) + push(1, 5n) + parts.join("") + "5b600052602060006020f3")
const gas = fc.oneof({ weight: 2, arbitrary: fc.constant(30_000) }, { weight: 1, arbitrary: fc.nat(2_000) })

const SELF = createAddressFromString(`0x${"5e1f".padStart(40, "0")}`)

const resultOf = async (evm: EVM, code: string, gasLimit: number) => {
  const { exceptionError, returnValue, executionGasUsed, runState, logs } = await evm.runCode({ code: Buffer.from(code, "hex"), gasLimit: BigInt(gasLimit), to: SELF })
  return { error: exceptionError?.error, returned: Buffer.from(returnValue).toString("hex"), executionGasUsed, logs: logs?.length, at: runState?.programCounter, stack: runState?.stack.getStack(), words: runState?.memoryWordCount }
}

describe("the quick loop", () => {
  for (const hardfork of [Hardfork.Istanbul, Hardfork.Cancun]) {
    it(`does what the library's own loop does, to the unit of gas, on ${hardfork} (seed ${SEED}, ${PROGRAMS} programs)`, async () => {
      expect(await installQuickLoop()).toBe(true)
      const open = () => createEVM({ common: new Common({ chain: Mainnet, hardfork }) })
      const [quick, plain] = [await open(), await open()]
      // A place to store words at; they stay from one program to the next.
      for (const { stateManager } of [quick, plain]) await stateManager.putAccount(SELF, new Account())
      let watched = 0
      // Whoever watches each step gets the library's loop.
      plain.events.on("step", (_, next) => {
        watched++
        next?.()
      })
      const ends = new Set<string>()
      const property = fc.asyncProperty(program, gas, async (code, gasLimit) => {
        const expected = await resultOf(plain, code, gasLimit)
        expect(await resultOf(quick, code, gasLimit)).toEqual(expected)
        ends.add(expected.error?.replace(/ at .*/, "") ?? "no error")
      })
      await fc.assert(property, { seed: SEED, numRuns: PROGRAMS })
      expect(watched).toBeGreaterThan(10 * PROGRAMS)
      for (const end of ["no error", "out of gas", "stack underflow", "invalid opcode", "revert", "invalid JUMP"]) expect([...ends]).toContain(end)
    })
  }
})
