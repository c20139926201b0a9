import type { CompiledQuery, KyselyPlugin, RootOperationNode } from 'kysely';
import { createQueryId } from 'kysely';
import { CompiledQuery as Query } from 'kysely';
import { engineOf } from '../../src/store/engine/engine-of.ts';
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
  return engineOf(db) === 'postgres' ? postgresScans(db, query) : sqliteScans(db, query);
}

async function sqliteScans(db: Db, query: CompiledQuery): Promise<readonly string[]> {
  const explain = Query.raw(`explain query plan ${query.sql}`, [...query.parameters]);
  const { rows } = await db.executeQuery<{ detail: string }>(explain);
  return rows.map(({ detail }) => detail).filter((detail) => detail.startsWith('SCAN') && !isCheap(detail));
}

/** Made-up rows, the rows that are inserted, or the elements of one document. */
function isCheap(detail: string): boolean {
  return (
    detail === 'SCAN CONSTANT ROW' || detail.endsWith('VALUES CLAUSE') || detail.includes('VIRTUAL TABLE')
  );
}

const DEAR = ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin']
  .map((way) => `set enable_${way} = off`)
  .join('; ');

/** A small table is faster to walk than to look up in, so walking has to be made dear. */
async function postgresScans(db: Db, query: CompiledQuery): Promise<readonly string[]> {
  const explained = async (on: Db) => {
    await on.executeQuery(Query.raw(DEAR));
    const explain = Query.raw(`explain (format json) ${query.sql}`, [...query.parameters]);
    const { rows } = await on.executeQuery<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(explain);
    return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => scanNodes(Plan)));
  };
  return db.isTransaction ? explained(db) : db.connection().execute(explained);
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

function scanNodes(node: PlanNode): readonly string[] {
  const type = node['Node Type'];
  const walks = type === 'Seq Scan' || (type.startsWith('Index') && node['Index Cond'] === undefined);
  const own = walks ? [`SCAN ${node['Relation Name']} ${node['Index Name'] ?? ''}`] : [];
  return [...own, ...(node.Plans ?? []).flatMap(scanNodes)];
}
