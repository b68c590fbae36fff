/** The engine: declare actors, build a world, step it block by block. Protocols build on this and on nothing else. */
export { Account } from "./account.ts"
export { Actor } from "./actor.ts"
export type { Answer, BatchContext, BatchHandler, BatchStep, Call } from "./batch.ts"
export type { AnyDefinition, Bounce, Declaration, Definition, Handler, Invariant, Observed, ParamsOf, Resumption, StateOf } from "./actor.ts"
export { assetOf, isAddress, isAssetId, issuerOf, slotOf } from "./address.ts"
export { Block } from "./block.ts"
export type { ActorChange, EndedMessage, MessageRecord, Receipt } from "./block.ts"
export { ByteReader, ByteWriter, MalformedBytes } from "./bytes.ts"
export type { Aggregates, Claims, Expectations, Health, Pending, Prices, Quotient, ReadView } from "./expectations.ts"
export { List, Nullable, OneOf, Struct, Union } from "./codec.ts"
export type { Codec, Fields, Issue, Shape, Value, Values } from "./codec.ts"
export type { Context } from "./context.ts"
export { Continuation } from "./continuation.ts"
export type { AnyContinuation, Outcome, Saved } from "./continuation.ts"
export { edit } from "./edit.ts"
export type { Defect, End, Kind } from "./envelope.ts"
export * from "./errors.ts"
export type { SeriesCall, SeriesContext, SeriesHandler } from "./series.ts"
export { Event } from "./event.ts"
export type { AnyEvent, Emitted } from "./event.ts"
export {
  BUILT_IN_FAILURES,
  Defective,
  DivisionByZero,
  Expired,
  Failure,
  failure,
  HopLimit,
  InsufficientFunds,
  LimitReached,
  MailboxFull,
  NoSuchActor,
  NotIssuer,
  OutOfRange,
  SpawnRefused,
  UnknownMessage,
} from "./failure.ts"
export type { AnyFailureClass, FailureClass } from "./failure.ts"
export { Address, Amount, AssetId, Bool, Count, Height, Integer, Pips, Seconds, SignedInteger, Text, Uint, UQ112x112, Wad } from "./fields.ts"
export { Family, isMemberOf, memberOf } from "./family.ts"
export { Funds } from "./funds.ts"
export type { FundsLike } from "./funds.ts"
export { actor } from "./genesis.ts"
export type { Genesis, GenesisActor, WorldOptions } from "./genesis.ts"
export type { Header } from "./header.ts"
export { WORLD_LIMITS } from "./kernel.ts"
export type { WorldLimits } from "./kernel.ts"
export type { Interception, Intercepted } from "./intercept.ts"
export { LIMITS } from "./limits.ts"
export * from "./math/index.ts"
export { Message } from "./message.ts"
export type { AnyMessage, FailureOf, Payload, Reply } from "./message.ts"
export { Orderings } from "./ordering.ts"
export type { Arrival, Ordering } from "./ordering.ts"
export { Random } from "./random.ts"
export {
  InsufficientBalance,
  InvalidTransaction,
  NonceMismatch,
  REFUSALS,
  Unauthenticated,
  UnknownAccount,
  UnknownAsset,
} from "./refusal.ts"
export type { Refusal } from "./refusal.ts"
export type { BlockInput } from "./run-block.ts"
export { show } from "./show.ts"
export { SortedTable } from "./sorted-table.ts"
export { after, pay, Payment, payOne, request, send, spawn } from "./step.ts"
export type { Send, SendOptions, Spawn, Step, Timer } from "./step.ts"
export { Table } from "./table.ts"
export { SortedTableOf, TableOf } from "./table-codec.ts"
export { testContext } from "./test-context.ts"
export { expectInTrace, findInTrace, printTrace } from "./trace.ts"
export type { TraceNode, TracePattern } from "./trace.ts"
export { transaction } from "./transaction.ts"
export type { Transaction } from "./transaction.ts"
export { View } from "./view.ts"
export type { AnyView, Published } from "./view.ts"
export { World } from "./world.ts"
export type { Breach, SettleOptions } from "./world.ts"
export { Engine, EngineStopped, openEngine, QueueFull } from "./engine.ts"
export type { EngineService, PromiseEngine, StepError } from "./engine.ts"
export type { EngineOptions, EngineSettings, FromGenesis, FromSnapshot, LoadError, OpenError, Placement } from "./engine-options.ts"
export { DefinitionDiffers, DefinitionMissing, ShardFailed, ShardUnloadable } from "./shard/errors.ts"
export type { Source, Place } from "./shard/given.ts"
export type { GivenModule, ShardModule } from "./shard/modules.ts"
export type { Look } from "./shard/mover.ts"
export { PHASES } from "./shard/stopwatch.ts"
export type { Phase, Stretch } from "./shard/stopwatch.ts"
export { openThreadedWorld } from "./shard/threaded-world.ts"
export type { ThreadedWorld } from "./shard/threaded-world.ts"
export type { ThreadOptions } from "./shard/threads.ts"
export { encodeTransaction } from "./transaction-bytes.ts"
export type { AnyTransaction } from "./transaction-bytes.ts"
