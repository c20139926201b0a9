import { sql } from 'kysely';
import { engineOf } from '../engine/engine-of.ts';
import type { Db, Tx } from '../schema.ts';

/** That one process, and no other, may call Connect in an account and Region. */
export interface Ownership {
  /** `account/region`. */
  readonly scope: string;
  /** Raised by each change of hands: who has an older one has been replaced. */
  readonly epoch: number;
}

/** @returns null while another process holds it; `lapsed` when one did and never let go, so it may still be calling */
export async function acquireOwnership(
  tx: Tx,
  scope: string,
  { holder, leaseMs }: { readonly holder: string; readonly leaseMs: number },
): Promise<(Ownership & { readonly lapsed: boolean }) | null> {
  const now = await databaseNow(tx);
  const before = await tx.selectFrom('owner').selectAll().where('scope', '=', scope).executeTakeFirst();
  if (before && before.expires_at > now) return null;
  const epoch = (before?.epoch ?? 0) + 1;
  const columns = { holder, epoch, expires_at: now + leaseMs };
  await tx
    .insertInto('owner')
    .values({ scope, ...columns })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet(columns))
    .execute();
  return { scope, epoch, lapsed: (before?.expires_at ?? RELEASED) !== RELEASED };
}

/** @returns false when another process has it by now */
export async function renewOwnership(tx: Tx, { scope, epoch }: Ownership, leaseMs: number): Promise<boolean> {
  const expiresAt = (await databaseNow(tx)) + leaseMs;
  return updateOwn(tx, { scope, epoch }, expiresAt);
}

/** Lets the next process take it at once. */
export async function releaseOwnership(tx: Tx, ownership: Ownership): Promise<void> {
  await updateOwn(tx, ownership, RELEASED);
}

/** Whether it has not changed hands, which nobody can do before a transaction that asks this has ended. */
export async function holdsOwnership(tx: Tx, { scope, epoch }: Ownership): Promise<boolean> {
  const row = await tx.selectFrom('owner').select('epoch').where('scope', '=', scope).executeTakeFirst();
  return row?.epoch === epoch;
}

/** Who holds each scope now, by scope. */
export async function holders(db: Db): Promise<ReadonlyMap<string, string>> {
  const now = await databaseNow(db);
  const rows = await db
    .selectFrom('owner')
    .select(['scope', 'holder'])
    .where('expires_at', '>', now)
    .execute();
  return new Map(rows.map(({ scope, holder }) => [scope, holder]));
}

const RELEASED = 0;

async function updateOwn(tx: Tx, { scope, epoch }: Ownership, expiresAt: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('owner')
    .set({ expires_at: expiresAt })
    .where('scope', '=', scope)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** UTC milliseconds of the one clock that all processes share: their own may differ. */
async function databaseNow(db: Db): Promise<number> {
  const { rows } =
    engineOf(db) === 'postgres'
      ? await sql<{
          now: number;
        }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
      : await sql<{ now: number }>`select cast(unixepoch('subsec') * 1000 as integer) as now`.execute(db);
  return rows[0]!.now;
}
