import { unresolvedMembers } from '../../store/group/unresolved-members.ts';
import type { UnresolvedMember } from '../../store/group/unresolved-members.ts';
import type { Runtime } from '../runtime.ts';
import { directoryOf } from './plan.ts';

export interface UnresolvedReply {
  readonly items: readonly (Omit<UnresolvedMember, 'seq'> & { readonly directory: string })[];
  readonly nextCursor: number | null;
}

/** Members of groups who are no users here: the identity provider pushed the group, and not them. */
export async function unresolved(
  runtime: Runtime,
  query: { readonly directory?: string; readonly cursor?: number; readonly limit: number },
): Promise<UnresolvedReply> {
  const { alias } = directoryOf(runtime, query.directory);
  const page = { after: query.cursor ?? 0, limit: query.limit };
  const members = await unresolvedMembers(runtime.store.scan, alias, page);
  return {
    items: members.map(({ groupId, groupName, memberId, display, kind }) => ({
      directory: alias,
      groupId,
      groupName,
      memberId,
      display,
      kind,
    })),
    nextCursor: members.length < query.limit ? null : members.at(-1)!.seq,
  };
}
