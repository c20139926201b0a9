import { type CompileOptions, type Expression, expressionCompiler } from '../../mapping/expression.ts';
import type { Attributes } from '../../mapping/expression/attributes.ts';
import { ExpressionError } from '../../mapping/expression/error.ts';
import type { Tables } from '../../mapping/expression/functions.ts';
import type { ConfigProblem } from '../error.ts';
import type { Path, YamlFile } from '../yaml-file.ts';

/** What is read of a file whose shape is right, and where to put what is wrong with it. */
export interface Reader {
  readonly yaml: YamlFile;
  readonly read: ReadExpression;
  /** Receives what is wrong, so that one reading finds everything. */
  readonly problems: ConfigProblem[];
}

/** Compiles the expression at `path`. */
export type ReadExpression = (path: Path, text: string, options: CompileOptions) => Expression;

/** A text over the user alone. */
export const OF_USER: CompileOptions = { expects: 'string', groups: false };
/** A text over the user and his groups. */
export const OF_USER_AND_GROUPS: CompileOptions = { expects: 'string', groups: true };

export function expressionReader(
  { yaml, problems }: Omit<Reader, 'read'>,
  attributes: Attributes,
  tables: Tables,
): ReadExpression {
  const compile = expressionCompiler(attributes, tables);
  return (path, text, options) => {
    try {
      return compile(text, options);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({
        ...yaml.position(path, error.start),
        message: `in \`${excerpt(text, error.start)}\`: ${error.message}`,
      });
      return UNUSABLE;
    }
  };
}

/** So much of a long expression on either side of its mistake. */
const SHOWN_AROUND = 100;

function excerpt(text: string, start: number): string {
  const from = start > SHOWN_AROUND ? start - SHOWN_AROUND : 0;
  const shown = text
    .slice(from, start + SHOWN_AROUND)
    .trim()
    .replace(/\s+/g, ' ');
  return `${from > 0 ? '… ' : ''}${shown}${start + SHOWN_AROUND < text.length ? ' …' : ''}`;
}

/** Stands in until the file is refused for the problem that was collected. */
const UNUSABLE: Expression = {
  text: '',
  reads: { facts: [], namedGroups: [], allGroups: false },
  yields: [],
  rows: '',
  readsAlike: () => true,
  factText: () => '',
  evaluate: () => '',
};
