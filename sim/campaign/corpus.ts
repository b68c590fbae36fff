import { show } from "../../core/index.ts"
import { Arena } from "./arena.ts"
import type { Campaign } from "./campaign.ts"
import type { Case } from "./case.ts"
import { caseFromJson, caseToJson, listAt, objectAt, parametersOf, textAt, type PlainCase } from "./case-file.ts"
import { Coverage } from "./coverage.ts"
import { execute } from "./execution.ts"
import { CaseOfOtherDefinitions, InvalidCase } from "./failures.ts"
import { CORPUS_MAX, type RunResult, type Searcher } from "./search.ts"
import { sourceOfCase } from "./source.ts"

/**
 * The runs of a campaign that reached something new, kept from one search to the next: replayed first, and gone on with. A corpus belongs to
 * the definitions that its runs were played with: their forms, not their code, so that it shows at once what a change of the code broke.
 */

const FORMAT = "blockstep corpus 1"

export interface SavedCorpus {
  readonly format: typeof FORMAT
  readonly campaign: string
  /** Of the campaign's first world; see `fingerprintOf`. */
  readonly definitions: string
  readonly cases: readonly PlainCase[]
}

/** The fingerprint that a campaign's corpus is kept under. */
export const corpusKey = (campaign: Campaign): string => new Arena(campaign, campaign.parameters.map(() => 0)).fingerprint

/**
 * Those of the cases that still teach something, as plain JSON: each is played again, in order, and kept if it fails or reaches what none
 * before it did.
 */
export const saveCorpus = (searcher: Searcher, cases: readonly Case[]): SavedCorpus => {
  const { campaign, arenaOf } = searcher
  const seen = new Set<number>()
  const kept: PlainCase[] = []
  const told = new Set<string>()
  for (const one of cases) {
    if (kept.length >= CORPUS_MAX) break
    const arena = arenaOf(one.parameters)
    const coverage = new Coverage()
    const outcome = execute(arena, sourceOfCase(one), { coverage })
    const { size } = seen
    for (const feature of coverage.features) seen.add(feature)
    if (seen.size === size && outcome.finding === undefined) continue
    const plain = caseToJson(arena, outcome.concrete)
    const text = JSON.stringify(plain)
    if (!told.has(text)) kept.push(plain)
    told.add(text)
  }
  return { format: FORMAT, campaign: campaign.name, definitions: corpusKey(campaign), cases: kept }
}

/** Reads a corpus for the campaign that it belongs to. Throws `InvalidCase` or `CaseOfOtherDefinitions`. */
export const loadCorpus = (campaign: Campaign, json: unknown): readonly Case[] => {
  const saved = objectAt("whole", json)
  if (saved["format"] !== FORMAT) throw new InvalidCase({ field: "format", expected: `"${FORMAT}"`, value: show(saved["format"]) })
  const name = textAt("campaign", saved["campaign"])
  if (name !== campaign.name) throw new InvalidCase({ field: "campaign", expected: campaign.name, value: name })
  const definitions = textAt("definitions", saved["definitions"])
  const present = corpusKey(campaign)
  if (definitions !== present) throw new CaseOfOtherDefinitions({ campaign: name, saved: definitions, present })
  const arenas = new Map<string, Arena>()
  return listAt("cases", saved["cases"]).map((one, at) => {
    const loose = objectAt(`cases[${at}]`, one)
    const parameters = parametersOf(loose)
    const outside = parameters.length !== campaign.parameters.length || parameters.some((index, place) => index >= (campaign.parameters[place]?.[1].length ?? 0))
    if (outside) throw new InvalidCase({ field: `cases[${at}].parameters`, expected: "an index for each of the campaign's parameters", value: parameters.join(", ") })
    const arena = arenas.get(parameters.join(" ")) ?? new Arena(campaign, parameters)
    arenas.set(parameters.join(" "), arena)
    return caseFromJson(arena, loose)
  })
}

/** Plays a corpus before a search, up to the first case that fails: as if its cases were runs before the first. */
export const playCorpus = (searcher: Searcher, cases: readonly Case[]): readonly RunResult[] => {
  const results: RunResult[] = []
  for (const [index, one] of cases.entries()) {
    const result = searcher.play(index, searcher.arenaOf(one.parameters), () => sourceOfCase(one))
    results.push(result)
    if (result.finding !== undefined) break
  }
  return results
}
