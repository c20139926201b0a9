import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Comparand, CompareOperator } from '../../scim/filter/filter.ts';
import { fold } from './functions.ts';

export type Sql = RawBuilder<unknown>;

/** One value in SQL, in each form in which a filter may compare it; a form that the value does not have is null. */
export interface Leaf {
  readonly text: Sql;
  readonly folded: Sql;
  readonly number: Sql;
  /** UTC milliseconds. */
  readonly instant: Sql;
  /** 1 or 0. */
  readonly boolean: Sql;
  /** A condition: there is a value, an empty one included. */
  readonly exists: Sql;
  /** A condition: there is a value, and it is not empty. */
  readonly present: Sql;
}

const NULL = sql`null`;
const TRUE = sql`1 = 1`;

export function textLeaf(text: Sql, folded: Sql = fold(text)): Leaf {
  const exists = sql`${text} is not null`;
  const present = sql`${text} <> ''`;
  return { text, folded, number: NULL, instant: NULL, boolean: NULL, exists, present };
}

export function instantLeaf(instant: Sql): Leaf {
  return { text: NULL, folded: NULL, number: NULL, instant, boolean: NULL, exists: TRUE, present: TRUE };
}

/** @param boolean 1, 0 or null */
export function booleanLeaf(boolean: Sql): Leaf {
  const exists = sql`${boolean} is not null`;
  return { text: NULL, folded: NULL, number: NULL, instant: NULL, boolean, exists, present: exists };
}

/** A complex attribute that is always there. */
export const presentLeaf: Leaf = textLeaf(sql`'present'`);

/** A condition that is true where the value compares as asked; false or null elsewhere. */
export function compareLeaf(leaf: Leaf, operator: CompareOperator, comparand: Comparand): Sql {
  switch (comparand.kind) {
    case 'folded':
      return compareText(leaf.folded, operator, comparand.value);
    case 'exact':
      return compareText(leaf.text, operator, comparand.value);
    case 'number':
      return ordered(leaf.number, operator, sql`${comparand.value}`);
    case 'instant':
      return differsOr(leaf, leaf.instant, operator, comparand.value);
    case 'boolean':
      return differsOr(leaf, leaf.boolean, operator, comparand.value ? 1 : 0);
    default:
      return comparand satisfies never;
  }
}

function compareText(text: Sql, operator: CompareOperator, value: string): Sql {
  switch (operator) {
    case 'co':
      return sql`instr(${text}, ${value}) > 0`;
    case 'sw':
      return sql`substr(${text}, 1, length(${value})) = ${value}`;
    case 'ew':
      return sql`substr(${text}, length(${text}) - length(${value}) + 1) = ${value}`;
    case 'eq':
    case 'ne':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return ordered(text, operator, sql`${value}`);
    default:
      return operator satisfies never;
  }
}

/** A value of another kind, such as a text that is no date, differs from every date. */
function differsOr(leaf: Leaf, form: Sql, operator: CompareOperator, value: number): Sql {
  if (operator !== 'ne') return ordered(form, operator, sql`${value}`);
  return sql`(${leaf.exists} and (${form} is null or ${form} <> ${value}))`;
}

function ordered(form: Sql, operator: CompareOperator, value: Sql): Sql {
  switch (operator) {
    case 'eq':
      return sql`${form} = ${value}`;
    case 'ne':
      return sql`${form} <> ${value}`;
    case 'gt':
      return sql`${form} > ${value}`;
    case 'ge':
      return sql`${form} >= ${value}`;
    case 'lt':
      return sql`${form} < ${value}`;
    case 'le':
      return sql`${form} <= ${value}`;
    case 'co':
    case 'sw':
    case 'ew':
      return NULL;
    default:
      return operator satisfies never;
  }
}
