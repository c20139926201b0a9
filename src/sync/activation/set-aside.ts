import { createHash } from 'node:crypto';
import { getMeta, setMeta } from '../../store/engine/meta.ts';
import { activeMapping, latestMapping } from '../../store/mapping-versions.ts';
import type { Db, Tx } from '../../store/schema.ts';
import type { Runtime } from '../runtime.ts';

/**
 * After a rollback the mapping file still says what was rolled back. Its text is set aside: it is not proposed
 * again, after a restart neither, until the file says something else.
 */
export async function setFileAside(tx: Tx, directory: string): Promise<void> {
  if (await asideOf(tx, directory)) return;
  const latest = await latestMapping(tx, directory);
  // Superseded without having been active: the file went back to what is active.
  const isInFile = latest !== null && latest.state !== 'superseded';
  const inFile = isInFile ? latest : await activeMapping(tx, directory);
  if (inFile) await setMeta(tx, keyOf(directory), inFile.hash);
}

/** The file is looked at again, whatever it says. */
export async function takeFileBack(tx: Tx, directory: string): Promise<void> {
  await setMeta(tx, keyOf(directory), '');
}

/** Whether the file says what was set aside; when it says something else, that is over. */
export async function isSetAside({ store }: Runtime, directory: string, text: string): Promise<boolean> {
  const aside = await asideOf(store.read, directory);
  if (!aside) return false;
  if (aside === createHash('sha256').update(text).digest('hex')) return true;
  await store.write((tx) => takeFileBack(tx, directory));
  return false;
}

async function asideOf(db: Db, directory: string): Promise<string | null> {
  return (await getMeta(db, keyOf(directory))) || null;
}

function keyOf(directory: string): string {
  return `mappingFileSetAside:${directory}`;
}
