import { appendAudit } from '../../../store/audit.ts';
import type { MappingVersion } from '../../../store/mapping-versions.ts';
import { activeMapping, latestMapping, nameMappingAuthor } from '../../../store/mapping-versions.ts';
import type { Tx } from '../../../store/schema.ts';
import { checkMapping } from '../../activation/check-mapping.ts';
import { inTurn } from '../../activation/in-turn.ts';
import { proposeMapping } from '../../activation/mapping-activation.ts';
import { mappingHash } from '../../activation/mapping-hash.ts';
import { setFileAside, takeFileBack } from '../../activation/set-aside.ts';
import type { DirectoryRuntime, Runtime } from '../../runtime.ts';
import { AdminError } from '../admin-error.ts';

export interface PutForward {
  readonly text: string;
  /** The author, for the version and the audit. */
  readonly actor: string;
  /** The version whose text it is; null for a text that comes from outside. */
  readonly rollbackTo: MappingVersion | null;
}

/**
 * Takes a text as a proposal by other ways than the mapping file, which is set aside until it changes. A text with
 * mistakes is no version: whoever sent it hears of them, and what is active or waits stays as it is.
 *
 * @throws AdminError `mappingRefused`, `instanceNotRead`, or why everybody cannot be planned; then it is judged later
 */
export async function putForward(
  runtime: Runtime,
  directory: DirectoryRuntime,
  proposal: PutForward,
): Promise<MappingVersion> {
  if (directory.config.instances.some((alias) => !runtime.instances.get(alias)?.catalog))
    throw notRead(directory.alias);
  return inTurn(directory, () => judge(runtime, directory, proposal));
}

async function judge(
  runtime: Runtime,
  directory: DirectoryRuntime,
  proposal: PutForward,
): Promise<MappingVersion> {
  const { alias } = directory;
  const { store } = runtime;
  const { text, actor } = proposal;
  const checked = checkMapping(runtime, directory, text);
  if ('error' in checked) throw refused(checked.error);
  const known = await sameText(runtime, alias, text);
  await store.write(async (tx) => {
    await setFileAside(tx, alias, mappingHash(text));
    if (known) await nameMappingAuthor(tx, known.seq, actor);
    await audit(tx, runtime, alias, proposal);
  });
  const proposed = await proposeMapping(runtime, directory, text, actor);
  if (proposed?.state === 'refused') {
    // An instance was read anew in between.
    await store.write((tx) => takeFileBack(tx, alias));
    throw refused(proposed.error!);
  }
  return proposed ?? (await sameText(runtime, alias, text)) ?? (await latestMapping(store.read, alias))!;
}

/** A new version is in the audit beside this. */
async function audit(
  tx: Tx,
  { clock }: Runtime,
  directory: string,
  { text, actor, rollbackTo }: PutForward,
): Promise<void> {
  const [action, detail] = rollbackTo
    ? ['mapping.rollback', { version: rollbackTo.seq, hash: rollbackTo.hash }]
    : ['mapping.putForward', { hash: mappingHash(text) }];
  await appendAudit(tx, { at: clock.now(), directory, actor, action, detail });
}

/** The version with that text that is active, or waits. */
async function sameText({ store }: Runtime, directory: string, text: string): Promise<MappingVersion | null> {
  const hash = mappingHash(text);
  const active = await activeMapping(store.read, directory);
  if (active?.hash === hash) return active;
  const latest = await latestMapping(store.read, directory);
  return latest?.hash === hash && latest.state === 'held' ? latest : null;
}

function refused(error: string): AdminError {
  return new AdminError(
    409,
    'mappingRefused',
    error,
    'Nothing was changed. Correct it and propose it again.',
  );
}

function notRead(directory: string): AdminError {
  const detail = `An instance of directory "${directory}" has not been read yet.`;
  return new AdminError(409, 'instanceNotRead', detail, 'See "bridge status", and try again.');
}
