import type { AnyDefinition } from "./actor.ts"
import { Arrivals } from "./arrivals.ts"
import { ByteReader, ByteWriter, MalformedBytes } from "./bytes.ts"
import { Cell, compareHoldings } from "./cell.ts"
import type { Codec } from "./codec.ts"
import { compareCanonically } from "./canonical-order.ts"
import { BOUNCE, Envelope, NO_DEADLINE, REPLY, WHOLE } from "./envelope.ts"
import { InvalidSnapshot } from "./errors.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import { deepFreeze } from "./freeze.ts"
import { Funds } from "./funds.ts"
import { writeFunds } from "./envelope-bytes.ts"
import { digestOf } from "./digests.ts"
import { headerOf } from "./seal.ts"
import { Kernel, WORLD_LIMITS, type WorldLimits } from "./kernel.ts"
import { Orderings, type Ordering } from "./ordering.ts"
import { makeRegistry, type Registry } from "./registry.ts"
import { tellsOf, type WorldOptions } from "./genesis.ts"

/** The whole world between two blocks as bytes, and their SHA-256 at the end: equal worlds have equal bytes, on every machine. */

export const MAGIC = "blockstep snapshot 1"
const DIGEST_LENGTH = 32
const LIMIT_NAMES = Object.keys(WORLD_LIMITS).sort() as (keyof WorldLimits)[]

export const writeSnapshot = (kernel: Kernel): Uint8Array => {
  if (kernel.held.length > 0) throw new InvalidSnapshot({ problem: `${kernel.held.length} messages are held; deliver them first` })
  const writer = new ByteWriter(1 << 16)
  writer.text(MAGIC)
  storeConfig(writer, kernel)
  const assets = [...kernel.assets.values()].filter(({ issued }) => issued).sort((a, b) => (a.name < b.name ? -1 : 1))
  writer.varint(assets.length)
  for (const { name, supply } of assets) {
    writer.text(name)
    writer.uint(supply)
  }
  const addresses = kernel.cells.addresses()
  writer.varint(addresses.length)
  for (const address of addresses) storeCell(writer, kernel.cells.get(address) as Cell)
  writer.varint(kernel.leftovers.length)
  for (const address of kernel.leftovers.map((cell) => cell.address).sort()) writer.text(address)
  writeEnvelopes(writer, kernel.arrivals)
  const dues = [...kernel.timers.keys()].sort((a, b) => a - b)
  writer.varint(dues.length)
  for (const due of dues) {
    writer.varint(due)
    writeEnvelopes(writer, [...(kernel.timers.get(due) ?? [])].sort(compareCanonically))
  }
  const body = writer.toBytes()
  writer.latin1(digestOf(body))
  return writer.toBytes()
}

export const storeConfig = (writer: ByteWriter, { config, height, time, header }: Kernel): void => {
  writer.uint(config.seed)
  writer.varint(config.blockSeconds)
  writer.text(config.ordering.name)
  for (const name of LIMIT_NAMES) writer.varint(config.limits[name])
  writer.varint(height)
  writer.varint(time)
  // Of an unsealed world the root is made only here.
  const root = config.sealed ? header.root : headerOf(header).root
  for (const part of [header.parent, header.inputs, header.changes, header.messages, root]) writer.text(part)
}

export const storeCell = (writer: ByteWriter, cell: Cell): void => {
  const { definition } = cell
  writer.text(cell.address)
  writer.text(definition.name)
  ;(definition.stateCodec as Codec<any>).write(writer, cell.state)
  writer.varint(cell.sequence)
  writer.varint(cell.nonce)
  writer.u8(cell.view === undefined ? 0 : 1)
  if (cell.view !== undefined) (definition.view?.codec as Codec<any>).write(writer, cell.view)
  const holdings = [...cell.holdings()].filter(({ amount }) => amount > 0n).sort(compareHoldings)
  writer.varint(holdings.length)
  for (const { asset, amount } of holdings) {
    writer.text(asset.name)
    writer.uint(amount)
  }
  const waiting: Envelope[] = []
  for (let envelope = cell.first; envelope !== undefined; envelope = envelope.next) waiting.push(envelope)
  writeEnvelopes(writer, waiting)
}

const writeEnvelopes = (writer: ByteWriter, envelopes: Arrivals | readonly Envelope[]): void => {
  writer.varint(envelopes.length)
  for (const envelope of envelopes) storeEnvelope(writer, envelope)
}

export const storeEnvelope = (writer: ByteWriter, envelope: Envelope): void => {
  const { kind, message, payload, parentSequence, then, reason } = envelope
  writer.u8(kind)
  writer.u8(envelope.ghost ? 1 : 0)
  writer.text(envelope.from)
  writer.text(envelope.to)
  writer.text(message.name)
  writePayload(writer, kind === REPLY ? message.reply : message.payload, payload)
  writeFunds(writer, envelope.funds)
  for (const value of [
    envelope.causeBlock, envelope.causeIndex, envelope.positionBlock, envelope.positionIndex, envelope.sequence, envelope.hop,
  ]) writer.varint(value)
  writer.varint(envelope.deadline === NO_DEADLINE ? 0 : envelope.deadline + 1)
  writer.text(then?.name ?? "")
  if (then !== undefined) then.saved.write(writer, envelope.saved)
  if (kind === BOUNCE) {
    const type = (reason as Failure).constructor as AnyFailureClass
    writer.text(type.tag)
    type.codec.write(writer, (reason as Failure).fields)
  }
  writer.text(envelope.parentFrom)
  writer.u8(parentSequence >= 0 ? 0 : parentSequence === WHOLE ? 2 : 1)
  if (parentSequence !== WHOLE) writer.varint(parentSequence >= 0 ? parentSequence : -1 - parentSequence)
}

const writePayload = (writer: ByteWriter, codec: Codec<any> | undefined, payload: unknown): void => {
  if (codec !== undefined) codec.write(writer, payload)
}

/** Which actors of a snapshot a kernel takes; the others are passed over. */
export interface Part {
  readonly isHere: (address: string) => boolean
  /** Told of an actor that is passed over. */
  readonly elsewhere: (cell: Cell) => void
}

/** Rebuilds a world, or a part of it. The definitions must be those of the world that was stored. Throws `InvalidSnapshot` or `DuplicateName`. */
export const readSnapshot = (
  definitions: readonly AnyDefinition[],
  bytes: Uint8Array,
  options: WorldOptions & { readonly ordering?: Ordering | undefined },
  part?: Part,
): Kernel => {
  if (!(bytes instanceof Uint8Array)) throw new InvalidSnapshot({ problem: "it is no Uint8Array" })
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_LENGTH))
  if (digestOf(body) !== Buffer.from(bytes.subarray(body.length)).toString("latin1")) throw new InvalidSnapshot({ problem: "the bytes are damaged or cut" })
  const reader = new ByteReader(body)
  try {
    if (reader.text() !== MAGIC) throw new InvalidSnapshot({ problem: "the bytes are no snapshot of this version" })
    const kernel = readKernel(reader, makeRegistry(definitions), options, part)
    if (!reader.done) reader.fail("bytes after the end")
    return kernel
  } catch (problem) {
    if (problem instanceof MalformedBytes || problem instanceof TypeError) throw new InvalidSnapshot({ problem: problem.message })
    throw problem
  }
}

const readKernel = (
  reader: ByteReader,
  registry: Registry,
  options: WorldOptions & { readonly ordering?: Ordering | undefined },
  part: Part | undefined,
): Kernel => {
  const seed = reader.uint()
  const blockSeconds = reader.varint()
  const orderingName = reader.text()
  const ordering = options.ordering ?? Object.values(Orderings).find(({ name }) => name === orderingName)
  if (ordering?.name !== orderingName) throw new InvalidSnapshot({ problem: `the ordering policy ${orderingName} must be given` })
  const limits = Object.fromEntries(LIMIT_NAMES.map((name) => [name, reader.varint()])) as unknown as WorldLimits
  const height = reader.varint()
  const time = reader.varint()
  const [parent, inputs, changes, messages, root] = Array.from({ length: 5 }, () => reader.text()) as [string, string, string, string, string]
  const header = headerOf({ height, time, parent, inputs, changes, messages })
  if (header.root !== root) throw new InvalidSnapshot({ problem: "the header does not match its root" })
  const { strict = false, authenticate, intercept, sealed = true } = options
  const config = { seed, blockSeconds, limits, ordering, strict, authenticate, intercept, sealed, tells: tellsOf(options.tell) }
  const kernel = new Kernel(config, registry, time, header)
  kernel.height = height
  for (let count = reader.varint(); count > 0; count--) {
    const asset = kernel.asset(reader.text())
    asset.supply = reader.uint()
    asset.issued = true
  }
  const isHere = part === undefined ? () => true : part.isHere
  const mailboxes: [Cell, Envelope[]][] = []
  for (let count = reader.varint(); count > 0; count--) {
    const [cell, waiting] = restoreCell(reader, kernel)
    if (isHere(cell.address)) {
      kernel.cells.add(cell)
      mailboxes.push([cell, waiting])
    } else part?.elsewhere(cell)
  }
  for (let count = reader.varint(); count > 0; count--) {
    const address = reader.text()
    if (isHere(address)) kernel.leftovers.push(kernel.cells.get(address) ?? reader.fail("an address where nobody lives"))
  }
  kernel.arrivals = Arrivals.from(readEnvelopes(reader, kernel).filter(({ to }) => isHere(to)))
  for (let count = reader.varint(); count > 0; count--) {
    const due = reader.varint()
    const timers = readEnvelopes(reader, kernel).filter(({ to }) => isHere(to))
    if (timers.length > 0) kernel.timers.set(due, timers)
    for (const timer of timers) {
      ;(kernel.cells.get(timer.to) as Cell).timersPending++
      timer.endedAt = due
    }
  }
  for (const asset of kernel.assets.values()) {
    const issuer = kernel.cells.get(asset.issuer)
    if (issuer !== undefined) issuer.assetsIssued++
  }
  for (const [cell, waiting] of mailboxes) for (const envelope of waiting) cell.enqueue(settled(kernel, envelope))
  const underWay = [...kernel.arrivals, ...mailboxes.flatMap(([, waiting]) => waiting)]
  for (const { funds } of underWay) for (const [asset, amount] of funds) kernel.asset(asset).inFlight += amount
  return kernel
}

/** An actor, which is not yet among those of the kernel, and what waits for it. */
export const restoreCell = (reader: ByteReader, kernel: Kernel): [Cell, Envelope[]] => {
  const address = reader.text()
  const name = reader.text()
  const definition = kernel.registry.definitions.get(name)
  if (definition === undefined) throw new InvalidSnapshot({ problem: `the definition ${name} is not given` })
  const cell = new Cell(address, definition, (definition.stateCodec as Codec<any>).read(reader))
  if (kernel.config.strict) deepFreeze(cell.state)
  cell.sequence = reader.varint()
  cell.nonce = reader.varint()
  if (reader.u8() === 1) cell.view = (definition.view?.codec as Codec<any>).read(reader)
  for (let count = reader.varint(); count > 0; count--) cell.addHolding(kernel.asset(reader.text())).amount = reader.uint()
  return [cell, readEnvelopes(reader, kernel)]
}

/** A message that was read before all actors were there finds its sender and receiver. */
export const settled = (kernel: Kernel, envelope: Envelope): Envelope => {
  envelope.fromCell = kernel.cells.get(envelope.from)
  envelope.toCell = kernel.cells.get(envelope.to)
  if (envelope.fromCell !== undefined) envelope.fromSlot = envelope.fromCell.slot
  return envelope
}

const readEnvelopes = (reader: ByteReader, kernel: Kernel): Envelope[] => {
  const envelopes: Envelope[] = []
  for (let count = reader.varint(); count > 0; count--) envelopes.push(restoreEnvelope(reader, kernel))
  return envelopes
}

export const restoreEnvelope = (reader: ByteReader, kernel: Kernel): Envelope => {
  const { registry } = kernel
  const known = <D>(map: ReadonlyMap<string, D>, what: string): D => {
    const name = reader.text()
    return map.get(name) ?? reader.fail(`the ${what} ${name} is not given`)
  }
  const kind = reader.u8()
  const ghost = reader.u8() === 1
  const from = reader.name()
  const to = reader.name()
  const message = known(registry.messages, "message")
  const codec = (kind === REPLY ? message.reply : message.payload) as Codec<any> | undefined
  const payload: unknown = codec?.read(reader)
  const funds = readFunds(reader)
  const causeBlock = reader.varint()
  const causeIndex = reader.varint()
  const positionBlock = reader.varint()
  const positionIndex = reader.varint()
  const sequence = reader.varint()
  const hop = reader.varint()
  const deadline = reader.varint()
  const thenName = reader.text()
  const then = thenName === "" ? undefined : (registry.continuations.get(thenName) ?? reader.fail(`the continuation ${thenName} is not given`))
  const saved: unknown = then?.saved.read(reader)
  const reason = kind === BOUNCE ? readFailure(reader, known(registry.failures, "failure")) : undefined
  const parentFrom = reader.text()
  const form = reader.u8()
  const parentSequence = form === 2 ? WHOLE : form === 1 ? -1 - reader.varint() : reader.varint()
  const envelope = new Envelope(
    kind, from, kernel.cells.get(from), to, kernel.cells.get(to), message, payload, funds, causeBlock, causeIndex, sequence, hop,
    deadline === 0 ? NO_DEADLINE : deadline - 1, then, saved, reason, parentFrom, parentSequence,
  )
  envelope.moveTo(positionBlock, positionIndex)
  envelope.ghost = ghost
  return envelope
}

const readFailure = (reader: ByteReader, type: AnyFailureClass): Failure => new type(type.codec.read(reader))

const readFunds = (reader: ByteReader): Funds => {
  const amounts: { [asset: string]: bigint } = {}
  for (;;) {
    const asset = reader.name()
    if (asset === "") return Funds.from(amounts)
    amounts[asset] = reader.uint()
  }
}
