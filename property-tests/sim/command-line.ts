import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { program } from "../../sim/command/cli.ts"

/** What a command line says, line by line, and the exit code that it comes to. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `blockstep` without a process of its own. Progress bars are not kept. */
export const blockstep = async (...args: readonly string[]): Promise<Said> => {
  const out: string[] = []
  const err: string[] = []
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text: string) => void out.push(text)),
    vi.spyOn(console, "error").mockImplementation((text: string) => void err.push(text)),
    vi.spyOn(process.stderr, "write").mockImplementation(() => true),
  ]
  try {
    const code = await Effect.runPromise(program(args))
    return { code, out: out.join("\n"), err: err.join("\n") }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
