import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import { parseJson } from '../../scim/json.ts';
import type { JsonValue } from '../../scim/resource.ts';
import type { ScimRequest } from './endpoint.ts';

/** Parsing more takes milliseconds, and so will whatever is done with it: others have a turn in between. */
const LARGE_BYTES = 64 * 1024;

/** @throws ScimError 400 invalidSyntax, 413 */
export async function jsonBody({ body }: Pick<ScimRequest, 'body'>): Promise<JsonValue> {
  const value = parseJson(body);
  if (body.length > LARGE_BYTES) await nextLoopTurn();
  return value;
}
