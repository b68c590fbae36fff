/** The seal of a block. Two runs agree if and only if their headers agree. All digests are SHA-256, in hexadecimal. */
export interface Header {
  readonly height: number
  /** Seconds since 1970-01-01 00:00 UTC. */
  readonly time: number
  /** Root of the previous header. */
  readonly parent: string
  /** Digest of the time, the opened accounts, and the admitted transactions by the sender's slot. */
  readonly inputs: string
  /** Digest of what changed in each actor, by slot. */
  readonly changes: string
  /** Digest of replies, events and reconciled messages, by slot. */
  readonly messages: string
  /** Digest of all of the above. */
  readonly root: string
}
