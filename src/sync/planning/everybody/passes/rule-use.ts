import { planAll } from '../../plan-all.ts';
import type { Everybody } from './everybody.ts';

/** What comes of the rules for the users that there are. */
export async function ruleUse(everybody: Everybody, _options: Readonly<Record<string, never>>) {
  const { context, db, directory, mapping } = everybody;
  const effects = new Map<string, 'wins' | 'loses'>();
  const profiles = new Set<unknown>();
  for await (const { result } of planAll(context, db, directory, mapping)) {
    if (!result || result.kind === 'unmatched') continue;
    for (const { rule, lost, field, value } of result.trace()) {
      effects.set(rule, 'wins');
      for (const loser of lost) if (!effects.has(loser.rule)) effects.set(loser.rule, 'loses');
      if (field === 'securityProfileIds') profiles.add(value);
    }
  }
  return { effects, profiles };
}
