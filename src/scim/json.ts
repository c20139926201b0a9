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

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw badRequest('invalidSyntax', 'The body is not UTF-8.');
  }
}

/** V8's message quotes the body, which may hold personal data: only the position is passed on. */
function position(error: unknown): string {
  const at = error instanceof Error ? /at position \d+/.exec(error.message) : null;
  return at ? `it cannot be read ${at[0]}` : 'it ends too early';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

/** Walks JSON that is known to be valid, so that only strings, brackets and commas matter. */
function checkStructure(text: string): void {
  /** The names of each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let atName = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (atName) addName(open.at(-1), text.slice(at, end));
      atName = false;
      at = end - 1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      open.push(code === OPEN_OBJECT ? new Set() : undefined);
      if (open.length > MAX_DEPTH)
        throw badRequest('invalidSyntax', `The body is nested deeper than ${MAX_DEPTH}.`);
      atName = code === OPEN_OBJECT;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      open.pop();
    } else if (code === COMMA) {
      atName = open.at(-1) !== undefined;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
    at += code === BACKSLASH ? 2 : 1;
  }
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
