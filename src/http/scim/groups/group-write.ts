import { matchesFilter } from '../../../scim/filter/matches-filter.ts';
import type { Filter } from '../../../scim/filter/filter.ts';
import type { GroupChange } from '../../../scim/patch/group-patch.ts';
import type { ScimGroupInput } from '../../../scim/resource.ts';
import {
  addMembers,
  memberPages,
  relabelMembers,
  removeAllMembers,
  removeMembers,
  replaceMembers,
} from '../../../store/group-members.ts';
import type { StoredGroup } from '../../../store/groups.ts';
import { touchGroup, updateGroup } from '../../../store/groups.ts';
import type { Tx } from '../../../store/schema.ts';

/** What a write did to a group. */
export interface GroupWrite {
  /** With its new version, or as it was when nothing changed. */
  readonly group: StoredGroup;
  /** The group's displayName or externalId changed, so a rule may see all its members differently. */
  readonly renamed: boolean;
  /** Who is in the group now and was not before, and the other way round. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Applies the changes in order. Members who are not named in them are not read, so the cost does not depend on
 * the size of the group.
 *
 * @returns null when the group changed since it was read
 * @throws StoreError `uniqueness`
 */
export async function writeGroup(
  tx: Tx,
  group: StoredGroup,
  changes: readonly GroupChange[],
  at: number,
): Promise<GroupWrite | null> {
  const current = JSON.parse(group.doc) as ScimGroupInput;
  const doc = changes.reduce(withAttribute, current);
  const { added, removed, relabelled } = await changeMembers(tx, group.id, changes);
  const renamed = doc.displayName !== current.displayName || doc.externalId !== current.externalId;
  if (!renamed && added.length + removed.length + relabelled === 0) return { group, renamed, added, removed };
  const written = renamed ? await updateGroup(tx, group, doc, at) : await touchGroup(tx, group, at);
  return written && { group: written, renamed, added, removed };
}

function withAttribute(doc: ScimGroupInput, change: GroupChange): ScimGroupInput {
  if (change.kind !== 'setAttribute') return doc;
  const { [change.attribute]: _, ...rest } = doc;
  return (change.value === null ? rest : { ...rest, [change.attribute]: change.value }) as ScimGroupInput;
}

/** Someone removed and added again by one request was a member all the time. */
async function changeMembers(tx: Tx, groupId: string, changes: readonly GroupChange[]) {
  const added = new Set<string>();
  const removed = new Set<string>();
  let relabelled = 0;
  for (const change of changes) {
    const step = await changeRows(tx, groupId, change);
    for (const id of step.removed) if (!added.delete(id)) removed.add(id);
    for (const id of step.added) if (!removed.delete(id)) added.add(id);
    relabelled += await relabelPresent(tx, groupId, change, step.added);
  }
  return { added: [...added], removed: [...removed], relabelled };
}

/** Okta sends members with their names: someone who is renamed there is renamed here with the next push. */
async function relabelPresent(
  tx: Tx,
  groupId: string,
  change: GroupChange,
  added: readonly string[],
): Promise<number> {
  if (change.kind !== 'addMembers' && change.kind !== 'replaceMembers') return 0;
  const isNew = new Set(added);
  return relabelMembers(
    tx,
    groupId,
    change.members.filter(({ value }) => !isNew.has(value)),
  );
}

type MemberRows = Pick<GroupWrite, 'added' | 'removed'>;

async function changeRows(tx: Tx, groupId: string, change: GroupChange): Promise<MemberRows> {
  switch (change.kind) {
    case 'setAttribute':
      return { added: [], removed: [] };
    case 'addMembers':
      return { added: await addMembers(tx, groupId, change.members), removed: [] };
    case 'removeMembers':
      return { added: [], removed: await removeMembers(tx, groupId, change.values) };
    case 'removeMembersMatching': {
      const values = await matchingMembers(tx, groupId, change.filter);
      return { added: [], removed: await removeMembers(tx, groupId, values) };
    }
    case 'removeAllMembers':
      return { added: [], removed: await removeAllMembers(tx, groupId) };
    case 'replaceMembers':
      return replaceMembers(tx, groupId, change.members);
    default:
      return change satisfies never;
  }
}

/** Filters other than by `value` are possible and unheard of, so this reads the whole group. */
async function matchingMembers(tx: Tx, groupId: string, filter: Filter): Promise<readonly string[]> {
  const matching: string[] = [];
  for await (const page of memberPages(tx, groupId))
    for (const { value, display, type } of page)
      if (matchesFilter(filter, { value, display, type })) matching.push(value);
  return matching;
}
