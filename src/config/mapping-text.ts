import { ConfigError } from './error.ts';

/** One of the files of a mapping. */
export interface MappingSource {
  readonly file: string;
  readonly text: string;
}

/** The line before each file where several are one text: a comment in YAML, so that a reader can see what it is. */
const SEPARATOR = /^#% file: (.+)$/m;

/**
 * The files of a mapping as one text, as it is proposed, hashed and stored.
 *
 * @param paths base first
 * @throws ConfigError when a file holds the line that would separate it from the next
 */
export async function readMappingText(
  paths: readonly string[],
  readFile: (path: string) => Promise<string>,
): Promise<string> {
  const texts = await Promise.all(paths.map(readFile));
  const [only = ''] = texts;
  if (texts.length === 1) return only;
  return paths.map((path, index) => separated(path, texts[index] ?? '')).join('\n');
}

/**
 * Files as one text that is not, or not yet, what bridge.yaml names. A single file too goes under its own name, so
 * that mistakes are reported in it.
 *
 * @param paths base first
 * @throws ConfigError as `readMappingText`
 */
export async function readNamedMappingText(
  paths: readonly string[],
  readFile: (path: string) => Promise<string>,
): Promise<string> {
  const text = await readMappingText(paths, readFile);
  return paths.length === 1 ? separated(paths[0]!, text) : text;
}

function separated(file: string, text: string): string {
  const found = SEPARATOR.exec(text);
  if (found === null) return `#% file: ${file}\n${text}`;
  const line = text.slice(0, found.index).split('\n').length;
  throw new ConfigError([{ file, line, column: 1, message: 'a line cannot begin with "#% file:".' }]);
}

/**
 * The files that a text was made of, base first.
 *
 * @param file name of the one file, when it is one
 */
export function mappingFiles(text: string, file: string): readonly MappingSource[] {
  if (!text.startsWith('#% file: ')) return [{ file, text }];
  const [, ...parts] = text.split(new RegExp(SEPARATOR, 'gm'));
  return parts.flatMap((name, index) =>
    index % 2 === 0 ? [{ file: name, text: (parts[index + 1] ?? '').slice(1) }] : [],
  );
}
