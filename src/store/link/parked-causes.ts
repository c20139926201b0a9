import { sql } from 'kysely';
import { engineOf } from '../engine/engine-of.ts';
import type { Db } from '../schema.ts';

/** One thing to put right, and how many users wait for it. */
export interface ParkedCause {
  readonly instance: string;
  /** Of the ParkReason that the users have. */
  readonly code: string;
  readonly remedy: string;
  readonly users: number;
}

/** What users are parked for, the cause of most of them first. Users with the same code and remedy are one. */
export async function parkedCauses(db: Db): Promise<readonly ParkedCause[]> {
  const reasons = db
    .selectFrom('link')
    .select(['instance', member(db, 'code').as('code'), member(db, 'remedy').as('remedy')])
    .where('sync', '=', 'parked')
    .where('reason', 'is not', null);
  const rows = await db
    .selectFrom(reasons.as('parked'))
    .select(['instance', 'code', 'remedy', sql<number | string>`count(*)`.as('users')])
    .groupBy(['instance', 'code', 'remedy'])
    .orderBy(sql`count(*)`, 'desc')
    .orderBy('instance')
    .orderBy('code')
    .orderBy('remedy')
    .limit(MAX_CAUSES)
    .execute();
  return rows.map(({ users, ...cause }) => ({ ...cause, users: Number(users) }));
}

/** More than one person puts right in a day. */
const MAX_CAUSES = 200;

function member(db: Db, name: 'code' | 'remedy') {
  return engineOf(db) === 'postgres'
    ? sql<string>`(reason::json ->> ${sql.lit(name)})`
    : sql<string>`(reason ->> ${sql.lit(name)})`;
}
