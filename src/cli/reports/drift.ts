/** Reply of the admin API to `drift`, as far as the terminal shows it. */
export interface DriftReply {
  readonly total: number;
  readonly items: readonly {
    readonly instance: string;
    readonly username: string;
    readonly field: string;
    readonly kind: 'revert' | 'report' | 'keep';
    readonly was: readonly string[];
    readonly is: readonly string[];
  }[];
}

export function renderDrift({ total, items }: DriftReply): readonly string[] {
  if (total === 0) return ['Connect is as the bridge made it'];
  const lines = items.map((item) => `${item.username} in ${item.instance}: ${difference(item)}`);
  return total > items.length ? [...lines, `and ${total - items.length} more`] : lines;
}

const BECOMES = { revert: 'reverted', report: 'reported', keep: 'kept' } as const;

function difference({ field, kind, was, is }: DriftReply['items'][number]): string {
  if (field === 'user') return 'deleted in Connect (reported)';
  if (field === 'link') return `carries the tag of this bridge, which did not make it: ${is.join(', ')}`;
  if (field === 'tags') return 'does not carry the tags of this bridge any more (reported)';
  return `${was.join(', ') || 'none'}, now ${is.join(', ') || 'none'} (${BECOMES[kind]})`;
}
