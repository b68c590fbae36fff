import * as Data from "effect/Data"

/** Errors of whoever runs a world on several threads. */

/** A shard's thread threw, was killed, ran out of memory or came to a stop. The last sealed block stands; what came after it never happened. */
export class ShardFailed extends Data.TaggedError("core/ShardFailed")<{
  readonly shard: number
  /** The block that was being made. */
  readonly height: number
  /** Whose handler ran, if one did. */
  readonly actor: string | undefined
  /** Identity of the message that it handled. */
  readonly handling: string | undefined
  readonly problem: string
}> {
  override get message(): string {
    const where = this.actor === undefined ? "" : `, while ${this.actor} handled ${this.handling}`
    return `shard ${this.shard} failed in block ${this.height}${where}: ${this.problem}`
  }
}

/** A module that shards must load cannot be loaded, or has not what the world needs. Nothing was opened. */
export class ShardUnloadable extends Data.TaggedError("core/ShardUnloadable")<{ readonly module: string; readonly problem: string }> {
  override get message(): string {
    return `shards cannot load ${this.module}: ${this.problem}`
  }
}

/** None of the modules that shards load has a definition that the world uses. Nothing was opened. */
export class DefinitionMissing extends Data.TaggedError("core/DefinitionMissing")<{ readonly definition: string; readonly modules: readonly string[] }> {
  override get message(): string {
    const where = this.modules.length === 0 ? "no modules are given" : `it is in none of ${this.modules.join(", ")}`
    return `shards do not know the definition ${this.definition}: ${where}`
  }
}

/** Two threads have different definitions of one name. Nothing was opened. */
export class DefinitionDiffers extends Data.TaggedError("core/DefinitionDiffers")<{ readonly definition: string; readonly part: string }> {
  override get message(): string {
    return `the definition ${this.definition} that shards loaded differs from the one in use in its ${this.part}`
  }
}
