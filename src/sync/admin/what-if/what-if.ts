import type { Mapping } from '../../../mapping/mapping.ts';
import { checkMapping } from '../../activation/check-mapping.ts';
import { type Exceeded, exceededLimits } from '../../activation/mapping-activation.ts';
import { overEverybody } from '../../planning/everybody/over-everybody.ts';
import type { DirectoryRuntime, Runtime } from '../../runtime.ts';
import { AdminError } from '../admin-error.ts';
import { directoryOf } from '../plan.ts';

/**
 * What would become of everybody if another mapping took the active one's place, each user planned under both.
 * Nothing is written or called.
 *
 * @param mappingText a mapping file's text, or several as `readMappingText` joins them
 */
export async function whatIf(runtime: Runtime, request: { directory?: string; mappingText: string }) {
  const directory = directoryOf(runtime, request.directory);
  const mapping = parsed(runtime, directory, request.mappingText);
  for (const alias of directory.config.instances) refuseUnread(runtime, alias);
  const proposed = { text: request.mappingText, mapping };
  const instances = await overEverybody(runtime, directory, { pass: 'whatIf', options: {}, proposed });
  const exceeded = await exceededLimits(
    runtime,
    Object.fromEntries(instances.map(({ instance, effects }) => [instance, { effects }])),
  );
  return {
    directory: directory.alias,
    activeVersion: directory.mapping?.version ?? null,
    instances: instances.map(({ instance, result, effects }) => ({
      instance,
      ...result,
      room: roomFor(runtime, instance, result.usersInConnect),
      /** Why its activation, or what follows from it, would wait for approval. */
      held: withAskedRenames(
        exceeded.filter((one) => one.instance === instance),
        mapping,
        { instance, users: effects.recreate },
      ),
    })),
  };
}

/** Whether the instance has room for everybody. */
export interface Room {
  /** All users of the instance once it is done, made by whomever; null while they were never listed. */
  readonly users: number | null;
  /** `userQuota` of the instance. */
  readonly quota: number | null;
  /** Who would find no room; null when either is not known. */
  readonly missing: number | null;
}

function roomFor(
  { instances }: Runtime,
  alias: string,
  { before, after }: { readonly before: number; readonly after: number },
): Room {
  const { config, usersInConnect } = instances.get(alias)!;
  const users = usersInConnect === null ? null : usersInConnect - before + after;
  const quota = config.userQuota;
  return { users, quota, missing: users === null || quota === null ? null : Math.max(0, users - quota) };
}

/** With `rename: ask`, renames do not hold the activation unless they are too many, but each of them is held. */
function withAskedRenames(
  exceeded: readonly Exceeded[],
  { username }: Mapping,
  { instance, users }: { readonly instance: string; readonly users: number },
): readonly Exceeded[] {
  if (username.rename !== 'ask' || users === 0) return exceeded;
  if (exceeded.some(({ effect }) => effect === 'recreate')) return exceeded;
  return [...exceeded, { instance, effect: 'recreate', users, limit: 0 }];
}

/** Of an instance that was never read no name is known, so nothing can be said. */
function refuseUnread({ instances }: Runtime, alias: string): void {
  if (instances.get(alias)?.catalog) return;
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
