import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/database.ts';
import {
  acquireOwnership,
  holders,
  holdsOwnership,
  releaseOwnership,
  renewOwnership,
} from '../../src/store/ownership/ownership.ts';
import { engines } from './temporary-store.ts';

const SCOPE = 'default/eu-west-2';
const LONG_MS = 60_000;

function acquire(store: Store, holder: string, leaseMs = LONG_MS, scope = SCOPE) {
  return store.write((tx) => acquireOwnership(tx, scope, { holder, leaseMs }));
}

describe.each(engines)('ownership on $engine', ({ open }) => {
  it('is of one process at a time, for each account and Region', async () => {
    const store = await open();
    expect(await acquire(store, 'a')).toEqual({ scope: SCOPE, epoch: 1, lapsed: false });
    expect(await acquire(store, 'b')).toBeNull();
    expect(await acquire(store, 'a')).toBeNull();
    expect(await acquire(store, 'b', LONG_MS, 'default/us-east-1')).toMatchObject({ epoch: 1 });
  });

  it('that was let go passes to the next at once', async () => {
    const store = await open();
    const first = await acquire(store, 'a');
    await store.write((tx) => releaseOwnership(tx, first!));
    expect(await acquire(store, 'b')).toEqual({ scope: SCOPE, epoch: 2, lapsed: false });
  });

  it('is told by account and Region while it is held', async () => {
    const store = await open();
    const first = await acquire(store, 'a');
    await acquire(store, 'b', LONG_MS, 'default/us-east-1');
    await acquire(store, 'c', 0, 'default/eu-central-1');
    await store.write((tx) => releaseOwnership(tx, first!));
    expect(await holders(store.read)).toEqual(new Map([['default/us-east-1', 'b']]));
  });

  it('that ran out passes on, with the word that its holder may still be at work', async () => {
    const store = await open();
    const first = await acquire(store, 'a', 0);
    expect(await acquire(store, 'b')).toEqual({ scope: SCOPE, epoch: 2, lapsed: true });
    expect(await store.write((tx) => holdsOwnership(tx, first!))).toBe(false);
    expect(await store.write((tx) => renewOwnership(tx, first!, LONG_MS))).toBe(false);
    await store.write((tx) => releaseOwnership(tx, first!));
    expect(await acquire(store, 'c')).toBeNull();
  });

  it('that ran out and that nobody took is renewed as if nothing had happened', async () => {
    const store = await open();
    const first = await acquire(store, 'a', 0);
    expect(await store.write((tx) => renewOwnership(tx, first!, LONG_MS))).toBe(true);
    expect(await store.write((tx) => holdsOwnership(tx, first!))).toBe(true);
    expect(await acquire(store, 'b')).toBeNull();
  });

  it('goes to one of those who ask at the same moment', async () => {
    const store = await open();
    const answers = await Promise.all(['a', 'b', 'c'].map((holder) => acquire(store, holder)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });
});
