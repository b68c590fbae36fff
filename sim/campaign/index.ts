/**
 * Campaigns: search inputs, orders and faults until a protocol breaks.
 *
 * A campaign is a value: a world, the actions that accounts may take, and what is to hold besides what the actors declare themselves
 * (`invariants`, `claims`, `health`, `prices`, `aggregates`, `pending`, see core/expectations.ts), which is always watched.
 *
 *     export const vault = Campaign.make({
 *       name: "vault",
 *       world: {
 *         accounts: { alice: { usd: 1000n }, bob: { usd: 1000n } },
 *         actors: [actor("vault", Vault, { asset: "usd" })],
 *       },
 *       actions: [
 *         action(Deposit, "vault", { funds: ["usd"] }),                              // amounts of usd out of what the sender holds
 *         action(Redeem, "vault", { payload: { shares: amounts() }, weight: 2 }),    // amounts made from the state
 *         action(SetPrice, "vault", { from: "admin", moves: "price" }),              // fields without values are made up from their types
 *       ],
 *       oracles: [Oracle.whenQuiet("attacker gains nothing", ({ world }) => ... ? undefined : { gained })],
 *       faults: true,                                                                // refused calls, full mailboxes, delays, restarts
 *     })
 *     const { failing } = check(vault, { runs: 2000, seed: 1 })                      // the shrunk case, or undefined
 *
 * Time stands still but for steps that let it pass, so that interest and staleness are choices of the run, too.
 */
export { action, actionsOf, anyFunds } from "./action.ts"
export type { Action, ActionOptions } from "./action.ts"
export { Campaign } from "./campaign.ts"
export type { CampaignDeclaration, Objective, Parameters } from "./campaign.ts"
export { FAULT_KINDS, FAULTS_OF_ANY_CHAIN } from "./case.ts"
export type { Case, Decision, Fault, FaultKind, Sending, Step } from "./case.ts"
export { check } from "./check.ts"
export type { CheckOptions, CheckReport, Failing, Progress } from "./check.ts"
export { chance, pick } from "./draw.ts"
export type { Draw } from "./draw.ts"
export * from "./failures.ts"
export { orderMatrix } from "./order-matrix.ts"
export type { OrderCell, OrderMatrix, OrderMatrixOptions } from "./order-matrix.ts"
export { Oracle } from "./oracle.ts"
export type { Broken, Finding, Moment, Watch } from "./oracle.ts"
export { authorityFromSnapshot, limitHonoured, metamorphic, noProfit, sameTotals, worthOf } from "./oracles.ts"
export type { Variant } from "./oracles.ts"
export { reactiveUser } from "./reactive-user.ts"
export type { ReactiveUser } from "./reactive-user.ts"
export { Schedules } from "./schedule.ts"
export type { Schedule, Strategy } from "./schedule.ts"
export { amounts, amountUpTo, anybody, heldAmount, lists, NOBODY } from "./values.ts"
export type { Drawing, Values } from "./values.ts"
export { relativeTo } from "./relative.ts"
export type { Relative, Source } from "./relative.ts"
export { explore, exploreCampaign } from "./explore.ts"
export type { Exploration, ExploreCampaignOptions, ExploreOptions, ExploreReport } from "./explore.ts"
export { exploreInParallel } from "./explore-parallel.ts"
export { checkInParallel } from "./check-parallel.ts"
export type { Origin, ParallelOptions } from "./check-parallel.ts"
export { Arena } from "./arena.ts"
export { loadCase, saveCase } from "./case-file.ts"
export type { SavedCase } from "./case-file.ts"
export { loadCorpus, saveCorpus } from "./corpus.ts"
export type { SavedCorpus } from "./corpus.ts"
export { execute } from "./execution.ts"
export type { Outcome } from "./execution.ts"
export { sourceOfCase } from "./source.ts"
export type { Source as ChoiceSource } from "./source.ts"
export { minimise } from "./minimise.ts"
export { CampaignBroken, caseArbitrary, property } from "./property.ts"
export { replay, replayCase } from "./replay.ts"
export type { Replay } from "./replay.ts"
export { chart } from "./chart.ts"
export { casePage } from "./html.ts"
export { zooTable } from "./zoo-table.ts"
export type { ZooOptions, ZooRow, ZooTable } from "./zoo-table.ts"
export { campaigns } from "../campaigns/index.ts"
export { zooEntry } from "./zoo.ts"
export type { ZooEntry } from "./zoo.ts"
