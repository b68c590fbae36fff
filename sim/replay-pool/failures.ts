import { TaggedError } from "effect/Data"

/** Returned when a file of a recording does not say what it must. `row` is a line number, `column` a column's name or the path of a field. */
export class MalformedRecording extends TaggedError("sim/MalformedRecording")<{
  readonly file: string
  readonly row: number
  readonly column: string
  readonly expected: string
  readonly value: string
}> {
  override get message(): string {
    const value = JSON.stringify(this.value.length > 80 ? `${this.value.slice(0, 80)}...` : this.value)
    return `${this.file}:${this.row}, column ${this.column}: ${this.expected} expected, but it is ${value}`
  }
}

/** Returned when the pool that `state.json` describes cannot be set up: its own parts, or the events, contradict it. */
export class RecordingContradictory extends TaggedError("sim/RecordingContradictory")<{
  readonly file: string
  readonly field: string
  readonly expected: string
  readonly value: string
}> {
  override get message(): string {
    return `${this.file}: ${this.field} is ${this.value}, but the rest of the recording makes it ${this.expected}`
  }
}
