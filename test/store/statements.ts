import type { CompiledQuery, KyselyPlugin, RootOperationNode } from 'kysely';
import { createQueryId } from 'kysely';
import { CompiledQuery as Query } from 'kysely';
import type { Db } from '../../src/store/schema.ts';

/** What a piece of work asked of the database. */
export interface Statements {
  readonly queries: readonly CompiledQuery[];
  /** Lines of the query plans that walk a whole table or a whole index. */
  readonly scans: readonly string[];
}

/** Runs `work` on a connection that notes its statements. */
export async function statementsOf<Connection extends Db>(
  db: Connection,
  work: (db: Connection) => Promise<unknown>,
): Promise<Statements> {
  const nodes: RootOperationNode[] = [];
  const noting: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await work(db.withPlugin(noting) as Connection);
  const queries = nodes.map((node) => db.getExecutor().compileQuery(node, createQueryId()));
  const scans: string[] = [];
  for (const query of queries) scans.push(...(await scansOf(db, query)));
  return { queries, scans };
}

async function scansOf(db: Db, query: CompiledQuery): Promise<readonly string[]> {
  const explain = Query.raw(`explain query plan ${query.sql}`, [...query.parameters]);
  const { rows } = await db.executeQuery<{ detail: string }>(explain);
  return rows.map(({ detail }) => detail).filter((detail) => detail.startsWith('SCAN') && !isCheap(detail));
}

/** One made-up row, or the elements of one document. */
function isCheap(detail: string): boolean {
  return detail === 'SCAN CONSTANT ROW' || detail.includes('VIRTUAL TABLE');
}
