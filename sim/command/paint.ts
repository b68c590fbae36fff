/** Words in colours, where somebody sees them: on a terminal, unless NO_COLOR is set. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

export const paintFor = (stream: NodeJS.WriteStream): Paint => {
  const colours = stream.isTTY === true && (process.env["NO_COLOR"] ?? "") === ""
  const paint = (code: number) => (text: string) => (colours && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { bold: paint(1), dim: paint(2), good: paint(32), bad: paint(31) }
}
