import { open, rename, rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { backup } from 'node:sqlite';

/**
 * Copies the database page by page, with turns for others in between. The file has its name once it is whole and on
 * disk, and nobody but its owner can read it: it holds people's data.
 *
 * @throws Error EEXIST; ENOENT or EACCES for its folder
 */
export async function backupFile(database: DatabaseSync, file: string): Promise<void> {
  const name = await open(file, 'wx', 0o600);
  await name.close();
  const partial = `${file}.partial`;
  try {
    const copy = await open(partial, 'w', 0o600);
    try {
      await backup(database, partial);
      await copy.sync();
    } finally {
      await copy.close();
    }
    await rename(partial, file);
  } catch (error) {
    await Promise.all([rm(partial, { force: true }), rm(file, { force: true })]);
    throw error;
  }
}
