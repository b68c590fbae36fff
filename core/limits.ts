/** Everything that can grow, and how far. Reaching a limit is a typed refusal that loses nothing; property-tests hold the relations. */
export const LIMITS = {
  /** Largest amount, in smallest units. */
  amountMax: 2n ** 256n - 1n,
  /** Characters of an address. */
  addressLengthMax: 120,
  /** Characters of an asset's own name, after its issuer and the colon. */
  assetNameLengthMax: 40,
  /** Bytes of one encoded payload, and of one continuation context. */
  payloadBytesMax: 65_536,
  /** Different assets attached to one message. */
  fundsAssetsMax: 16,
  /** Different assets held by one actor; a message that would exceed it bounces. */
  holdingsMax: 65_536,
  /** Different assets issued by one actor. */
  issuedAssetsMax: 65_536,
  /** Messages that one handling sends. */
  sendsMax: 256,
  /** Events of one handling. */
  eventsMax: 256,
  /** Actors that one handling spawns. */
  spawnsMax: 16,
  /** Timers that one handling sets. */
  timersPerStepMax: 16,
  /** Timers of one actor that wait to become due. */
  timersMax: 4_096,
  /** Blocks from setting a timer to its being due. */
  timerBlocksMax: 100_000_000,
  /** Messages that wait in one mailbox before calls bounce; replies, bounces and timers always fit. */
  mailboxMax: 1_000_000,
  /** Hops from a transaction to a call; a call beyond it bounces. */
  hopsMax: 64,
  /** Hops to a reply or bounce; beyond it funds are credited and no handler runs, so that every cause ends. */
  hopsReturnMax: 128,
  /** Transactions of one block. */
  transactionsMax: 1_048_576,
  /** Height of the last block that a position can express. */
  heightMax: 2 ** 31 - 2,
  /** Actors alive, accounts included. */
  actorsMax: 16_000_000,
  /** Members of a family; larger ones are families of families. */
  familyMembersMax: 65_536,
  /** Slots that addresses hash to; slots are what is assigned to shards. */
  slots: 1_024,
} as const
