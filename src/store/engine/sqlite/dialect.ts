import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { DatabaseConnection, Dialect, QueryResult, SqliteDatabase, SqliteStatement } from 'kysely';
import { CompiledQuery, SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { LoopTurnIsDue } from './loop-turns.ts';
import { loopTurns } from './loop-turns.ts';

/**
 * Preparing costs more than running a lookup (measured: 51 000/s prepared anew, 152 000/s cached). Lists of
 * values make many texts of one query, so the cache forgets what was not used lately.
 */
const CACHED_STATEMENTS = 500;

/** Kysely over one node:sqlite connection, which Kysely lends to one transaction or query at a time. */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const cached = cachedDatabase(database);
  const turnIsDue = loopTurns();
  return {
    createAdapter: () => new NodeSqliteAdapter(cached, turnIsDue),
    createDriver: () => new ImmediateDriver(cached, turnIsDue),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** SQLite rolls back CREATE TABLE like any write, so a migration is all or nothing. */
export class NodeSqliteAdapter extends SqliteAdapter {
  readonly #database: SqliteDatabase;
  readonly turnIsDue: LoopTurnIsDue;

  constructor(database: SqliteDatabase, turnIsDue: LoopTurnIsDue) {
    super();
    this.#database = database;
    this.turnIsDue = turnIsDue;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Runs a statement on the connection itself, at once. */
  rows(sql: string, parameters: readonly unknown[]): readonly unknown[] {
    const statement = this.#database.prepare(sql);
    if (statement.reader) return statement.all(parameters);
    statement.run(parameters);
    return [];
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #turnIsDue: LoopTurnIsDue;

  constructor(database: SqliteDatabase, turnIsDue: LoopTurnIsDue) {
    super({ database });
    this.#turnIsDue = turnIsDue;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new YieldingConnection(await super.acquireConnection(), this.#turnIsDue);
  }

  /** Deferred, a transaction that reads first and writes later can fail half-way; immediate, only here. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class YieldingConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #turnIsDue: LoopTurnIsDue;

  constructor(connection: DatabaseConnection, turnIsDue: LoopTurnIsDue) {
    this.#connection = connection;
    this.#turnIsDue = turnIsDue;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#turnIsDue()) await nextLoopTurn();
    return this.#connection.executeQuery<Row>(query);
  }

  /** A cached statement that is being iterated would be reset by its next user. Lists are paged instead. */
  streamQuery(): never {
    throw new Error('Streaming is not supported: page by key.');
  }
}

function cachedDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new LRUCache<string, SqliteStatement>({ max: CACHED_STATEMENTS });
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known) return known;
      const statement = kyselyStatement(database.prepare(sql));
      statements.set(sql, statement);
      return statement;
    },
  };
}

function kyselyStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...sqliteValues(parameters)),
    run: (parameters) => statement.run(...sqliteValues(parameters)),
    iterate: () => {
      throw new Error('Streaming is not supported: page by key.');
    },
  };
}

/** node:sqlite takes an object in front for named parameters and stores NULL, a Date for one. */
function sqliteValues(parameters: readonly unknown[]): SQLInputValue[] {
  for (const value of parameters) {
    if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      throw new TypeError(`A ${value.constructor.name} cannot be stored: pass text or a number.`);
    }
  }
  return parameters as SQLInputValue[];
}
