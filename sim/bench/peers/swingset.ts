import { registerHooks } from "node:module"
import { nameOf } from "../workload.ts"
import { checkReserves, POOLS, RESERVE, swapList, type Reserves, type Swap } from "./market.ts"
import { timed, type Peer } from "./peer.ts"

/** Agoric's kernel with a vat of pools and a vat of traders: one delivery at a time, each in a transcript and a store. */

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "better-sqlite3" ? { url: new URL("./sqlite.ts", import.meta.url).href, shortCircuit: true } : next(specifier, context),
})

/** Two properties that newer JavaScript engines define as accessors, and that the lockdown of this version knows as values only. */
const asValues = (): void => {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object
  for (const [key, value] of [["constructor", (globalThis as { readonly Iterator?: unknown }).Iterator], [Symbol.toStringTag, "Iterator"]] as const) {
    if (Object.getOwnPropertyDescriptor(prototype, key)?.get !== undefined) {
      Object.defineProperty(prototype, key, { value, writable: true, configurable: true, enumerable: false })
    }
  }
}

const source = (name: string): string => new URL(`./vats/${name}.js`, import.meta.url).pathname

/** When a vat's memory is collected: the kernel's default does it at nearly every delivery, and a run then does not end within ten minutes. */
const REAP_INTERVAL = "never"

export const peer: Peer = {
  name: "@agoric/swingset-vat",
  packages: ["@agoric/swingset-vat"],
  workload: "swaps",
  more: "capabilities, promises between vats, orthogonal persistence and replay of every vat",
  less: "one delivery at a time; no book of money; vats in this process, without metering, store in memory",
  transactions: 100,
  prepare: async () => {
    asValues()
    await import("@endo/init" as string)
    const { initSwingStore } = await import("@agoric/swing-store" as string)
    const { buildKernelBundles, initializeSwingset, makeSwingsetController } = await import("@agoric/swingset-vat" as string)
    const list = swapList(peer.transactions)
    const kernelBundles = await buildKernelBundles()
    const { kernelStorage, hostStorage } = initSwingStore(null)
    const config = {
      bootstrap: "bootstrap",
      defaultManagerType: "local",
      defaultReapInterval: REAP_INTERVAL,
      vats: { bootstrap: { sourceSpec: source("bootstrap"), parameters: { count: POOLS, reserve: String(RESERVE) } }, pools: { sourceSpec: source("pools") } },
      bundles: {},
    }
    await initializeSwingset(config, [], kernelStorage, { kernelBundles })
    const controller = await makeSwingsetController(kernelStorage, {})
    controller.pinVatRoot("bootstrap")
    await controller.run()
    // A kernel takes long to build, so all runs go on in one.
    const all: Swap[] = []
    return async () => {
      const outcome = await timed(list.length, async () => {
        for (const { account, pool, sellsX, amount } of list) controller.queueToVatRoot("bootstrap", "submit", [nameOf(account), pool, sellsX, amount], "none")
        await controller.run()
        await hostStorage.commit()
      })
      all.push(...list)
      const result = controller.queueToVatRoot("bootstrap", "reserves", [], "ignore")
      await controller.run()
      const { body } = controller.kpResolution(result) as { readonly body: string }
      checkReserves(all, parsed(body))
      return outcome
    }
  },
}

/** Small capabilities' data: bigints are texts that begin with + or -. */
const parsed = (body: string): readonly Reserves[] => (JSON.parse(body.slice(1)) as readonly { readonly x: string; readonly y: string }[]).map(({ x, y }) => ({ x: BigInt(x.slice(1)), y: BigInt(y.slice(1)) }))
