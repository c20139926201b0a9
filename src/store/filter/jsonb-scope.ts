import { sql } from 'kysely';
import { fold, instant } from './functions.ts';
import type { Leaf, Sql } from './leaf.ts';
import type { Step } from './path-steps.ts';
import { stepsOf } from './path-steps.ts';
import type { Scope } from './scope.ts';

/** A JSON value on PostgreSQL. */
interface Place {
  readonly value: Sql;
  /** Lists above: each has a name of its own in SQL. */
  readonly depth: number;
}

/** `documentScope` of json-scope.ts for PostgreSQL. */
export function jsonbDocumentScope(doc: Sql): Scope {
  return jsonbScope({ value: sql`${doc}::jsonb`, depth: 0 });
}

function jsonbScope(place: Place): Scope {
  return {
    some: (path, test) => everyValue(place, stepsOf(path), ({ value }) => test(jsonbLeaf(value))),
    element: (path, test) =>
      everyValue(
        place,
        stepsOf(path),
        (at) => sql`(${jsonbLeaf(at.value).exists} and ${test(jsonbScope(at))})`,
      ),
    first: (path) => jsonbLeaf(stepsOf(path).reduce(firstValue, place).value),
  };
}

/** A condition: `test` holds at some place that the steps lead to. */
function everyValue(place: Place, steps: readonly Step[], test: (at: Place) => Sql): Sql {
  const [step, ...rest] = steps;
  if (!step) return test(place);
  const next = child(place, step.key);
  if (!step.multiValued) return everyValue(next, rest, test);
  const each = sql.table(`each${place.depth}`);
  const element = { value: sql`${each}.value`, depth: place.depth + 1 };
  // Where there is no list there is nothing to unfold, and the function would raise an error.
  const list = sql`case jsonb_typeof(${next.value}) when 'array' then ${next.value} end`;
  return sql`exists (select 1 from jsonb_array_elements(${list}) as ${each}(value) where jsonb_typeof(${each}.value) <> 'null' and ${everyValue(element, rest, test)})`;
}

function firstValue(place: Place, { key, multiValued }: Step): Place {
  const next = child(place, key);
  return multiValued ? { ...next, value: sql`(${next.value} -> 0)` } : next;
}

function child(place: Place, key: string): Place {
  return { ...place, value: sql`(${place.value} -> ${key}::text)` };
}

function jsonbLeaf(value: Sql): Leaf {
  const type = sql`jsonb_typeof(${value})`;
  const text = sql`(case ${type} when 'string' then ${value} #>> '{}' end collate "C")`;
  return {
    text,
    folded: fold(text),
    number: sql`case ${type} when 'number' then (${value} #>> '{}')::numeric end`,
    instant: instant(text),
    boolean: sql`case when ${type} = 'boolean' then (${value})::boolean::integer end`,
    exists: sql`coalesce(${type}, 'null') <> 'null'`,
    present: sql`coalesce(${value}, 'null') not in ('null', '""', '{}', '[]')`,
  };
}
