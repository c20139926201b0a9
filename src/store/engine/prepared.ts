import type { Compilable, CompiledQuery } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Db } from '../schema.ts';
import { compiledRows } from './compiled-rows.ts';

/** Shapes of one query: a list of values has as many as it has lengths, up to a batch. */
const KEPT_SHAPES = 500;

/**
 * A query that is built and compiled once for each engine and shape of its values, and then only run: building a
 * small query takes several times longer than running it.
 *
 * @param build may hand its values (a record, a list, or lists of records) only to the query, as they are
 */
export function prepared<Values extends object, Row>(
  build: (db: Db, values: Values) => Compilable<Row>,
): (db: Db, values: Values) => Promise<readonly Row[]> {
  const byEngine = new WeakMap<object, LRUCache<string, CompiledQuery<Row>>>();
  return async (db, values) => {
    const { adapter, plugins } = db.getExecutor();
    // Made to see or to change each query as it is built.
    if (plugins.length > 0) return (await db.executeQuery(build(db, values))).rows;
    let compiled = byEngine.get(adapter);
    if (!compiled) byEngine.set(adapter, (compiled = new LRUCache({ max: KEPT_SHAPES })));
    const { shape, leaves } = flattened(values);
    let known = compiled.get(shape);
    if (!known) compiled.set(shape, (known = build(db, placeholders(values) as Values).compile()));
    const parameters = known.parameters.map((value) =>
      value instanceof Placeholder ? leaves[value.index] : value,
    );
    return compiledRows(db, known, parameters);
  };
}
class Placeholder {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

interface Flattened {
  /** The names of all values, in order. */
  shape: string;
  readonly leaves: unknown[];
}

function flattened(value: unknown, into: Flattened = { shape: '', leaves: [] }): Flattened {
  if (typeof value !== 'object' || value === null) {
    into.leaves.push(value);
    return into;
  }
  for (const [name, inner] of Object.entries(value)) {
    into.shape += `${name},`;
    flattened(inner, into);
  }
  return into;
}

/** The same shape, with a placeholder for each value, numbered in the order of `flattened`. */
function placeholders(value: unknown, next = { index: 0 }): unknown {
  if (typeof value !== 'object' || value === null) return new Placeholder(next.index++);
  if (Array.isArray(value)) return value.map((inner) => placeholders(inner, next));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, placeholders(inner, next)]));
}
