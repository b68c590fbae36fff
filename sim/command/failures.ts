import { TaggedError } from "effect/Data"

/** Exit codes: what a run found is 1, what could not be understood or read is 2. */
export const FOUND = 1
export const MISUSED = 2

/** No scenario has the name, and no file is meant by it. */
export class UnknownScenario extends TaggedError("sim/UnknownScenario")<{ readonly name: string; readonly known: readonly string[] }> {
  override get message(): string {
    return `there is no scenario ${this.name}; there is ${this.known.join(", ")}, or a file such as ./my-scenario.ts`
  }
}

/** A file cannot be read. */
export class FileUnreadable extends TaggedError("sim/FileUnreadable")<{ readonly file: string; readonly problem: string }> {
  override get message(): string {
    return `${this.file} cannot be read: ${this.problem}`
  }
}

/** A file cannot be written. Nothing was run, or the run is over and its summary was told. */
export class FileUnwritable extends TaggedError("sim/FileUnwritable")<{ readonly file: string; readonly problem: string }> {
  override get message(): string {
    return `${this.file} cannot be written: ${this.problem}`
  }
}

/** A scenario's file cannot be loaded: it does not parse, imports what is not there, or throws. */
export class ScenarioUnloadable extends TaggedError("sim/ScenarioUnloadable")<{ readonly file: string; readonly problem: string }> {
  override get message(): string {
    return `${this.file} cannot be loaded as a scenario: ${this.problem}`
  }
}

/** No bundled campaign has the name, and no file is meant by it. */
export class UnknownCampaign extends TaggedError("sim/UnknownCampaign")<{ readonly name: string; readonly known: readonly string[] }> {
  override get message(): string {
    return `there is no campaign ${this.name}; there is ${this.known.join(", ")}, or a file such as ./my-campaign.ts`
  }
}

/** A campaign's file cannot be loaded. */
export class ModuleUnloadable extends TaggedError("sim/ModuleUnloadable")<{ readonly file: string; readonly problem: string }> {
  override get message(): string {
    return `${this.file} cannot be loaded as a campaign: ${this.problem}`
  }
}

/** A search was asked for without saying of what. */
export class MissingCampaign extends TaggedError("sim/MissingCampaign")<{}> {
  override get message(): string {
    return "name a campaign: a bundled protocol such as constant-product, a file such as ./my-campaign.ts, or --zoo"
  }
}

/** An option's text does not say what it must. */
export class InvalidOption extends TaggedError("sim/InvalidOption")<{ readonly option: string; readonly expected: string; readonly value: string }> {
  override get message(): string {
    return `--${this.option} must be ${this.expected}, but is ${JSON.stringify(this.value)}`
  }
}

/** The command did its work and found something wrong, and has said so. */
export class SomethingFound extends TaggedError("sim/SomethingFound")<{ readonly what: string }> {
  override get message(): string {
    return this.what
  }
}

/** An option that says nothing in the mode that was asked for. */
export class OptionWithout extends TaggedError("sim/OptionWithout")<{ readonly option: string; readonly mode: string; readonly instead: string }> {
  override get message(): string {
    return `--${this.option} means nothing with ${this.mode}; ${this.instead}`
  }
}
