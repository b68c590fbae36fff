import { DatabaseSync, type StatementSync } from "node:sqlite"

/**
 * The part of `better-sqlite3` that Agoric's store uses, over the SQLite that Node brings along: the package itself cannot be installed without
 * a download or a compiler. `swingset.ts` puts it in its place.
 */

class Statement {
  readonly #statement: StatementSync
  #shape: "row" | "pluck" | "raw" = "row"

  constructor(statement: StatementSync) {
    this.#statement = statement
  }

  pluck(on = true): this {
    this.#shape = on ? "pluck" : "row"
    return this
  }

  raw(on = true): this {
    this.#shape = on ? "raw" : "row"
    return this
  }

  #shaped(row: object | undefined): unknown {
    if (row === undefined || this.#shape === "row") return row
    const values = Object.values(row)
    return this.#shape === "pluck" ? values[0] : values
  }

  run(...given: any[]): unknown {
    return this.#statement.run(...given)
  }

  get(...given: any[]): unknown {
    return this.#shaped(this.#statement.get(...given))
  }

  all(...given: any[]): unknown[] {
    return this.#statement.all(...given).map((row) => this.#shaped(row))
  }

  *iterate(...given: any[]): IterableIterator<unknown> {
    for (const row of this.#statement.iterate(...given)) yield this.#shaped(row)
  }
}

class Database {
  readonly #database: DatabaseSync

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  exec(sql: string): this {
    this.#database.exec(sql)
    return this
  }

  prepare(sql: string): Statement {
    return new Statement(this.#database.prepare(sql))
  }

  close(): void {
    this.#database.close()
  }
}

/** May be called with and without `new`, as the original. */
export default function open(path: string): Database {
  return new Database(path)
}
