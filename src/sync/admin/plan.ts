import { renderPlan } from '../../plan/render.ts';
import { addToSummary, emptySummary, outcomeOf, planAll } from '../planning/plan-all.ts';
import { nameOf } from '../applying/make-change.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';

/** A reply that a person can still read; the summary counts everybody. */
const MAX_LISTED = 1_000;

/** What would be done for everybody under the active mapping. Nothing is written or called. */
export async function planEverybody(runtime: Runtime, request: { directory?: string }) {
  const directory = directoryOf(runtime, request.directory);
  const summaries = Object.fromEntries(directory.config.instances.map((alias) => [alias, emptySummary()]));
  const users = [];
  for await (const user of planAll(
    runtime,
    runtime.store.read,
    directory,
    directory.mapping?.mapping ?? null,
  )) {
    const { instance, userId } = user.key;
    summaries[instance] = addToSummary(summaries[instance]!, user);
    const parked = user.plan.parked ?? (user.link?.sync === 'parked' ? user.link.reason : null);
    if (user.plan.changes.length === 0 && !parked) continue;
    if (users.length < MAX_LISTED)
      users.push({
        userId,
        userName: user.user?.userName ?? user.link?.userName ?? '',
        instance,
        outcome: outcomeOf(user),
        parked,
        changes: renderPlan(user.plan, nameOf(runtime.instances.get(instance)!)),
      });
  }
  return { directory: directory.alias, waiting: waitingFor(runtime, directory), summaries, users };
}

/** Why nobody can be planned at present, per instance. */
function waitingFor(runtime: Runtime, { mapping, config }: DirectoryRuntime): readonly string[] {
  if (!mapping) return ['no mapping is active'];
  const unread = config.instances.filter((alias) => !runtime.instances.get(alias)?.catalog);
  return unread.map((alias) => `instance ${alias} has not been read`);
}

export function directoryOf(runtime: Runtime, alias?: string): DirectoryRuntime {
  const named = alias === undefined ? defaultDirectory(runtime) : runtime.directories.get(alias);
  if (named) return named;
  throw new AdminError(
    404,
    'noSuchDirectory',
    alias === undefined ? 'No directory is the default one.' : `There is no directory "${alias}".`,
    `Name one of: ${[...runtime.directories.keys()].join(', ')}.`,
  );
}

function defaultDirectory({ directories }: Runtime): DirectoryRuntime | undefined {
  const all = [...directories.values()];
  return all.find(({ config }) => config.default) ?? (all.length === 1 ? all[0] : undefined);
}
