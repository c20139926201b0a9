import { parseFilter } from '../../scim/filter/parse-filter.ts';
import { memberCount } from '../../store/group-members.ts';
import { pinsOf } from '../../store/group-pins.ts';
import { findGroups } from '../../store/groups.ts';
import { directoryOf } from '../../sync/admin/plan.ts';
import type { Runtime } from '../../sync/runtime.ts';

interface GroupQuery {
  /** The default one when left out. */
  readonly directory?: string;
  /** Part of the displayName, in any case. */
  readonly q?: string;
  /** `nextCursor` of the page before. */
  readonly cursor?: number;
  readonly limit: number;
}

/** The groups of a directory in order of creation, and the names by which the mapping knows them. */
export async function listGroups(runtime: Runtime, { directory: alias, q, cursor = 1, limit }: GroupQuery) {
  const directory = directoryOf(runtime, alias);
  const db = runtime.store.read;
  const filter =
    q === undefined ? null : parseFilter(`displayName co ${JSON.stringify(q)}`, directory.schema.group);
  const page = { filter, startIndex: cursor, count: limit };
  const { rows, totalResults } = await findGroups(runtime.store, directory.alias, page);
  const pins = [...(await pinsOf(db, directory.alias))];
  const next = cursor + rows.length;
  return {
    items: await Promise.all(
      rows.map(async ({ id, displayName, externalId, modifiedAt }) => ({
        groupId: id,
        directory: directory.alias,
        displayName,
        externalId,
        members: await memberCount(db, id),
        pinnedAs: pins.filter(([, groupId]) => groupId === id).map(([name]) => name),
        modifiedAt: new Date(modifiedAt).toISOString(),
      })),
    ),
    nextCursor: next > totalResults ? null : next,
  };
}
