import type { Progress } from "../campaign/check.ts"
import { grouped } from "../decimal.ts"

/** Told how far a search has come. */
export interface Counter {
  readonly show: (progress: Progress) => void
  readonly end: () => void
}

const REDRAW_MS = 100

/** On a terminal one line that is drawn over and over; elsewhere nothing, since nothing depends on it. */
export const startCounter = (label: string, runs: number, stream: NodeJS.WriteStream = process.stderr): Counter => {
  const started = performance.now()
  let next = 0
  return {
    show: ({ index, calls, features, corpus }) => {
      const now = performance.now()
      if (stream.isTTY !== true || now < next) return
      next = now + REDRAW_MS
      const rate = Math.round(calls / Math.max(0.001, (now - started) / 1000))
      const text = `${label} ${grouped(index)}/${grouped(runs)} runs, ${grouped(rate)} calls/s, ${grouped(features)} features, corpus ${grouped(corpus)}`
      stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, (stream.columns || 80) - 1))}`)
    },
    end: () => void (stream.isTTY === true && stream.write("\r\x1b[2K")),
  }
}
