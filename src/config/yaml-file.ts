import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { ConfigProblem } from './error.ts';
import { syntaxProblems } from './yaml-syntax.ts';

export type Path = readonly PropertyKey[];
type Position = Omit<ConfigProblem, 'message'>;

/** A YAML file as a plain value that still knows where each part of it stands. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Errors of the YAML itself; the value is then not to be trusted. */
  readonly problems: readonly ConfigProblem[];
  /** Of the value at `path`, or of a character of its text; where it is missing, of what should hold it. */
  position(path: Path, offset?: number | null): Position;
  /** Of a key in the map at `path`. */
  keyPosition(path: Path, key: string): Position;
}

export function parseYamlFile(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  // Keys as they are written: 0471 is a cost center, and not the number 471.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: ConfigProblem[] = syntaxProblems(document, text).map(({ offset, message }) => ({
    ...at(offset),
    message,
  }));
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return;
      problems.push({
        ...at(node.range?.[0] ?? 0),
        message: `not valid YAML: nothing is marked &${node.source}`,
      });
    },
  });
  const { value, problem } = problems.length > 0 ? NO_VALUE : plainValue(document);
  return {
    file,
    value,
    problems: problem === null ? problems : [...problems, { ...at(0), message: problem }],
    position: (path, offset = null) => at(valueOffset(document, text, path, offset)),
    keyPosition: (path, key) => at(keyOffset(document, path, key)),
  };
}

const NO_VALUE = { value: null, problem: null };

/** Aliases that unfold into more than a file can mean are an error of the library's own making. */
function plainValue(document: Document.Parsed): { readonly value: unknown; readonly problem: string | null } {
  try {
    return { value: document.toJS() as unknown, problem: null };
  } catch (error) {
    return { value: null, problem: `not valid YAML: ${(error as Error).message}` };
  }
}

function valueOffset(document: Document.Parsed, text: string, path: Path, offset: number | null): number {
  const node = document.getIn(path, true);
  if (!isNode(node) || !node.range) {
    return path.length === 0 ? 0 : valueOffset(document, text, path.slice(0, -1), null);
  }
  return node.range[0] + (offset === null ? 0 : offsetInSource(node, text, offset));
}

/** Where a character of a scalar stands in the file, as far as quotes and folding leave that plain. */
function offsetInSource(node: Node, text: string, offset: number): number {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return 0;
  const start = text.slice(node.range[0], node.range[1]).indexOf(node.value.trimEnd());
  return start === -1 ? 0 : start + offset;
}

function keyOffset(document: Document.Parsed, path: Path, key: string): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(node)
    ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : null;
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : 0;
}
