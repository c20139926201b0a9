import { ScimError, badRequest } from './error.ts';
import type { JsonValue } from './resource.ts';

/** A SCIM body needs 6; more only costs stack in whatever walks it. */
export const MAX_JSON_DEPTH = 32;

/** The User schema has 25, and a custom extension some tens. An object of many names is slow to make and to walk. */
export const MAX_JSON_NAMES = 1_000;

/**
 * Values, lists and objects in a body: 20 000 members with their names are 60 000. Each costs about a microsecond
 * until it is parsed and checked, and nothing may keep the server for 50 ms.
 */
export const MAX_JSON_VALUES = 60_000;

/**
 * A request body as JSON, strictly: UTF-8 that decodes, no name twice in an object (two readers would see two
 * different requests), and no more depth, names and values than the limits above. Its size is the caller's limit.
 * Linear.
 *
 * @throws ScimError 400 invalidSyntax, 413 for too many values
 */
export function parseJson(body: Uint8Array): JsonValue {
  const text = decoded(body);
  // First, since what is too deep or too much is slow to parse.
  checkStructure(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw badRequest('invalidSyntax', `The body is not JSON: ${position(error)}.`);
  }
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

/** Walks what may be JSON: in JSON only strings, brackets and commas matter, and anything else is refused later. */
function checkStructure(text: string): void {
  /** The names of each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let atName = false;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (atName) addName(open.at(-1), text.slice(at, end));
      atName = false;
      at = end - 1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      open.push(code === OPEN_OBJECT ? new Set() : undefined);
      if (open.length > MAX_JSON_DEPTH)
        throw badRequest('invalidSyntax', `The body is nested deeper than ${MAX_JSON_DEPTH}.`);
      atName = code === OPEN_OBJECT;
      values += 1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      open.pop();
    } else if (code === COMMA) {
      atName = open.at(-1) !== undefined;
      values += 1;
    }
    if (values > MAX_JSON_VALUES) throw tooManyValues();
  }
}

function tooManyValues(): ScimError {
  return new ScimError(
    413,
    undefined,
    `The body holds more than ${MAX_JSON_VALUES} values. Send large groups in several PATCH requests.`,
  );
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

function addName(names: Set<string> | undefined, quoted: string): void {
  if (!names) return;
  const name = quoted.includes('\\') ? unescaped(quoted) : quoted.slice(1, -1);
  if (names.has(name)) {
    throw badRequest(
      'invalidSyntax',
      `The body has ${JSON.stringify(name.slice(0, 100))} twice in one object.`,
    );
  }
  if (names.size >= MAX_JSON_NAMES)
    throw badRequest('invalidSyntax', `The body has more than ${MAX_JSON_NAMES} names in one object.`);
  names.add(name);
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
