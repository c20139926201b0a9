import { RE2JS, RE2JSException } from 're2js';
import { ExpressionError } from './error.ts';
import { MAX_RESULT_LENGTH, NOWHERE } from './text.ts';

/**
 * Steps of the compiled pattern: its time for a text grows with both. Smaller would refuse `\d{1,90}`; with more, one
 * user could take tens of milliseconds.
 */
const MAX_PROGRAM_SIZE = 200;

/** What is wrong with a pattern of RE2, in words; null when it can be used. */
export function patternProblem(pattern: string): string | null {
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_PROGRAM_SIZE
      ? `it has ${size} steps when its repetitions are written out, ${MAX_PROGRAM_SIZE} are allowed`
      : null;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return error.message.replace(/^error parsing regexp: /, '');
  }
}

/**
 * `re2` with a memory for its patterns: each is written out in the file, so they are few. Its time grows with the
 * length of the text, whatever the pattern.
 *
 * @returns whether the pattern is found anywhere in the text
 * @throws ExpressionError for a text that no field of a Connect user can hold
 */
export function rememberingRe2(): (text: string, pattern: string) => boolean {
  const patterns = new Map<string, RE2JS>();
  return (text, pattern) => {
    if (text.length > MAX_RESULT_LENGTH) {
      throw new ExpressionError(`re2 works with ${MAX_RESULT_LENGTH} characters at most.`, NOWHERE);
    }
    const known = patterns.get(pattern) ?? RE2JS.compile(pattern);
    patterns.set(pattern, known);
    return known.test(text);
  };
}
