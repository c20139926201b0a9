import { Tally } from '../../../admin/what-if/tally.ts';
import { nameOf } from '../../name-of.ts';
import { compareAll } from '../../plan-all.ts';
import type { Everybody } from './everybody.ts';

/** What the mapping changes against the active one, by instance. */
export async function whatIfPass(everybody: Everybody, _options: Readonly<Record<string, never>>) {
  const { context, db, directory, mapping } = everybody;
  const tallies = new Map(
    directory.config.instances.map((alias) => [alias, new Tally(nameOf(context.instances.get(alias)!))]),
  );
  for await (const { before, after } of compareAll(context, db, directory, mapping))
    tallies.get(after.key.instance)!.add(before, after);
  return [...tallies].map(([instance, tally]) => ({
    instance,
    effects: tally.effects,
    result: tally.result(),
  }));
}
