import type { Mapping } from '../../../mapping/mapping.ts';
import { checkMapping } from '../../activation/check-mapping.ts';
import { exceededLimits } from '../../activation/mapping-activation.ts';
import { nameOf } from '../../applying/make-change.ts';
import { compareAll } from '../../planning/plan-all.ts';
import type { DirectoryRuntime, Runtime } from '../../runtime.ts';
import { AdminError } from '../admin-error.ts';
import { directoryOf } from '../plan.ts';
import { Tally } from './tally.ts';

/**
 * What would become of everybody if another mapping took the active one's place, each user planned under both.
 * Nothing is written or called.
 *
 * @param mappingText a mapping file's text, or several as `readMappingText` joins them
 */
export async function whatIf(runtime: Runtime, request: { directory?: string; mappingText: string }) {
  const directory = directoryOf(runtime, request.directory);
  const mapping = parsed(runtime, directory, request.mappingText);
  const tallies = new Map(
    directory.config.instances.map((alias) => [alias, new Tally(nameOf(readInstance(runtime, alias)))]),
  );
  for await (const { before, after } of compareAll(runtime, runtime.store.read, directory, mapping))
    tallies.get(after.key.instance)!.add(before, after);
  const exceeded = await exceededLimits(runtime, Object.fromEntries(tallies));
  return {
    directory: directory.alias,
    activeVersion: directory.mapping?.version ?? null,
    instances: [...tallies].map(([instance, tally]) => ({
      instance,
      ...tally.result(),
      /** Why its activation would wait for approval. */
      held: exceeded.filter((one) => one.instance === instance),
    })),
  };
}

/** Of an instance that was never read no name is known, so nothing can be said. */
function readInstance({ instances }: Runtime, alias: string) {
  const instance = instances.get(alias);
  if (instance?.catalog) return instance;
  throw new AdminError(
    409,
    'instanceNotRead',
    `Instance "${alias}" has not been read yet.`,
    'See "bridge status" for what is wrong with it, and try again.',
  );
}

function parsed(runtime: Runtime, directory: DirectoryRuntime, text: string): Mapping {
  const checked = checkMapping(runtime, directory, text);
  if ('mapping' in checked) return checked.mapping;
  throw new AdminError(422, 'mappingInvalid', checked.error, 'Correct the file at the places named.');
}
