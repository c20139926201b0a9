import { overEverybody } from '../planning/everybody/over-everybody.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';

/** What would be done for everybody under the active mapping. Nothing is written or called. */
export async function planEverybody(runtime: Runtime, request: { directory?: string }) {
  const directory = directoryOf(runtime, request.directory);
  const planned = await overEverybody(runtime, directory, { pass: 'plan', options: {} });
  return { directory: directory.alias, waiting: waitingFor(runtime, directory), ...planned };
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
