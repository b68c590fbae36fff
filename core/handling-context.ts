import type { Address, AssetId } from "./address.ts"
import type { Cell } from "./cell.ts"
import type { Context } from "./context.ts"
import type { Envelope } from "./envelope.ts"
import type { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"
import { Random } from "./random.ts"
import type { AnyView, Published } from "./view.ts"

/** The context that handlers see. One per thread, pointed at each handling in turn, so that handling allocates nothing for it. */
export class HandlingContext implements Context {
  private readonly kernel: Kernel
  private cell: Cell | undefined = undefined
  private envelope: Envelope | undefined = undefined
  /** Told of each handling, so that it is known of whom a thread died. */
  activity: { handle(cell: Cell | undefined, envelope: Envelope | undefined): void } | undefined = undefined
  private randomOfMessage: Random | undefined = undefined

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  point(cell: Cell | undefined, envelope: Envelope | undefined): void {
    if (this.activity !== undefined) this.activity.handle(cell, envelope)
    this.cell = cell
    this.envelope = envelope
    this.randomOfMessage = undefined
  }

  private get now(): { readonly cell: Cell; readonly envelope: Envelope } {
    if (this.cell === undefined || this.envelope === undefined) throw new TypeError("a context was used after its handling")
    return this as unknown as { readonly cell: Cell; readonly envelope: Envelope }
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
