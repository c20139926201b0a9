import type { Change, Plan } from './plan.ts';

/** The Connect operation that a plan calls first, as AWS spells it: at its bucket the user waits. */
export function firstOperation({ changes: [change], needsRead }: Plan): string {
  return needsRead || !change ? 'DescribeUser' : operationOf(change);
}

/** Each kind of change is the operation that makes it. */
function operationOf({ kind }: Change): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}
