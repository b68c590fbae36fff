import type { Address, AssetId } from "./address.ts"
import type { Cell } from "./cell.ts"
import type { Context } from "./context.ts"
import type { Envelope } from "./envelope.ts"
import type { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"
import type { AnyMessage } from "./message.ts"
import { Random } from "./random.ts"
import type { AnySeriesHandler } from "./series.ts"
import type { AnyView, Published } from "./view.ts"

/** What an actor does in a block: the message at hand, and who handles messages of its type, which the next mostly is of. */
export class Turn {
  readonly cell: Cell
  envelope: Envelope | undefined = undefined
  private message: AnyMessage | undefined = undefined
  private handler: AnyHandler | undefined = undefined
  private series: AnySeriesHandler | undefined = undefined
  /** What the latest handler answered. */
  answer: unknown = undefined

  constructor(cell: Cell) {
    this.cell = cell
  }

  handlerOf(message: AnyMessage): AnyHandler | undefined {
    if (this.message !== message) this.turnTo(message)
    return this.handler
  }

  seriesOf(message: AnyMessage): AnySeriesHandler | undefined {
    if (this.message !== message) this.turnTo(message)
    return this.series
  }

  private turnTo(message: AnyMessage): void {
    const { routes, seriesRoutes } = this.cell.definition
    this.message = message
    this.handler = routes.get(message)
    this.series = seriesRoutes.get(message)
  }
}

export type AnyHandler = (state: any, subject: any, ...rest: any[]) => unknown

/**
 * The context that handlers see. One per thread, pointed at each handling in turn, so that handling allocates nothing for it. What changes with every
 * message is kept in an object as young as they are: each pointer from an old object to a young one is noted for the collector.
 */
export class HandlingContext implements Context {
  private readonly kernel: Kernel
  private turn: Turn | undefined = undefined
  /** Told of each handling, so that it is known of whom a thread died. */
  activity: { handle(cell: Cell | undefined, envelope: Envelope | undefined): void } | undefined = undefined
  private randomOfMessage: Random | undefined = undefined

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  /** Begins what an actor handles in this block. */
  begin(cell: Cell): Turn {
    return (this.turn = new Turn(cell))
  }

  /** Points at a message of the actor's; undefined: its handling is over. */
  point(turn: Turn, envelope: Envelope | undefined): void {
    if (this.activity !== undefined) this.activity.handle(envelope && turn.cell, envelope)
    turn.envelope = envelope
    this.randomOfMessage = undefined
  }

  private get now(): { readonly cell: Cell; readonly envelope: Envelope } {
    if (this.turn?.envelope === undefined) throw new TypeError("a context was used after its handling")
    return this.turn as { readonly cell: Cell; readonly envelope: Envelope }
  }

  get self(): Address {
    return this.now.cell.address
  }

  get sender(): Address {
    return this.now.envelope.from
  }

  get funds(): Funds {
    return this.now.envelope.funds
  }

  get height(): number {
    return this.kernel.height
  }

  get time(): number {
    return this.kernel.time
  }

  get id(): string {
    return this.now.envelope.id
  }

  readonly balance = (asset: AssetId): bigint => this.now.cell.balance(asset)

  readonly supply = (asset: AssetId): bigint => {
    const known = this.kernel.assets.get(asset)
    return known === undefined || known.issuer !== this.now.cell.address ? 0n : known.supply
  }

  readonly view = <V extends AnyView>(view: V, address: Address): Published<V> | undefined => {
    const published = this.kernel.view(view, address) as Published<V> | undefined
    const stale = this.kernel.config.intercept?.view
    return stale === undefined || published === undefined ? published : stale(this.now.envelope, address, published)
  }

  get random(): Random {
    const { cell, envelope } = this.now
    return (this.randomOfMessage ??= new Random(this.kernel.config.seed, this.kernel.height, cell.address, envelope.id))
  }
}
