import type { Hex } from "./uniswap.ts"

/**
 * A trader of Uniswap v3, which takes its payment by calling back: a contract that pays what a pool asks for in `uniswapV3SwapCallback` and
 * `uniswapV3MintCallback` (both have two amounts as their first arguments, of which the positive ones are owed), and passes calls on. Written as
 * opcodes, so that no compiler is needed. It pays whoever asks, so it is fit for nothing but this.
 */

const push = (hex: string): string => (0x5f + hex.length / 2).toString(16) + hex
const OP = {
  sub: "03", slt: "12", iszero: "15", shl: "1b", shr: "1c", caller: "33", calldataload: "35", calldatasize: "36", calldatacopy: "37", codecopy: "39",
  returndatasize: "3d", returndatacopy: "3e", pop: "50", mstore: "52", jumpi: "57", gas: "5a", jumpdest: "5b", dup1: "80", dup3: "82", call: "f1", return: "f3", revert: "fd", stop: "00",
}
const ZERO = push("00")

/** Pays the amount that the callback names at `offset`, if it is positive: `transfer(caller, amount)`, whose selector and receiver stand in memory. */
const payOne = (token: Hex, offset: string, after: number): { readonly code: string; readonly end: number } => {
  const skip = (at: number): string => push(at.toString(16).padStart(4, "0"))
  const head = push(offset) + OP.calldataload + OP.dup1 + ZERO + OP.slt + OP.iszero
  const body = OP.dup1 + push("24") + OP.mstore + ZERO + ZERO + push("44") + ZERO + ZERO + push(token.slice(2)) + OP.gas + OP.call + OP.pop
  const target = after + (head.length + body.length) / 2 + 4
  return { code: head + skip(target) + OP.jumpi + body + OP.jumpdest + OP.pop, end: target + 2 }
}

/** `0x00000000`, a target and call data: passes the call on. Everything else: pays. */
export const payerCode = (token0: Hex, token1: Hex): Hex => {
  const head = ZERO + OP.calldataload + push("e0") + OP.shr + OP.iszero
  const memory = push("a9059cbb") + push("e0") + OP.shl + ZERO + OP.mstore + OP.caller + push("04") + OP.mstore
  const start = head.length / 2 + 4 + memory.length / 2
  const first = payOne(token0, "04", start)
  const second = payOne(token1, "24", first.end)
  const forward = second.end + 1
  const output = OP.returndatasize + ZERO + ZERO + OP.returndatacopy + OP.returndatasize + ZERO
  const pass = OP.jumpdest + push("24") + OP.calldatasize + OP.sub + OP.dup1 + push("24") + ZERO + OP.calldatacopy + ZERO + ZERO + OP.dup3 + ZERO + ZERO + push("04") + OP.calldataload + OP.gas + OP.call
  const done = forward + pass.length / 2 + 4 + output.length / 2 + 1
  const at = (place: number): string => push(place.toString(16).padStart(4, "0"))
  const runtime = head + at(forward) + OP.jumpi + memory + first.code + second.code + OP.stop + pass + at(done) + OP.jumpi + output + OP.revert + OP.jumpdest + output + OP.return
  const size = runtime.length / 2
  // The constructor: copies what follows it and returns it.
  const copy = at(size) + OP.dup1 + push("000d") + ZERO + OP.codecopy + ZERO + OP.return
  return `0x${copy}${runtime}`
}
