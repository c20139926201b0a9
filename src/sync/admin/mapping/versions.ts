import { isFileAside } from '../../activation/set-aside.ts';
import { listMappings, mappingBySeq } from '../../../store/mapping-versions.ts';
import type { MappingVersion } from '../../../store/mapping-versions.ts';
import type { DirectoryRuntime, Runtime } from '../../runtime.ts';
import { AdminError } from '../admin-error.ts';
import { directoryOf } from '../plan.ts';
import { putForward } from './put-forward.ts';

/** The mapping's versions with their texts, newest first; times are UTC milliseconds. */
export async function mappingVersions(
  runtime: Runtime,
  { directory, limit }: { readonly directory?: string; readonly limit: number },
) {
  const { alias } = directoryOf(runtime, directory);
  return { directory: alias, items: await listMappings(runtime.store.read, alias, limit), nextCursor: null };
}

/**
 * Proposes a mapping's text, through the guard as the mapping file's: it becomes a new version, whose author is known.
 * A text that is active, or held, is no new one; if nobody knows its author, that is who proposes it now. The
 * mapping file is set aside until it changes.
 *
 * @param request.mappingText as `readMappingText` joins files
 * @param actor who says so: the author
 */
export async function proposeText(
  runtime: Runtime,
  request: { readonly directory?: string; readonly mappingText: string },
  actor: string,
) {
  const directory = directoryOf(runtime, request.directory);
  const { alias } = directory;
  const proposal = { text: request.mappingText, actor, rollbackTo: null };
  const proposed = await putForward(runtime, directory, proposal);
  return {
    ...replyOf(runtime, directory, proposed),
    fileSetAside: await isFileAside(runtime.store.read, alias),
  };
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
  const proposal = { text: version.text, actor, rollbackTo: version };
  const proposed = await putForward(runtime, directory, proposal);
  return { ...replyOf(runtime, directory, proposed), textOf: version.seq };
}

function replyOf(
  { instances }: Runtime,
  { alias, config }: DirectoryRuntime,
  { seq, state, author, summary }: MappingVersion,
) {
  /** Now or later somebody may have to approve what it gives, and its author cannot. */
  const hasSensitive = config.instances.some(
    (one) => (instances.get(one)?.config.grants.sensitive.length ?? 0) > 0,
  );
  return { directory: alias, version: seq, state, author, summary, hasSensitive };
}

function noSuchVersion(directory: string, version: number): AdminError {
  const detail = `Directory "${directory}" has no mapping version ${version}.`;
  return new AdminError(404, 'noSuchMapping', detail, 'List the versions with "bridge mapping history".');
}

function isActive(version: number): AdminError {
  const detail = `Mapping version ${version} is the active one.`;
  return new AdminError(409, 'mappingActive', detail, 'Name an earlier one: "bridge mapping history".');
}
