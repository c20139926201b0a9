import { badRequest } from './error.ts';
import type { JsonValue } from './resource.ts';

/** A SCIM body needs 6; more only costs stack in whatever walks it. */
const MAX_DEPTH = 32;

/**
 * A request body as JSON, strictly: UTF-8 that decodes, no name twice in an object (two readers would see two
 * different requests), nesting at most 32. Its size is the caller's limit. Linear.
 *
 * @throws ScimError 400 invalidSyntax
 */
export function parseJson(body: Uint8Array): JsonValue {
  const text = decoded(body);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw badRequest('invalidSyntax', `The body is not JSON: ${position(error)}.`);
  }
  checkStructure(text);
  return value;
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw badRequest('invalidSyntax', 'The body is not UTF-8.');
  }
}

/** V8's message quotes the body, which may hold personal data: only the position is passed on. */
function position(error: unknown): string {
  const at = error instanceof Error ? /at position \d+/.exec(error.message) : null;
  return at ? `it cannot be read ${at[0]}` : 'it ends too early';
}

/** Walks JSON that is known to be valid, so that only strings, brackets and commas matter. */
function checkStructure(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let atName = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (atName) addName(open.at(-1), text.slice(at, end));
      atName = false;
      at = end - 1;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH)
        throw badRequest('invalidSyntax', `The body is nested deeper than ${MAX_DEPTH}.`);
      atName = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === ',') {
      atName = open.at(-1) !== undefined;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function addName(names: Set<string> | undefined, quoted: string): void {
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (names?.has(name)) {
    throw badRequest(
      'invalidSyntax',
      `The body has ${JSON.stringify(name.slice(0, 100))} twice in one object.`,
    );
  }
  names?.add(name);
}
