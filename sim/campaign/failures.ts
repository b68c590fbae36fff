import { TaggedError } from "effect/Data"

/** What is wrong with a campaign itself, or with what it is given; each says what to do. */

/** Nothing can happen in the campaign. */
export class NoActions extends TaggedError("sim/NoActions")<{ readonly campaign: string }> {
  override get message(): string {
    return `the campaign ${this.campaign} has no actions; give it some with action(message, to), or all with actionsOf(world)`
  }
}

/** A part of a campaign's declaration does not fit. */
export class InvalidCampaign extends TaggedError("sim/InvalidCampaign")<{ readonly campaign: string; readonly field: string; readonly expected: string; readonly value: string }> {
  override get message(): string {
    return `the campaign ${this.campaign}: ${this.field} must be ${this.expected}, but is ${this.value}`
  }
}

/** An oracle, or what an actor declares for one, threw: no verdict is possible. */
export class OracleThrew extends TaggedError("sim/OracleThrew")<{ readonly campaign: string; readonly oracle: string; readonly actor: string; readonly problem: string }> {
  override get message(): string {
    return `the oracle ${this.oracle} threw on ${this.actor} in the campaign ${this.campaign}: ${this.problem}; an oracle must give values or undefined for every state`
  }
}

/** The world does not keep its own promises before anything happened. */
export class WorldAlreadyBroken extends TaggedError("sim/WorldAlreadyBroken")<{
  readonly campaign: string
  readonly oracle: string
  readonly actor: string
  readonly detail: string
  readonly values: { readonly [name: string]: string }
}> {
  override get message(): string {
    const values = Object.entries(this.values).map(([name, value]) => `${name} ${value}`)
    return `the world of the campaign ${this.campaign} is broken before the first step: ${this.oracle} ${this.detail} of ${this.actor} (${values.join(", ")}); repair its genesis`
  }
}

/** A saved case is not one, or is damaged. */
export class InvalidCase extends TaggedError("sim/InvalidCase")<{ readonly field: string; readonly expected: string; readonly value: string }> {
  override get message(): string {
    return `the case's ${this.field} must be ${this.expected}, but is ${this.value}`
  }
}

/** A saved case belongs to other definitions or another genesis than the campaign has now. */
export class CaseOfOtherDefinitions extends TaggedError("sim/CaseOfOtherDefinitions")<{ readonly campaign: string; readonly saved: string; readonly present: string }> {
  override get message(): string {
    return `the case was saved from definitions ${this.saved}, but the campaign ${this.campaign} has ${this.present}: check out the version that saved it, or delete the case and search anew`
  }
}

/** A schedule of the user's own lost, added or swapped messages of one sender. */
export class OrderNotAllowed extends TaggedError("sim/OrderNotAllowed")<{ readonly campaign: string; readonly schedule: string; readonly problem: string }> {
  override get message(): string {
    return `the schedule ${this.schedule} of the campaign ${this.campaign} breaks first-in first-out: ${this.problem}; it may only choose among the senders`
  }
}

/** The campaign has no objective of the name. */
export class UnknownObjective extends TaggedError("sim/UnknownObjective")<{ readonly campaign: string; readonly name: string; readonly known: readonly string[] }> {
  override get message(): string {
    return `the campaign ${this.campaign} has no objective ${this.name}; ${this.known.length === 0 ? "it has none: give it `objectives`" : `it has ${this.known.join(", ")}`}`
  }
}

/** An option of a check is out of its range. */
export class InvalidCheckOption extends TaggedError("sim/InvalidCheckOption")<{ readonly option: string; readonly expected: string; readonly value: string }> {
  override get message(): string {
    return `${this.option} must be ${this.expected}, but is ${this.value}`
  }
}
