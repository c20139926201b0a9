import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONNECT_OPERATIONS } from '../../src/connect/operation.ts';

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

test('the IAM policy allows exactly the operations that the bridge calls', () => {
  const file = new URL('../../docs/iam-policy.json', import.meta.url);
  const policy = JSON.parse(readFileSync(file, 'utf8')) as Policy;
  const allowed = new Set(policy.Statement.flatMap(({ Action }) => Action));
  expect([...allowed].sort()).toEqual(
    Object.keys(CONNECT_OPERATIONS)
      .map((operation) => `connect:${operation}`)
      .sort(),
  );
});

test.each(['iam-trust-policy', 'iam-assume-role-policy'])(
  '%s.json allows that a role is assumed, and no more',
  (name) => {
    const file = new URL(`../../docs/${name}.json`, import.meta.url);
    const policy = JSON.parse(readFileSync(file, 'utf8')) as Policy;
    expect(policy.Statement.map(({ Action }) => Action)).toEqual(['sts:AssumeRole']);
  },
);
