import { fail, succeed, type Result } from "effect/Result"
import { BadDate } from "./failures.ts"

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.0{1,3})?)?Z)?$/

/**
 * Unix seconds of `2020-03-12` (its midnight) or `2020-03-12T10:30Z`, `2020-03-12T10:30:00Z`; always UTC.
 * Not by `Date.parse`, which reads other forms by the engine's taste and the machine's time zone.
 */
export const parseDate = (option: "from" | "to", value: string): Result<number, BadDate> => {
  const match = DATE.exec(value)
  if (match === null) return fail(new BadDate({ option, value }))
  const [year, month, day, hour, minute, second] = match.slice(1).map((digits) => Number(digits ?? 0)) as [number, number, number, number, number, number]
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(milliseconds)
  // Date.UTC carries 31 April over into May and reads the year 20 as 1920; a date is meant as it is written.
  const kept = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!kept || hour > 23 || minute > 59 || second > 59) return fail(new BadDate({ option, value }))
  return succeed(milliseconds / 1000)
}
