import { createHash } from 'node:crypto';
import { mappingFiles } from '../../config/mapping-text.ts';

/**
 * What tells mappings apart: what their files say, base first, whatever the files are called. So a text that is
 * proposed from another place is the one that the mapping file says later.
 */
export function mappingHash(text: string): string {
  const [first = '', ...others] = mappingFiles(text, '').map((file) => file.text);
  const said = others.length === 0 ? first : JSON.stringify([first, ...others]);
  return createHash('sha256').update(said).digest('hex');
}
