import type { UnresolvedReply } from '../../sync/admin/unresolved.ts';

export function renderUnresolved({ items, nextCursor }: UnresolvedReply): readonly string[] {
  if (items.length === 0) return ['every member of a group is a user here'];
  return [
    ...items.map(({ groupName, memberId, display, kind }) => {
      const name = display === null ? '' : ` (${display})`;
      const why =
        kind === 'nested' ? 'is a group; groups in groups are not expanded' : 'is the id of no user here';
      return `${groupName}: ${memberId}${name} ${why}`;
    }),
    ...(nextCursor === null ? [] : [`more: --cursor ${nextCursor}`]),
  ];
}
