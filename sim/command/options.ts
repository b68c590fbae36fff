import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"

/** What `run` and `verify` share. Text, since what it means and what is wrong with it is ours to say. */
export const options = {
  scenario: Argument.String("scenario").pipe(Argument.withDescription("a bundled scenario, such as market-day, or a file that exports one: my-scenario.ts")),
  blocks: Flag.String("blocks").pipe(Flag.withMetavar("N"), Flag.withDescription("how many blocks; default: all that the given prices last for, else the scenario's own"), Flag.optional),
  seed: Flag.String("seed").pipe(Flag.withMetavar("S"), Flag.withDescription("an integer; default: the scenario's own"), Flag.optional),
  prices: Flag.String("prices").pipe(Flag.withMetavar("FILE.csv"), Flag.withDescription("recorded prices in place of the scenario's: columns timestamp and close, perhaps open, high, low"), Flag.optional),
  from: Flag.String("from").pipe(Flag.withMetavar("DATE"), Flag.withDescription("first moment of --prices, in UTC: 2020-03-08 or 2020-03-08T10:30Z"), Flag.optional),
  to: Flag.String("to").pipe(Flag.withMetavar("DATE"), Flag.withDescription("end of --prices, in UTC, exclusive"), Flag.optional),
} as const
