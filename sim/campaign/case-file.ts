import { isAddress, show, type AnyMessage } from "../../core/index.ts"
import type { Arena } from "./arena.ts"
import { FAULT_KINDS, type Case, type Decision, type Fault, type Sending, type Step } from "./case.ts"
import { CaseOfOtherDefinitions, InvalidCase } from "./failures.ts"
import type { Finding } from "./oracle.ts"

/** A case as it is saved: plain JSON, amounts as decimal strings. */

const FORMAT = "blockstep case 1"

export interface SavedCase {
  readonly format: typeof FORMAT
  readonly campaign: string
  /** The file that exports the campaign, from the case's own folder or from where the command was given. */
  readonly module?: string | undefined
  /** Of the genesis and the forms of the definitions. */
  readonly definitions: string
  readonly seed: string
  readonly run: number
  readonly finding: Finding
  readonly parameters: readonly number[]
  readonly steps: readonly unknown[]
  readonly decisions: readonly Decision[]
  readonly faults: readonly Fault[]
}

/** Makes a case with numbers only into plain JSON. */
export const saveCase = (
  arena: Arena,
  found: { readonly case: Case; readonly finding: Finding },
  origin: { readonly seed: bigint; readonly index: number; readonly module?: string | undefined },
): SavedCase => ({
  format: FORMAT,
  campaign: arena.campaign.name,
  ...(origin.module !== undefined && { module: origin.module }),
  definitions: arena.fingerprint,
  seed: String(origin.seed),
  run: origin.index,
  finding: found.finding,
  ...caseToJson(arena, found.case),
})

/** What a case itself is, without where it is from; numbers only. */
export type PlainCase = Pick<SavedCase, "parameters" | "steps" | "decisions" | "faults">

export const caseToJson = (arena: Arena, { parameters, steps, decisions, faults }: Case): PlainCase => ({
  parameters,
  steps: steps.map((step) => stepToJson(arena, step)),
  decisions,
  faults,
})

const stepToJson = (arena: Arena, { action, send, seconds, blocks }: Step): unknown => ({
  action,
  ...(send !== undefined && {
    send: {
      from: send.from,
      to: send.to,
      message: send.message,
      payload: arena.messages.get(send.message)?.payload.toJson(send.payload as never),
      funds: Object.fromEntries(Object.entries(send.funds).map(([asset, amount]) => [asset, String(amount)])),
    },
  }),
  ...(seconds > 0 && { seconds }),
  ...(blocks !== undefined && { blocks }),
})

const refuse = (field: string, expected: string, value: unknown): never => {
  throw new InvalidCase({ field, expected, value: show(value) })
}

export type Loose = { readonly [name: string]: unknown }

export const objectAt = (field: string, value: unknown): Loose => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : refuse(field, "an object", value))
export const listAt = (field: string, value: unknown): readonly unknown[] => (Array.isArray(value) ? value : refuse(field, "a list", value))
export const textAt = (field: string, value: unknown): string => (typeof value === "string" && value !== "" ? value : refuse(field, "a word", value))
const numberAt = (field: string, value: unknown, least = 0): number =>
  Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : refuse(field, `an integer from ${least}`, value)

/** What a saved case says about itself, before its campaign is known. Throws `InvalidCase`. */
export const headOf = (json: unknown): { readonly campaign: string; readonly module: string | undefined; readonly parameters: readonly number[] } => {
  const saved = objectAt("whole", json)
  if (saved["format"] !== FORMAT) refuse("format", `"${FORMAT}"`, saved["format"])
  return {
    campaign: textAt("campaign", saved["campaign"]),
    module: saved["module"] === undefined ? undefined : textAt("module", saved["module"]),
    parameters: parametersOf(saved),
  }
}

/** Reads a saved case for the campaign that it belongs to. Throws `InvalidCase` or `CaseOfOtherDefinitions`. */
export const loadCase = (arena: Arena, json: unknown): { readonly case: Case; readonly finding: Finding } => {
  headOf(json)
  const saved = json as Loose
  const definitions = textAt("definitions", saved["definitions"])
  if (definitions !== arena.fingerprint) throw new CaseOfOtherDefinitions({ campaign: arena.campaign.name, saved: definitions, present: arena.fingerprint })
  return { case: caseFromJson(arena, saved), finding: findingFromJson(objectAt("finding", saved["finding"])) }
}

/** Reads a case itself; `arena` has its parameters. Throws `InvalidCase`. */
export const caseFromJson = (arena: Arena, saved: Loose): Case => ({
  parameters: parametersOf(saved),
  steps: listAt("steps", saved["steps"]).map((step, at) => stepFromJson(arena, objectAt(`steps[${at}]`, step), `steps[${at}]`)),
  decisions: listAt("decisions", saved["decisions"]).map((one, at) => decisionFromJson(objectAt(`decisions[${at}]`, one), `decisions[${at}]`)),
  faults: listAt("faults", saved["faults"]).map((one, at) => faultFromJson(objectAt(`faults[${at}]`, one), `faults[${at}]`)),
})

/** Which of a campaign's worlds a saved case is of. */
export const parametersOf = (saved: Loose): readonly number[] => listAt("parameters", saved["parameters"]).map((value, at) => numberAt(`parameters[${at}]`, value))

const stepFromJson = (arena: Arena, step: Loose, field: string): Step => ({
  action: textAt(`${field}.action`, step["action"]),
  ...(step["send"] !== undefined && { send: sendFromJson(arena, objectAt(`${field}.send`, step["send"]), `${field}.send`) }),
  seconds: step["seconds"] === undefined ? 0 : numberAt(`${field}.seconds`, step["seconds"]),
  blocks: step["blocks"] === undefined ? undefined : numberAt(`${field}.blocks`, step["blocks"]),
})

const sendFromJson = (arena: Arena, send: Loose, field: string): Sending => {
  const name = textAt(`${field}.message`, send["message"])
  const message = (arena.messages.get(name) ?? refuse(`${field}.message`, "a message that the campaign's actors handle", name)) as AnyMessage
  const payload = message.payload.fromJson(send["payload"])
  const issue = message.payload.check(payload)
  if (issue !== undefined) refuse(`${field}.payload${issue.path === "" ? "" : `.${issue.path}`}`, issue.expected, issue.value)
  const funds = Object.entries(objectAt(`${field}.funds`, send["funds"])).map(([asset, amount]) => {
    if (typeof amount !== "string" || !/^\d{1,78}$/.test(amount)) refuse(`${field}.funds.${asset}`, "an amount in decimal digits", amount)
    return [asset, BigInt(amount as string)] as const
  })
  const addressAt = (name_: "from" | "to"): string => (isAddress(send[name_]) ? (send[name_] as string) : refuse(`${field}.${name_}`, "an address", send[name_]))
  return { from: addressAt("from"), to: addressAt("to"), message: name, payload, funds: Object.fromEntries(funds) }
}

const decisionFromJson = (decision: Loose, field: string): Decision => ({
  step: numberAt(`${field}.step`, decision["step"]),
  block: numberAt(`${field}.block`, decision["block"]),
  actor: textAt(`${field}.actor`, decision["actor"]),
  at: numberAt(`${field}.at`, decision["at"]),
  choice: numberAt(`${field}.choice`, decision["choice"], 1),
})

const faultFromJson = (fault: Loose, field: string): Fault => {
  const kind = FAULT_KINDS.find((one) => one === fault["kind"]) ?? (refuse(`${field}.kind`, `one of ${FAULT_KINDS.join(", ")}`, fault["kind"]) as never)
  const place = { kind, step: numberAt(`${field}.step`, fault["step"]), nth: numberAt(`${field}.nth`, fault["nth"]) }
  return fault["blocks"] === undefined ? place : { ...place, blocks: numberAt(`${field}.blocks`, fault["blocks"], 1) }
}

const findingFromJson = (finding: Loose): Finding => ({
  oracle: textAt("finding.oracle", finding["oracle"]),
  actor: textAt("finding.actor", finding["actor"]),
  detail: typeof finding["detail"] === "string" ? finding["detail"] : refuse("finding.detail", "a text", finding["detail"]),
  values: objectAt("finding.values", finding["values"]) as { readonly [name: string]: string },
  height: numberAt("finding.height", finding["height"]),
  step: numberAt("finding.step", finding["step"]),
})
