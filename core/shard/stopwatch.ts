import { performance } from "node:perf_hooks"
import type { ByteReader, ByteWriter } from "../bytes.ts"

/** What a shard spends its time with. */
export const PHASES = ["admit", "execute", "exchange", "sort", "hash", "wait"] as const
export type Phase = (typeof PHASES)[number]

export const ADMIT = 0
export const EXECUTE = 1
export const EXCHANGE = 2
export const SORT = 3
export const HASH = 4
export const WAIT = 5

/** Stretches of one block of one shard: which phase, from when, to when, in microseconds of the machine's clock. */
export interface Stretch {
  readonly phase: Phase
  readonly from: number
  readonly to: number
}

/** Times the phases of a block. What it measures reaches reports and traces, and nothing else. */
export class Stopwatch {
  private readonly phases: number[] = []
  private readonly starts: number[] = []
  private readonly told: () => void

  /** `told` is called at each beginning. */
  constructor(told: () => void = () => undefined) {
    this.told = told
  }

  /** Called when a phase begins; the one before it ends. */
  begin(phase: number): void {
    this.told()
    this.phases.push(phase)
    this.starts.push(now())
  }

  end(): void {
    this.begin(-1)
  }

  write(writer: ByteWriter): void {
    writer.varint(this.phases.length)
    for (const [at, phase] of this.phases.entries()) {
      writer.u8(phase + 1)
      writer.varint(Math.round(this.starts[at] as number))
    }
    this.phases.length = 0
    this.starts.length = 0
  }
}

/** Microseconds since 1970, so that threads agree. */
const now = (): number => (performance.timeOrigin + performance.now()) * 1000

export const readStretches = (reader: ByteReader): Stretch[] => {
  const stretches: Stretch[] = []
  let phase = -1
  let from = 0
  for (let count = reader.varint(); count > 0; count--) {
    const next = reader.u8() - 1
    const at = reader.varint()
    if (phase >= 0) stretches.push({ phase: PHASES[phase] as Phase, from, to: at })
    phase = next
    from = at
  }
  return stretches
}
