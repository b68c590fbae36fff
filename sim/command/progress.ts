import { grouped } from "../decimal.ts"

/** Told how far something has come. */
export interface Progress {
  readonly show: (height: number) => void
  readonly end: () => void
}

const BAR_WIDTH = 20
const REDRAW_MS = 100

/** On a terminal a bar that is drawn over and over; elsewhere a line every tenth of the way. It goes to the standard error, and nothing depends on it. */
export const startProgress = (label: string, blocks: number, stream: NodeJS.WriteStream = process.stderr): Progress => {
  const started = performance.now()
  const words = (height: number): string => {
    const seconds = (performance.now() - started) / 1000
    const rate = seconds > 0 ? height / seconds : 0
    const left = rate > 0 ? Math.ceil((blocks - height) / rate) : 0
    return `${grouped(height)}/${grouped(blocks)} blocks, ${grouped(Math.round(rate))}/s, ${duration(left)} left`
  }
  return stream.isTTY === true ? bar(label, blocks, words, stream) : lines(label, blocks, words, stream)
}

const bar = (label: string, blocks: number, words: (height: number) => string, stream: NodeJS.WriteStream): Progress => {
  let next = 0
  return {
    show: (height) => {
      const now = performance.now()
      if (now < next) return
      next = now + REDRAW_MS
      const full = Math.round((BAR_WIDTH * height) / blocks)
      const text = `${label} ${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)} ${words(height)}`
      stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, (stream.columns || 80) - 1))}`)
    },
    end: () => void stream.write("\r\x1b[2K"),
  }
}

const lines = (label: string, blocks: number, words: (height: number) => string, stream: NodeJS.WriteStream): Progress => {
  let tenth = 0
  return {
    show: (height) => {
      const reached = Math.floor((10 * height) / blocks)
      if (reached <= tenth) return
      tenth = reached
      stream.write(`${label} ${tenth * 10} %: ${words(height)}\n`)
    },
    end: () => undefined,
  }
}

const duration = (seconds: number): string => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`)
