import type { Tables } from './functions.ts';
import type { SyntaxNode } from './rules.ts';

/** A text that an expression can yield as it is written. */
export interface Yield {
  readonly text: string;
  /** Where it is from, when that is not the expression itself: `table "sites" under "LDS"`. */
  readonly from: string | null;
}

/**
 * What an expression can be seen to yield without a user: literals, and the values of tables that it looks into, where
 * they are the whole result. What it makes of attributes is not known.
 */
export function yieldsOf({ op, args }: SyntaxNode, tables: Tables): readonly Yield[] {
  if (op === 'value') return typeof args === 'string' && args !== '' ? [{ text: args, from: null }] : [];
  if (op === '?:')
    return (args as readonly SyntaxNode[]).slice(1).flatMap((branch) => yieldsOf(branch, tables));
  if (op !== 'call' && op !== 'rcall') return [];
  const [name, ...operands] = (args as readonly unknown[]).flat() as [string, ...SyntaxNode[]];
  if (name === 'default') return operands.flatMap((operand) => yieldsOf(operand, tables));
  const table = operands[0]?.args;
  if (name !== 'lookup' || typeof table !== 'string') return [];
  return Object.entries(tables[table] ?? {}).flatMap(([key, text]) =>
    text === '' ? [] : [{ text, from: `table "${table}" under "${key}"` }],
  );
}
