import { compileExpression, type Expression } from '../mapping/expression.ts';
import { USER_ATTRIBUTES } from '../mapping/expression/attributes.ts';
import { ExpressionError } from '../mapping/expression/error.ts';
import type { ConfigProblem } from './error.ts';
import type { Path, YamlFile } from './yaml-file.ts';

/** Compiles the expression at `path`; what is wrong with it is collected, so that one reading finds everything. */
export type ReadExpression = (path: Path, text: string) => Expression;

export function expressionReader(yaml: YamlFile, problems: ConfigProblem[]): ReadExpression {
  return (path, text) => {
    try {
      return compileExpression(text, { expects: 'string', attributes: USER_ATTRIBUTES });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const shown = text.trim().replace(/\s+/g, ' ');
      problems.push({ ...yaml.position(path, error.start), message: `in \`${shown}\`: ${error.message}` });
      return UNUSABLE;
    }
  };
}

/** Stands in until the file is refused for the problem that was collected. */
const UNUSABLE: Expression = { text: '', facts: [], factText: () => '', evaluate: () => '' };
