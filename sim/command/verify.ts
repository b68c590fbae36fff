import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { options } from "./options.ts"
export const verifyCommand = Command.make("verify", options, () => Effect.void)
