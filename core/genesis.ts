import { hash, createHash } from "node:crypto"
import { Account } from "./account.ts"
import type { AnyDefinition, ParamsOf } from "./actor.ts"
import { interned, internedFields, isAddress, isAssetId, type Address } from "./address.ts"
import { ByteWriter } from "./bytes.ts"
import { compareHoldings, type Cell } from "./cell.ts"
import type { Codec } from "./codec.ts"
import { InvalidGenesis } from "./errors.ts"
import { Failure } from "./failure.ts"
import { deepFreeze } from "./freeze.ts"
import { Funds, fundsProblem, type FundsLike } from "./funds.ts"
import type { Interception } from "./intercept.ts"
import { Kernel, WORLD_LIMITS, type Config, type WorldLimits } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import { Orderings, type Ordering } from "./ordering.ts"
import { publishAtBirth } from "./reconcile.ts"
import { show } from "./show.ts"
import { makeRegistry } from "./registry.ts"
import { headerOf, NO_ROOT } from "./seal.ts"
import type { Transaction } from "./transaction.ts"

/** An actor that lives from the start. Make it with `actor(...)`, which checks the parameters' types. */
export interface GenesisActor {
  readonly address: Address
  readonly definition: AnyDefinition
  readonly params: unknown
  readonly balances?: FundsLike | undefined
}

/** An actor of the genesis. */
export const actor = <D extends AnyDefinition>(address: Address, definition: D, params: ParamsOf<D>, balances?: FundsLike): GenesisActor => ({
  address,
  definition,
  params,
  balances,
})

/** Everything that a world starts from. Same genesis and same inputs give the same headers, in whatever order its parts are listed. */
export interface Genesis {
  /** Accounts and their balances. */
  readonly accounts?: { readonly [address: Address]: FundsLike } | Iterable<readonly [Address, FundsLike]> | undefined
  readonly actors?: readonly GenesisActor[] | undefined
  /** Further definitions that may be spawned or messaged later. */
  readonly definitions?: readonly AnyDefinition[] | undefined
  /** Keys `context.random`. Default 0. */
  readonly seed?: bigint | number | undefined
  /** Seconds since 1970-01-01 00:00 UTC. Default 0. */
  readonly time?: number | undefined
  /** Seconds from one block to the next where the host gives no time. Default 1. */
  readonly blockSeconds?: number | undefined
  readonly limits?: Partial<WorldLimits> | undefined
  readonly ordering?: Ordering | undefined
}

/** How a world is run; none of it shows in a header of a correct program. */
export interface WorldOptions {
  /** Keeps the tree of messages of every transaction for `trace`. Default false. */
  readonly trace?: boolean | undefined
  /**
   * Freezes states and payloads, to catch a handler that writes to what it was given, and handles each series both ways, to catch one that differs from
   * its handler (`SeriesDiffers`). Default false.
   */
  readonly strict?: boolean | undefined
  /** The host's check of a transaction's sender: undefined, or why it is refused. Must be a pure function. */
  readonly authenticate?: ((transaction: Transaction) => string | undefined) | undefined
  /**
   * Whether each block's header is made. Default true. Searches that play thousands of short runs do without: their headers hold height and
   * time only, and half of the time goes away.
   */
  readonly sealed?: boolean | undefined
  /**
   * What a block can be asked for: all that happened in it (the default), or only its header, its totals and what changed. Messages that nobody can
   * ask for are forgotten as they are handled; what is under way is told until the world steps on.
   */
  readonly tell?: "everything" | "totals" | undefined
  /** Faults of a test; absent in every other world. */
  readonly intercept?: Interception | undefined
}

const refuse = (field: string, expected: string, value: unknown): never => {
  throw new InvalidGenesis({ field, expected, value: show(value) })
}

/** Builds a kernel at height 0. Throws `InvalidGenesis` or `DuplicateName`. */
export const kernelOf = (genesis: Genesis, options: WorldOptions): Kernel => {
  const actors = checkShape(genesis)
  const registry = makeRegistry([...actors.map(({ definition }) => definition), ...(genesis.definitions ?? [])])
  const time = wholeNumber("time", genesis.time ?? 0)
  const config = configOf(genesis, options)
  const kernel = new Kernel(config, registry, time, headerOf({ height: 0, time, parent: NO_ROOT, inputs: "", changes: "", messages: "" }))
  const accounts = genesis.accounts ?? {}
  for (const [address, balances] of Symbol.iterator in accounts ? (accounts as Iterable<readonly [Address, FundsLike]>) : Object.entries(accounts)) {
    settle(kernel, birth(kernel, address, Account, {}, "accounts"), balances, `accounts.${address}`)
  }
  for (const { address, definition, params, balances } of actors) {
    settle(kernel, birth(kernel, address, definition, params, "actors"), balances ?? Funds.none, `actors.${address}`)
  }
  for (const { issuer } of kernel.assets.values()) {
    const cell = kernel.cells.get(issuer)
    if (cell !== undefined) cell.assetsIssued++
  }
  for (const cell of kernel.cells.values()) publishAtBirth(kernel, cell)
  kernel.header = genesisHeader(kernel)
  return kernel
}

/** The outer form, which the type checker holds for TypeScript and nobody for JavaScript. */
const checkShape = (genesis: Genesis): readonly GenesisActor[] => {
  if (typeof genesis !== "object" || genesis === null) refuse("genesis", "an object", genesis)
  const { accounts = {}, actors = [], definitions = [], ordering } = genesis
  if (typeof accounts !== "object" || accounts === null) refuse("accounts", "balances by address", accounts)
  if (!Array.isArray(actors)) refuse("actors", "a list", actors)
  if (!Array.isArray(definitions)) refuse("definitions", "a list", definitions)
  for (const one of actors) {
    if (typeof one !== "object" || one === null || !isDefinition(one.definition)) refuse("actors", "a list of actor(address, definition, params)", one)
  }
  for (const definition of definitions) if (!isDefinition(definition)) refuse("definitions", "a list of what Actor.make gives", definition)
  if (ordering !== undefined) {
    const { name, arrange } = typeof ordering === "object" && ordering !== null ? ordering : ({} as Partial<Ordering>)
    if (typeof name !== "string" || (arrange !== undefined && typeof arrange !== "function")) refuse("ordering", "a policy with a name", ordering)
  }
  return actors
}

const isDefinition = (value: unknown): value is AnyDefinition =>
  typeof value === "object" && value !== null && (value as { readonly routes?: unknown }).routes instanceof Map

const wholeNumber = (field: string, value: number): number =>
  Number.isSafeInteger(value) && value >= 0 ? value : refuse(field, "a whole number from 0", value)

const configOf = (genesis: Genesis, options: WorldOptions): Config => {
  const seed = genesis.seed ?? 0n
  const fits = typeof seed === "number" ? Number.isSafeInteger(seed) && seed >= 0 : typeof seed === "bigint" && seed >= 0n && seed < 1n << 64n
  if (!fits) refuse("seed", "an integer from 0 to 2^64 - 1", seed)
  const limits = { ...WORLD_LIMITS, ...genesis.limits }
  for (const name of Object.keys(limits) as (keyof WorldLimits)[]) {
    if (!(name in WORLD_LIMITS)) refuse(`limits.${name}`, "no such limit", limits[name])
    if (!Number.isSafeInteger(limits[name]) || limits[name] < 1 || limits[name] > WORLD_LIMITS[name]) {
      refuse(`limits.${name}`, `an integer from 1 to ${WORLD_LIMITS[name]}`, limits[name])
    }
  }
  return {
    seed: BigInt(seed),
    blockSeconds: wholeNumber("blockSeconds", genesis.blockSeconds ?? 1),
    limits,
    ordering: genesis.ordering ?? Orderings.causal,
    strict: options.strict ?? false,
    authenticate: options.authenticate,
    intercept: options.intercept,
    sealed: options.sealed ?? true,
    tells: tellsOf(options.tell),
  }
}

/** Throws `InvalidGenesis`. */
export const tellsOf = (tell: WorldOptions["tell"] = "everything"): boolean =>
  tell === "everything" || (tell === "totals" ? false : refuse("tell", "everything or totals", tell))

const birth = (kernel: Kernel, address: Address, definition: AnyDefinition, params: unknown, field: string): Cell => {
  if (!isAddress(address)) refuse(field, "addresses such as amm/eth-usdc", address)
  if (kernel.cells.has(address)) refuse(field, "distinct addresses", address)
  if (kernel.cells.size >= LIMITS.actorsMax) refuse(field, `at most ${LIMITS.actorsMax}`, kernel.cells.size + 1)
  const issue = definition.paramsCodec.check(params)
  if (issue !== undefined) refuse(`${field}.${address}.params${issue.path === "" ? "" : `.${issue.path}`}`, issue.expected, issue.value)
  const state: unknown = definition === Account ? EMPTY_STATE : created(definition, params, address, field)
  const flaw = definition.stateCodec.check(state)
  if (flaw !== undefined) refuse(`${field}.${address}.state${flaw.path === "" ? "" : `.${flaw.path}`}`, flaw.expected, flaw.value)
  if (kernel.config.strict) deepFreeze(state)
  return kernel.addCell(address, definition, state)
}

const created = (definition: AnyDefinition, params: unknown, address: Address, field: string): unknown => {
  try {
    return definition.create(internedFields(params) as never, interned(address))
  } catch (thrown) {
    const problem = thrown instanceof Error || thrown instanceof Failure ? thrown.message : String(thrown)
    return refuse(`${field}.${address}.params`, `accepted by ${definition.name} ("${problem}")`, params)
  }
}

const EMPTY_STATE = Object.freeze({})

const settle = (kernel: Kernel, cell: Cell, balances: FundsLike, field: string): void => {
  if (typeof balances !== "object" || balances === null) refuse(field, "amounts by asset", balances)
  const entries: Iterable<readonly [string, bigint]> = balances instanceof Funds ? balances : Object.entries(balances)
  for (const [name, amount] of entries) {
    if (!isAssetId(name)) refuse(field, "assets such as eth or amm/eth-usdc:shares", name)
    const problem = fundsProblem({ [name]: amount })
    if (problem !== undefined) refuse(`${field}.${name}`, problem.expected, problem.value)
    const asset = kernel.asset(name)
    asset.issued = true
    asset.supply += amount
    if (asset.supply > LIMITS.amountMax) refuse(`${field}.${name}`, "a total supply of at most 2^256 - 1", asset.supply)
    if (amount > 0n) cell.addHolding(asset).amount = amount
  }
}

/** The root of the genesis covers the configuration and every actor, ascending by address. */
const genesisHeader = (kernel: Kernel) => {
  const { config, time } = kernel
  const digest = createHash("sha256")
  const writer = new ByteWriter(1 << 16)
  for (const address of kernel.cells.addresses()) {
    writeGenesisCell(writer, kernel.cells.get(address) as Cell)
    if (writer.length < 1 << 15) continue
    digest.update(writer.bytes.subarray(0, writer.length))
    writer.reset()
  }
  const changes = digest.update(writer.bytes.subarray(0, writer.length)).digest("hex")
  const settings = [config.seed, config.blockSeconds, config.ordering.name, ...Object.entries(config.limits).sort().flat()].join("\n")
  return headerOf({ height: 0, time, parent: NO_ROOT, inputs: hash("sha256", settings), changes, messages: hash("sha256", "") })
}

const writeGenesisCell = (writer: ByteWriter, cell: Cell): void => {
  const codec = cell.definition.stateCodec as Codec<any>
  writer.text(cell.address)
  writer.text(cell.definition.name)
  codec.write(writer, cell.state)
  const holdings = [...cell.holdings()].filter((holding) => holding.amount > 0n).sort(compareHoldings)
  writer.varint(holdings.length)
  for (const holding of holdings) {
    writer.text(holding.asset.name)
    writer.uint(holding.amount)
  }
}
