import { appendAudit } from '../../store/audit.ts';
import { latestMapping, listMappings, mappingBySeq } from '../../store/mapping-versions.ts';
import { proposeMapping } from '../activation/mapping-activation.ts';
import { setFileAside, takeFileBack } from '../activation/set-aside.ts';
import type { Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';
import { directoryOf } from './plan.ts';

/** The mapping's versions with their texts, newest first; times are UTC milliseconds. */
export async function mappingVersions(
  runtime: Runtime,
  { directory, limit }: { readonly directory?: string; readonly limit: number },
) {
  const { alias } = directoryOf(runtime, directory);
  return { directory: alias, items: await listMappings(runtime.store.read, alias, limit), nextCursor: null };
}

/**
 * Proposes the text of an earlier version again, through the guard like any other: it becomes a new version. The
 * mapping file is set aside until it changes.
 *
 * @param actor who says so, for the audit
 */
export async function rollBack(
  runtime: Runtime,
  request: { readonly directory?: string; readonly version: number },
  actor: string,
) {
  const directory = directoryOf(runtime, request.directory);
  const { alias } = directory;
  const version = await mappingBySeq(runtime.store.read, alias, request.version);
  if (!version) throw noSuchVersion(alias, request.version);
  if (version.seq === directory.mapping?.version) throw isActive(version.seq);
  if (directory.config.instances.some((one) => !runtime.instances.get(one)?.catalog)) throw notRead(alias);
  await runtime.store.write(async (tx) => {
    await setFileAside(tx, alias);
    const detail = { version: version.seq, hash: version.hash };
    await appendAudit(tx, {
      at: runtime.clock.now(),
      directory: alias,
      actor,
      action: 'mapping.rollback',
      detail,
    });
  });
  const proposed =
    (await proposeMapping(runtime, directory, version.text, actor)) ??
    (await latestMapping(runtime.store.read, alias))!;
  if (proposed.state === 'refused') await runtime.store.write((tx) => takeFileBack(tx, alias));
  const { seq, state, error, summary } = proposed;
  return { directory: alias, version: seq, textOf: version.seq, state, error, summary };
}

function noSuchVersion(directory: string, version: number): AdminError {
  const detail = `Directory "${directory}" has no mapping version ${version}.`;
  return new AdminError(404, 'noSuchMapping', detail, 'List the versions with "bridge mapping history".');
}

function isActive(version: number): AdminError {
  const detail = `Mapping version ${version} is the active one.`;
  return new AdminError(409, 'mappingActive', detail, 'Name an earlier one: "bridge mapping history".');
}

function notRead(directory: string): AdminError {
  const detail = `An instance of directory "${directory}" has not been read yet.`;
  return new AdminError(409, 'instanceNotRead', detail, 'See "bridge status", and try again.');
}
