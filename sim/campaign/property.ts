import * as fc from "fast-check"
import { Arena } from "./arena.ts"
import type { Campaign } from "./campaign.ts"
import type { Case } from "./case.ts"
import { drawFrom } from "./draw.ts"
import { execute } from "./execution.ts"
import { freshSource } from "./fresh.ts"
import type { Finding } from "./oracle.ts"
import { shorter, smaller } from "./shrink.ts"
import { sourceOfCase } from "./source.ts"

/** What a property throws when a campaign's case breaks something. */
export class CampaignBroken extends Error {
  readonly finding: Finding

  constructor(campaign: string, finding: Finding) {
    const values = Object.entries(finding.values).map(([name, value]) => `${name} ${value}`)
    super(`${campaign}: ${finding.oracle} ${finding.detail} of ${finding.actor} is broken after step ${finding.step} (${values.join(", ")})`)
    this.name = "CampaignBroken"
    this.finding = finding
  }
}

/**
 * The cases of a campaign as a fast-check arbitrary. Amounts are made from the state that a case has come to, so it is played while it is
 * drawn; what comes out holds numbers only, and shrinks: steps, faults, decisions, then values.
 */
export const caseArbitrary = (campaign: Campaign): fc.Arbitrary<Case> => new CaseArbitrary(campaign)

class CaseArbitrary extends fc.Arbitrary<Case> {
  private readonly campaign: Campaign
  private readonly arenas = new Map<string, Arena>()

  constructor(campaign: Campaign) {
    super()
    this.campaign = campaign
  }

  override generate(random: fc.Random): fc.Value<Case> {
    const draw = drawFrom(random)
    const arena = this.arenaOf(this.campaign.parameters.map(([, values]) => draw.below(values.length)))
    return new fc.Value(execute(arena, freshSource(arena, draw)).concrete, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is Case {
    return typeof value === "object" && value !== null && "steps" in value && "decisions" in value
  }

  override shrink(value: Case): fc.Stream<fc.Value<Case>> {
    const { accounts } = this.arenaOf(value.parameters).sight
    const candidates = function* () {
      for (const candidate of shorter(value)) yield new fc.Value(candidate, undefined)
      for (const candidate of smaller(value, accounts)) yield new fc.Value(candidate, undefined)
    }
    return fc.stream(candidates())
  }

  arenaOf(parameters: readonly number[]): Arena {
    const key = parameters.join(" ")
    const arena = this.arenas.get(key) ?? new Arena(this.campaign, parameters)
    this.arenas.set(key, arena)
    return arena
  }
}

/**
 * A campaign as a fast-check property, for vitest or jest. It throws `CampaignBroken` on the first case that breaks something.
 *
 *     it("keeps what it promises", () => fc.assert(property(vault), { numRuns: 200 }))
 */
export const property = (campaign: Campaign): fc.IProperty<[Case]> => {
  const cases = new CaseArbitrary(campaign)
  return fc.property(cases, (one) => {
    const { finding } = execute(cases.arenaOf(one.parameters), sourceOfCase(one))
    if (finding !== undefined) throw new CampaignBroken(campaign.name, finding)
  })
}
