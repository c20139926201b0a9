import type { Document } from 'yaml';

type SyntaxError = Document.Parsed['errors'][number] | Document.Parsed['warnings'][number];

/** What is wrong with the YAML itself, at an offset of its text. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/**
 * What the library found, in words for those who do not know its grammar. Of errors of the grammar only the first:
 * those behind it come from reading on in the wrong place. Keys that are repeated are told all.
 */
export function syntaxProblems(
  { errors, warnings }: Document.Parsed,
  text: string,
): readonly SyntaxProblem[] {
  const found = [...errors, ...warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  const first = found.find(({ code }) => code !== 'DUPLICATE_KEY');
  if (first === undefined) return found.map((error) => problemOf(error, text));
  // Of a line that is indented too far, the library complains twice at the value above it; the second tells how far it read.
  const [start] = first.pos;
  const spanning = found.find(({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === start);
  return [problemOf(spanning ?? first, text)];
}

function problemOf(error: SyntaxError, text: string): SyntaxProblem {
  const [offset, end] = error.pos;
  const near = text.slice(offset, end);
  const told = IN_WORDS[error.code]?.({ offset, near, text, found: error.message });
  return { offset: told?.offset ?? offset, message: `not valid YAML: ${told?.message ?? error.message}` };
}

interface Found {
  readonly offset: number;
  /** What stands there. */
  readonly near: string;
  readonly text: string;
  /** In the words of the library. */
  readonly found: string;
}

type InWords = (found: Found) => { readonly message: string; readonly offset?: number };

const IN_WORDS: Partial<Record<SyntaxError['code'], InWords>> = {
  TAB_AS_INDENT: () => ({
    message: 'found a tab before this line, expected spaces. Let your editor indent with spaces.',
  }),
  DUPLICATE_KEY: ({ text, offset }) => ({
    message: `the key ${JSON.stringify(keyAt(text, offset))} stands twice in one map. Keep one of them.`,
  }),
  BAD_INDENT: ({ text, offset, found }) => ({
    message: found.startsWith('All ') ? OTHER_INDENT : UNCLOSED,
    offset: firstOfLine(text, offset),
  }),
  MULTILINE_IMPLICIT_KEY: ({ text, offset, near }) =>
    /^[\w-]+:\S/.test(near)
      ? { message: 'found no space behind the colon of a key.' }
      : { message: INDENTED, offset: firstOfLine(text, text.indexOf('\n', offset) + 1) },
  BLOCK_AS_IMPLICIT_KEY: () => ({
    message: 'found ": " in a value. Put a text with a colon in quotes.',
  }),
  UNEXPECTED_TOKEN: ({ near }) => ({
    message: `found ${shown(near)} behind a value that had ended. ${QUOTE_ALL}`,
  }),
  BAD_SCALAR_START: ({ near }) => ({ message: `a text cannot begin with ${near} unless it is in quotes.` }),
  MULTIPLE_DOCS: () => ({ message: 'found a second document behind "---", expected one.' }),
  RESOURCE_EXHAUSTION: ({ text, offset }) => ({
    message: 'it is nested too deeply to be read.',
    offset: firstOfNesting(text, offset),
  }),
};

const INDENTED =
  'this line is indented further than the line above, whose value has ended. Keys of one map begin in one column.';
const QUOTE_ALL = `Put an expression that begins with quotes into single ones: '"Sales" in groups && user.active'.`;

const OTHER_INDENT =
  'found another indentation than that of the keys or entries above, of which this must be one.';
const UNCLOSED =
  'found the next key, expected the end of a { or [ above. A # with a space before it begins a comment: put such a text in quotes.';

function keyAt(text: string, offset: number): string {
  return /^["']?([^"':\n]*)/.exec(text.slice(offset))?.[1] ?? '';
}

/** Where the text of a line begins, for a position somewhere in its indentation. */
function firstOfLine(text: string, offset: number): number {
  return offset + (/^ */.exec(text.slice(offset))?.[0].length ?? 0);
}

/** How deep the library comes depends on the machine; where the nesting begins does not. */
function firstOfNesting(text: string, offset: number): number {
  return offset - (/[[{ ]*$/.exec(text.slice(0, offset))?.[0].trimStart().length ?? 0);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
