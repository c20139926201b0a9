import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { StoreError } from '../../store/engine/store-error.ts';
import type { Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';

export interface BackupReply {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Copies the store while it is in use, to a new file that the account of the bridge alone can read.
 *
 * @param file absolute, as the bridge's process sees it
 */
export async function backup({ store, log }: Runtime, file: string, actor: string): Promise<BackupReply> {
  if (!isAbsolute(file))
    throw new AdminError(400, 'badRequest', `"${file}" is not an absolute path.`, 'Give the whole path.');
  try {
    await store.backup(file);
  } catch (error) {
    throw asAdminError(error, file);
  }
  const { size } = await stat(file);
  log.info({ file, bytes: size, actor }, 'backed up');
  return { file, bytes: size };
}

function asAdminError(error: unknown, file: string): unknown {
  if (error instanceof StoreError) {
    const remedy = 'docs/storage.md shows how.';
    return new AdminError(409, error.code, error.message, remedy);
  }
  if (!(error instanceof Error && 'code' in error)) return error;
  return error.code === 'EEXIST'
    ? new AdminError(409, 'fileExists', `${file} exists already.`, 'Name a file that does not exist.')
    : new AdminError(
        400,
        'cannotWrite',
        `The bridge cannot write ${file}: ${error.message}`,
        'Name a folder that exists and that the account of the bridge may write to.',
      );
}
