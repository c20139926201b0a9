import type { Mapping } from '../mapping.ts';

/**
 * Names of the security profiles that the rules for an instance can grant, sorted: those that are written out, in
 * rules or in the tables and branches of their expressions. What an expression makes of an attribute is not known.
 */
export function grantableProfiles({ rules }: Mapping, instanceAlias: string): readonly string[] {
  const names = rules
    .filter(({ instances }) => instances?.includes(instanceAlias) ?? true)
    .flatMap(({ set }) => set.securityProfiles ?? [])
    .flatMap((value) =>
      value.kind === 'literal' ? [value.text] : value.expression.yields.map(({ text }) => text),
    );
  return [...new Set(names)].sort();
}
