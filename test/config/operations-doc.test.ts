import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const doc = readFileSync('docs/operations.md', 'utf8');

test('docs/operations.md names every metric', () => {
  const source = readFileSync('src/http/metrics.ts', 'utf8');
  const names = [...source.matchAll(/name: '(bridge_[a-z_]+)'/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !doc.includes(`\`${name}\``))).toEqual([]);
});

test('docs/operations.md names every key of bridge.yaml', () => {
  const keys = new Set<string>();
  collect(JSON.parse(readFileSync('config/bridge.schema.json', 'utf8')), keys);
  expect(keys.size).toBeGreaterThan(30);
  expect([...keys].filter((key) => !doc.includes(key))).toEqual([]);
});

/** The keys that a file can have; names that it chooses itself, such as aliases, are none. */
function collect(schema: unknown, keys: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [word, value] of Object.entries(schema)) {
    if (word === 'properties') for (const key of Object.keys(value as object)) keys.add(key);
    collect(value, keys);
  }
}
