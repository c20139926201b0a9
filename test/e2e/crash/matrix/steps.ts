import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import type { SQLInputValue, SQLOutputValue, StatementResultingChanges } from 'node:sqlite';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { findOperation } from '../../../../src/simulator/operations.ts';
import { commitName } from './step-name.ts';
import type { Written } from './step-name.ts';

/**
 * Tells each step of this process that outlasts it, right after it was made: a transaction that changed something, when
 * COMMIT has returned and nobody knows yet; and a call that changed Connect, when its answer is there and nobody has
 * read it. What lies between two steps is forgotten by whoever is killed there.
 */
export function watchSteps(onStep: (name: string) => void): void {
  watchCommits(onStep);
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as Answered;
    if (dead.hosts.has(String(request.getHeader('host')))) return;
    const name = findOperation(request.method, request.path.split('?', 1)[0]!)?.operation.name ?? '';
    if (CHANGES_CONNECT.test(name) && response.statusCode! < 300) onStep(`${name} made`);
  });
}

interface Answered {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
}

const CHANGES_CONNECT = /^(Create|Update|Delete|Tag|Untag|Associate|Disassociate|Put)/;

/** The store writes on one connection, one transaction after the other. */
function watchCommits(onStep: (name: string) => void): void {
  const transaction: Written[] = [];
  let savepoint = 0;
  const note = (sql: string, parameters: readonly unknown[], changes: number) => {
    if (sql === 'begin immediate') transaction.length = 0;
    else if (sql === 'savepoint write') savepoint = transaction.length;
    else if (sql === 'rollback to savepoint write') transaction.length = savepoint;
    else if (sql === 'commit' && transaction.length > 0) onStep(commitName(transaction.splice(0)));
    else if (changes > 0 && WRITES.test(sql)) transaction.push({ sql, parameters });
  };
  const { run, all } = StatementSync.prototype as unknown as Statement;
  Object.assign(StatementSync.prototype, {
    run(this: StatementSync, ...parameters: SQLInputValue[]) {
      refuseDead(this);
      const result = run.apply(this, parameters);
      note(this.sourceSQL, parameters, Number(result.changes));
      return result;
    },
    all(this: StatementSync, ...parameters: SQLInputValue[]) {
      refuseDead(this);
      const rows = all.apply(this, parameters);
      note(this.sourceSQL, parameters, rows.length);
      return rows;
    },
  });
}

/** With positional parameters only, as the store uses it. */
interface Statement {
  readonly run: (...parameters: SQLInputValue[]) => StatementResultingChanges;
  readonly all: (...parameters: SQLInputValue[]) => Record<string, SQLOutputValue>[];
}

const WRITES = /^(insert|update|delete)/;

/** Statements by the folder of their database. */
const folderOf = new WeakMap<StatementSync, string>();
const dead = { folders: new Set<string>(), hosts: new Set<string>() };

/**
 * Cuts off a bridge of this process as a kill would: from now on it reads and writes nothing of its store, and sends
 * nothing to Connect.
 */
export function cutOff(folder: string, connectUrl: string): void {
  dead.folders.add(folder);
  dead.hosts.add(new URL(connectUrl).host);
}

export function isCutOff(folder: string): boolean {
  return dead.folders.has(folder);
}

/** Before any store is opened. */
export function watchLives(): void {
  const { prepare } = DatabaseSync.prototype as { readonly prepare: (sql: string) => StatementSync };
  Object.assign(DatabaseSync.prototype, {
    prepare(this: DatabaseSync, sql: string) {
      const statement = prepare.call(this, sql);
      folderOf.set(statement, dirname(this.location() ?? ''));
      return statement;
    },
  });
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (dead.hosts.has(String(request.getHeader('host')))) request.destroy();
  });
}

function refuseDead(statement: StatementSync): void {
  if (dead.folders.has(folderOf.get(statement) ?? '')) throw new Error('this bridge was cut off');
}
