import { getMeta, setMeta } from '../../store/engine/meta.ts';
import { activeMapping, latestMapping } from '../../store/mapping-versions.ts';
import type { Db, Tx } from '../../store/schema.ts';
import type { Runtime } from '../runtime.ts';
import { mappingHash } from './mapping-hash.ts';

/**
 * After a rollback, or a proposal by another way, the mapping file still says what it said. Its text is set aside: it is
 * not proposed again, after a restart neither, until the file says something else.
 *
 * @param hash of what is proposed; a file that says the same is followed
 */
export async function setFileAside(tx: Tx, directory: string, hash: string): Promise<void> {
  const inFile = (await asideOf(tx, directory)) ?? (await hashInFile(tx, directory));
  await setMeta(tx, keyOf(directory), inFile === hash ? '' : (inFile ?? ''));
}

/** What the file said when it was looked at last, while it is followed. */
async function hashInFile(tx: Tx, directory: string): Promise<string | null> {
  const latest = await latestMapping(tx, directory);
  // Superseded without having been active: the file went back to what is active.
  const isInFile = latest !== null && latest.state !== 'superseded';
  const version = isInFile ? latest : await activeMapping(tx, directory);
  return version?.hash ?? null;
}

/** The file is looked at again, whatever it says. */
export async function takeFileBack(tx: Tx, directory: string): Promise<void> {
  await setMeta(tx, keyOf(directory), '');
}

/** Whether the file says what was set aside; when it says something else, that is over. */
export async function isSetAside({ store }: Runtime, directory: string, text: string): Promise<boolean> {
  const aside = await asideOf(store.read, directory);
  if (!aside) return false;
  if (aside === mappingHash(text)) return true;
  await store.write((tx) => takeFileBack(tx, directory));
  return false;
}

/** Whether the file waits for its next change; else it is followed. */
export async function isFileAside(db: Db, directory: string): Promise<boolean> {
  return (await asideOf(db, directory)) !== null;
}

/** The hash of what the file said when it was set aside. */
async function asideOf(db: Db, directory: string): Promise<string | null> {
  return (await getMeta(db, keyOf(directory))) || null;
}

function keyOf(directory: string): string {
  return `mappingFileSetAside:${directory}`;
}
