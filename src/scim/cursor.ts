import { badRequest } from './error.ts';
import { isJsonObject } from './resource.ts';

/** Where a page ended: the sort value, if sorted, and the id of its last resource. It never expires. */
export interface Cursor {
  readonly after: readonly (string | number | boolean | null)[];
  /** `ListQuery.fingerprint` of the query it belongs to. */
  readonly fingerprint: string;
}

/** The text that a client hands back for the next page (RFC 9865): to be treated as opaque. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.after, shortHash(cursor.fingerprint)])).toString('base64url');
}

/** @throws ScimError 400 invalidCursor when it is not ours, or of a query with another filter or order */
export function decodeCursor(text: string, fingerprint: string): Cursor {
  const parts = decoded(text);
  if (!Array.isArray(parts) || parts.length !== 2) throw invalid('not one this server gave out');
  const [after, hash] = parts as readonly unknown[];
  if (!Array.isArray(after) || !after.every(isScalar)) throw invalid('not one this server gave out');
  if (hash !== shortHash(fingerprint)) throw invalid('of a query with another filter or order');
  return { after, fingerprint };
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return !Array.isArray(value) && !isJsonObject(value);
}

/** FNV-1a. It catches mistakes; what a cursor may read is checked by the credential of each request. */
function shortHash(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01_00_01_93) >>> 0;
  return hash.toString(36);
}

function invalid(reason: string): Error {
  return badRequest('invalidCursor', `The cursor is ${reason}. Begin again with an empty cursor.`);
}
