import { groupName, namedGroups } from '../../../mapping/named-groups.ts';
import { pinGroup } from '../../../store/group-pins.ts';
import type { Tx } from '../../../store/schema.ts';
import { enqueueMany, enqueueUser } from '../../../sync/enqueue.ts';
import type { DirectoryRuntime } from '../../../sync/runtime.ts';
import type { ScimRequest } from '../endpoint.ts';
import type { GroupWrite } from './group-write.ts';

/** Members queued one by one; more would keep the request, and the writes behind it, waiting. */
const MAX_QUEUED_SINGLY = 200;

/** Queues the users for whom a write of a group changes something, and pins the group if a rule names it. */
export async function followGroupWrite(tx: Tx, request: ScimRequest, write: GroupWrite): Promise<void> {
  const { runtime, directory } = request;
  const { group, renamed, added, removed } = write;
  if (renamed) await pinWhenNamed(tx, directory, group);
  // Who was removed is not found through the group any more.
  if (removed.length > MAX_QUEUED_SINGLY) return enqueueMany(tx, runtime, directory, null);
  await enqueueEach(tx, request, removed);
  if (renamed || added.length > MAX_QUEUED_SINGLY) return enqueueMany(tx, runtime, directory, group.id);
  await enqueueEach(tx, request, added);
}

/**
 * Ties a name that the mapping uses to the first group that has it, so that a later rename of the group keeps
 * the rule's meaning, and another group that takes the name does not get it.
 */
async function pinWhenNamed(
  tx: Tx,
  directory: DirectoryRuntime,
  group: { readonly id: string; readonly displayName: string },
): Promise<void> {
  const mapping = directory.mapping?.mapping;
  const name = groupName(group.displayName);
  if (mapping && namedGroups(mapping).has(name))
    await pinGroup(tx, { directory: directory.alias, name, groupId: group.id });
}

async function enqueueEach(
  tx: Tx,
  { runtime, directory }: ScimRequest,
  ids: readonly string[],
): Promise<void> {
  for (const userId of ids) await enqueueUser(tx, runtime, { directory, userId, urgency: 'settle' });
}
