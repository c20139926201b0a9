import { sql } from 'kysely';
import type { Db } from '../schema.ts';
import { WAITS_FOR_DATE, type WorkItem } from '../work-items.ts';

export interface WorkCount extends Pick<WorkItem, 'instance' | 'stage' | 'lane'> {
  readonly items: number;
  readonly oldestReceivedAt: number;
}

/** What is to be done, without what waits for a date. */
export async function countWork(db: Db): Promise<readonly WorkCount[]> {
  const rows = await db
    .selectFrom('work_item')
    .where((eb) => eb.or([eb('last_error', 'is', null), eb('last_error', '!=', WAITS_FOR_DATE)]))
    .select(['instance', 'stage', 'lane'])
    .select(sql<number | string>`count(*)`.as('items'))
    .select(sql<number | string>`min(received_at)`.as('oldest_received_at'))
    .groupBy(['instance', 'stage', 'lane'])
    .orderBy('instance')
    .orderBy('stage')
    .orderBy('lane')
    .execute();
  return rows.map((row) => ({
    instance: row.instance,
    stage: row.stage as WorkItem['stage'],
    lane: row.lane as WorkItem['lane'],
    items: Number(row.items),
    oldestReceivedAt: Number(row.oldest_received_at),
  }));
}
