import { Random } from "../../../random.ts"
import { FOUNDER, openMachine } from "../ethereumjs.ts"
import { amountOutDown } from "../market.ts"
import { versionOf } from "../peer.ts"
import { bytecodeOf, call, word, type Hex, type Machine } from "../uniswap.ts"
import { timedSearch, type CampaignRow } from "./row.ts"
import { DEPTH } from "./same-campaign.ts"

/** The same kinds of actions on the real Uniswap v2 pair in an EVM in JavaScript, one invariant read after each. */

const ACTIONS = 1_500

const uint = (output: Hex, at = 0): bigint => BigInt(`0x${output.slice(2 + 64 * at, 66 + 64 * at)}`)
const addressIn = (output: Hex): Hex => `0x${output.slice(-40)}`
const balanceOf = (holder: Hex): Hex => `0x70a08231${word(holder)}`

const scene = async (): Promise<{ readonly machine: Machine; readonly pair: Hex; readonly tokens: readonly [Hex, Hex] }> => {
  const machine = await openMachine()
  const factory = await machine.deploy(`${bytecodeOf("UniswapV2Factory")}${word(FOUNDER)}`)
  const token = (): Promise<Hex> => machine.deploy(`${bytecodeOf("ERC20")}${word(10n ** 30n)}`)
  const [one, other] = [await token(), await token()]
  await machine.send(FOUNDER, factory, call.createPair(one, other))
  const pair = addressIn(await machine.read(factory, call.getPair(one, other)))
  const tokens = BigInt(one) < BigInt(other) ? ([one, other] as const) : ([other, one] as const)
  await machine.send(FOUNDER, tokens[0], call.transfer(pair, 1_000_000n))
  await machine.send(FOUNDER, tokens[1], call.transfer(pair, 4_000_000n))
  await machine.send(FOUNDER, pair, call.mint(FOUNDER))
  return { machine, pair, tokens }
}

const search = async (): Promise<{ readonly actions: number; readonly refused: number }> => {
  const random = Random.make(11n, "ethereumjs")
  let refused = 0
  for (let done = 0; done < ACTIONS; done += DEPTH) {
    const { machine, pair, tokens } = await scene()
    const start = { k: 4_000_000_000_000n, shares: uint(await machine.read(pair, "0x18160ddd")) }
    for (let at = 0; at < DEPTH; at++) {
      try {
        await act(machine, pair, tokens, random)
      } catch {
        refused++
      }
      const reserves = await machine.read(pair, call.getReserves)
      const shares = uint(await machine.read(pair, "0x18160ddd"))
      if (uint(reserves) * uint(reserves, 1) * start.shares ** 2n < start.k * shares ** 2n) throw new Error("a share lost")
    }
  }
  return { actions: ACTIONS, refused }
}

const act = async (machine: Machine, pair: Hex, tokens: readonly [Hex, Hex], random: Random): Promise<void> => {
  const first = random.below(2) === 0
  const [token, amount] = [tokens[first ? 0 : 1], random.amountBetween(0n, 10n ** BigInt(random.below(20)))]
  const kind = random.below(7)
  if (kind < 2) {
    const reserves = await machine.read(pair, call.getReserves)
    const [x, y] = first ? [uint(reserves), uint(reserves, 1)] : [uint(reserves, 1), uint(reserves)]
    const out = kind === 0 ? amountOutDown(amount, x, y) : random.amountBetween(0n, y)
    await machine.send(FOUNDER, token, call.transfer(pair, amount))
    return machine.send(FOUNDER, pair, call.swap(first ? 0n : out, first ? out : 0n, FOUNDER))
  }
  if (kind === 2) {
    await machine.send(FOUNDER, tokens[0], call.transfer(pair, amount))
    await machine.send(FOUNDER, tokens[1], call.transfer(pair, random.amountBetween(0n, amount * 4n)))
    return machine.send(FOUNDER, pair, call.mint(FOUNDER))
  }
  if (kind === 3) {
    await machine.send(FOUNDER, pair, call.transfer(pair, random.amountBetween(0n, uint(await machine.read(pair, balanceOf(FOUNDER))))))
    return machine.send(FOUNDER, pair, `0x89afcb44${word(FOUNDER)}`)
  }
  if (kind === 4) return machine.send(FOUNDER, token, call.transfer(pair, amount))
  return machine.send(FOUNDER, pair, kind === 5 ? `0xbc25cf77${word(FOUNDER)}` : "0xfff6cae9")
}

const row = async (): Promise<CampaignRow> => {
  const versions = Object.fromEntries(["@ethereumjs/evm", "@uniswap/v2-core"].map((name) => [name, versionOf(name)]))
  const { result, seconds, cpuSeconds } = await timedSearch(search)
  return { name: "@ethereumjs/evm", versions, threads: 1, ...result, calls: result.actions, seconds, cpuSeconds, more: "EVM bytecode, gas", less: "blind draws: no guidance, no shrinking" }
}

export const rows: readonly (() => Promise<CampaignRow>)[] = [row]
