import { expect, it } from 'vitest';
import { prepared } from '../../../src/store/engine/prepared.ts';
import { temporaryStore } from '../temporary-store.ts';

type Row = { readonly key: string; readonly value: string };

const insert = prepared((db, rows: readonly Row[]) => db.insertInto('meta').values(rows));
const byKeys = prepared((db, { keys, not }: { readonly keys: readonly string[]; readonly not: string }) =>
  db.selectFrom('meta').selectAll().where('value', '!=', not).where('key', 'in', keys).orderBy('key'),
);

it('runs a query with new values each time, and with lists of any length', async () => {
  const store = await temporaryStore();
  await store.write((tx) => insert(tx, [{ key: 'a', value: '1' }]));
  await store.write((tx) =>
    insert(tx, [
      { key: 'b', value: '2' },
      { key: 'c', value: '3' },
    ]),
  );
  const cases = [
    { keys: ['a', 'b'], not: '2', found: ['a'] },
    { keys: ['b', 'c'], not: '1', found: ['b', 'c'] },
    { keys: ['c'], not: '1', found: ['c'] },
    { keys: ['a', 'b', 'c'], not: '3', found: ['a', 'b'] },
  ];
  for (const { found, ...values } of cases) {
    expect((await byKeys(store.read, values)).map(({ key }) => key)).toEqual(found);
  }
});

it('gives each value to its name, in whatever order the names come', async () => {
  const store = await temporaryStore();
  await store.write((tx) => insert(tx, [{ key: 'a', value: '1' }]));
  await store.write((tx) => insert(tx, [{ value: '2', key: 'b' }]));
  expect(await byKeys(store.read, { keys: ['a', 'b'], not: 'x' })).toEqual([
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ]);
  expect(await byKeys(store.read, { not: '1', keys: ['a', 'b'] })).toEqual([{ key: 'b', value: '2' }]);
});
