import { sql } from 'kysely';
import { fold, instant } from './functions.ts';
import type { Leaf, Sql } from './leaf.ts';
import type { Step } from './path-steps.ts';
import { stepsOf } from './path-steps.ts';
import type { Scope } from './scope.ts';

/** A JSON document, and the path in it (SQL that yields `$."emails"[0]`) that names are looked up from. */
interface Place {
  readonly doc: Sql;
  readonly path: Sql;
  /** Lists above: each has a name of its own in SQL. */
  readonly depth: number;
}

/** The attributes of a stored document on SQLite. Names are cased as in the schema there, and what it calls lists are lists. */
export function documentScope(doc: Sql): Scope {
  return jsonScope({ doc, path: sql`'$'`, depth: 0 });
}

function jsonScope(place: Place): Scope {
  return {
    some: (path, test) => everyValue(place, stepsOf(path), (at) => test(jsonLeaf(at))),
    element: (path, test) =>
      everyValue(place, stepsOf(path), (at) => sql`(${jsonLeaf(at).exists} and ${test(jsonScope(at))})`),
    first: (path) => jsonLeaf(stepsOf(path).reduce(firstValue, place)),
  };
}

/** A condition: `test` holds at some place that the steps lead to. */
function everyValue(place: Place, steps: readonly Step[], test: (at: Place) => Sql): Sql {
  const [step, ...rest] = steps;
  if (!step) return test(place);
  const next = child(place, step.key);
  if (!step.multiValued) return everyValue(next, rest, test);
  const each = sql.table(`each${place.depth}`);
  const element = { ...next, path: sql`${each}.fullkey`, depth: place.depth + 1 };
  return sql`exists (select 1 from json_each(${next.doc}, ${next.path}) as ${each} where ${each}.type <> 'null' and ${everyValue(element, rest, test)})`;
}

function firstValue(place: Place, { key, multiValued }: Step): Place {
  const next = child(place, key);
  return multiValued ? { ...next, path: sql`(${next.path} || '[0]')` } : next;
}

function child(place: Place, key: string): Place {
  return { ...place, path: sql`(${place.path} || ${`."${key}"`})` };
}

function jsonLeaf({ doc, path }: Place): Leaf {
  const type = sql`json_type(${doc}, ${path})`;
  const text = sql`case ${type} when 'text' then ${doc} ->> ${path} end`;
  return {
    text,
    folded: fold(text),
    number: sql`case when ${type} in ('integer', 'real') then ${doc} ->> ${path} end`,
    instant: instant(text),
    boolean: sql`case ${type} when 'true' then 1 when 'false' then 0 end`,
    exists: sql`coalesce(${type}, 'null') <> 'null'`,
    present: sql`coalesce(${doc} -> ${path}, 'null') not in ('null', '""', '{}', '[]')`,
  };
}
