import { badRequest } from '../error.ts';
import { textFault } from '../value/text.ts';

export type Token = {
  /** `word`: an attribute path, an operator, or a value without quotes. `end` closes every token list. */
  readonly kind: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';
  /** The word as sent, or the string without quotes and escapes. */
  readonly text: string;
  /** Where it begins, counted from 1, for error messages. */
  readonly position: number;
};

/** Longer than any filter seen from an IdP (long ones list 50 ids), short enough to compile to SQL. */
export const MAX_FILTER_LENGTH = 8_192;

const PUNCTUATION = new Set(['(', ')', '[', ']']);

/**
 * The tokens of a filter or of a PATCH path. Every character is looked at once.
 *
 * @throws ScimError 400 invalidFilter with the position
 */
function tokenize(text: string): readonly Token[] {
  if (text.length > MAX_FILTER_LENGTH) {
    throw badRequest(
      'invalidFilter',
      `The filter has ${text.length} characters. At most ${MAX_FILTER_LENGTH}.`,
    );
  }
  const fault = textFault(text);
  if (fault) throw badRequest('invalidFilter', `The filter holds ${fault}.`);
  const tokens: Token[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; ) {
    const end = endOfToken(text, at);
    tokens.push(tokenAt(text, at, end));
    at = skipBlanks(text, end);
  }
  return [...tokens, { kind: 'end', text: '', position: text.length + 1 }];
}

function tokenAt(text: string, start: number, end: number): Token {
  const position = start + 1;
  const sent = text.slice(start, end);
  if (sent.startsWith('"')) return { kind: 'string', text: unquoted(sent, position), position };
  if (sent === '(' || sent === ')' || sent === '[' || sent === ']')
    return { kind: sent, text: sent, position };
  // Microsoft's own Postman collection sends `externalId eq ada`: a word can be a value.
  return { kind: 'word', text: sent, position };
}

function endOfToken(text: string, start: number): number {
  const first = text.charAt(start);
  if (PUNCTUATION.has(first)) return start + 1;
  if (first === '"') return endOfString(text, start);
  let at = start;
  while (at < text.length && !isDelimiter(text.charAt(at))) at += 1;
  return at;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character === '\\') at += 1;
  }
  throw badRequest('invalidFilter', `Filter, position ${start + 1}: this text has no closing quote.`);
}

/** RFC 7644 takes strings from JSON: `\"`, `\\`, `\uXXXX` and so on. */
function unquoted(quoted: string, position: number): string {
  let text: string;
  try {
    text = JSON.parse(quoted) as string;
  } catch {
    throw badRequest('invalidFilter', `Filter, position ${position}: not a JSON string. Escape \\ and ".`);
  }
  const fault = textFault(text);
  if (fault) throw badRequest('invalidFilter', `Filter, position ${position}: this text holds ${fault}.`);
  return text;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (at < text.length && isBlank(text.charAt(at))) at += 1;
  return at;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function isDelimiter(character: string): boolean {
  return isBlank(character) || character === '"' || PUNCTUATION.has(character);
}

/** Hands out tokens one by one; `reads` shows a test that the work is bounded by their number. */
export class TokenReader {
  reads = 0;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
    this.#end = { kind: 'end', text: '', position: text.length + 1 };
  }

  /** The next token without taking it. */
  peek(): Token {
    this.reads += 1;
    return this.#tokens[this.#next] ?? this.#end;
  }

  take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }
}
