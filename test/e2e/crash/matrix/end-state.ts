import type { Simulator } from '../../../../src/simulator/simulator.ts';
import { listAudit } from '../../../../src/store/audit.ts';
import type { Life } from './life.ts';

/** All that a story leaves behind, with names for ids and without times, so that two runs can be compared. */
export async function endState({ runtime, idp, memory }: Life, simulator: Simulator) {
  const { read } = runtime.store;
  const { users, quickConnects } = simulator.operator.snapshot(runtime.config.instances['uk']!.instanceId);
  const named = namer([
    ...[...memory.ids].map(([name, id]) => [id, name] as const),
    ...users.map(({ id, username }) => [id, username] as const),
  ]);
  const links = await read.selectFrom('link').selectAll().orderBy('seq').execute();
  const leavers = await read.selectFrom('leaver').selectAll().orderBy('user_name').execute();
  const effects = await read.selectFrom('guard_effect').selectAll().orderBy('user_id').execute();
  const work = await read.selectFrom('work_item').selectAll().execute();
  return {
    scim: named({ users: await idp.all('/Users'), groups: await idp.all('/Groups') }),
    connect: named({ users, quickConnects }),
    links: sorted(
      named(
        links.map((link) => ({
          ...pick(link, ['user_id', 'instance', 'username', 'lifecycle', 'sync', 'reason', 'last_applied']),
          ...pick(link, ['agent_status_id', 'creating', 'retiring', 'quick_connects', 'expired']),
          snapshot: accessOf(link.snapshot),
          suspended: link.suspended_at !== null,
          deleted: link.scim_deleted_at !== null,
        })),
      ),
    ),
    leavers: leavers.map(({ user_name, cause, held_at, approved_at, removed_at }) => ({
      user_name,
      cause,
      held: held_at !== null,
      approved: approved_at !== null,
      removed: removed_at !== null,
    })),
    effects: sorted(named(effects.map(({ counted_at: _at, ...rest }) => rest))),
    work: work.length,
    audit: named(await audit(runtime)) as Awaited<ReturnType<typeof audit>>,
  };
}

/** What was told of each user, group and mapping, in order. */
async function audit({ store }: Life['runtime']): Promise<Record<string, readonly string[]>> {
  const { items } = await listAudit(store.read, { limit: 1_000 });
  const about = Map.groupBy(items.toReversed(), ({ userId, groupId }) => userId ?? groupId ?? 'mapping');
  return Object.fromEntries(
    [...about].map(([id, entries]) => [
      id,
      entries.map(
        ({ actor, action, detail }) => `${actor} ${action} ${JSON.stringify(detail['change'] ?? '')}`,
      ),
    ]),
  );
}

/** Who could not be read before he was suspended has a snapshot of what was last seen. */
function accessOf(snapshot: string | null) {
  if (snapshot === null) return null;
  const { securityProfileIds, routingProfileId } = JSON.parse(snapshot) as Record<string, unknown>;
  return { securityProfileIds, routingProfileId };
}

function pick<Row extends object, Name extends keyof Row>(row: Row, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function sorted(rows: unknown): readonly string[] {
  return (rows as readonly object[]).map((row) => JSON.stringify(row)).sort();
}

/** The same text for the same things: ids differ from run to run. */
function namer(names: readonly (readonly [string, string])[]) {
  return (value: unknown): unknown => {
    const text = names.reduce((all, [id, name]) => all.replaceAll(id, name), JSON.stringify(value));
    return JSON.parse(text.replaceAll(/"(created|lastModified)":"[^"]*"/g, '"$1":""'));
  };
}
