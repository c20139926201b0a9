import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/database.ts';
import type { GuardEffect } from '../../src/store/guard-effects.ts';
import {
  approveBatch,
  countedSince,
  effectsOfUser,
  heldBatches,
  heldOfBatch,
  purgeCounted,
  recordEffect,
  releaseEffects,
} from '../../src/store/guard-effects.ts';
import { upsertLink } from '../../src/store/links.ts';
import { engines } from './temporary-store.ts';

function record(store: Store, userId: string, effect: Partial<GuardEffect>): Promise<void> {
  return store.write(async (tx) => {
    const instance = effect.instance ?? 'uk';
    await upsertLink(tx, {
      userId,
      instance,
      directory: 'main',
      userName: `${userId}@acme.test`,
      linked: null,
      creating: null,
      sync: 'held',
      reason: null,
      scimDeletedAt: null,
      syncedAt: null,
    });
    await recordEffect(tx, {
      userId,
      instance,
      effect: 'deactivate',
      state: 'held',
      cause: 'deactivated',
      countedAt: 100,
      routingProfileId: null,
      ...effect,
    });
  });
}

describe.each(engines)('guard effects on $engine', ({ open }) => {
  it('are counted once per user, from a moment on', async () => {
    const store = await open();
    await record(store, 'ana', { state: 'counted', countedAt: 100 });
    await record(store, 'ana', { state: 'counted', countedAt: 200 });
    await record(store, 'bo', { state: 'counted', countedAt: 50 });
    await record(store, 'cy', { state: 'held' });
    await record(store, 'dan', { state: 'counted', effect: 'delete' });
    await record(store, 'eve', { state: 'counted', instance: 'us' });
    expect(await countedSince(store.read, { instance: 'uk' }, 'deactivate', 100)).toBe(1);
    expect(await countedSince(store.read, { instance: 'uk' }, 'deactivate', 50)).toBe(2);
    expect((await effectsOfUser(store.read, 'ana', 'uk')).states).toEqual({ deactivate: 'counted' });
  });

  it('that are held gather in one batch per instance and kind', async () => {
    const store = await open();
    await record(store, 'ana', { countedAt: 300 });
    await record(store, 'bo', { countedAt: 200, cause: 'unmatched' });
    await record(store, 'cy', { countedAt: 400 });
    await record(store, 'dan', { effect: 'delete', countedAt: 500, cause: 'deleted' });
    expect(await heldBatches(store.read)).toEqual([
      {
        batch: 'deactivate-uk-1',
        instance: 'uk',
        effect: 'deactivate',
        users: 3,
        since: 200,
        causes: { deactivated: 2, unmatched: 1 },
      },
      {
        batch: 'delete-uk-2',
        instance: 'uk',
        effect: 'delete',
        users: 1,
        since: 500,
        causes: { deleted: 1 },
      },
    ]);
    expect(await heldOfBatch(store.read, 'delete-uk-2')).toEqual([
      {
        userId: 'dan',
        instance: 'uk',
        directory: 'main',
        userName: 'dan@acme.test',
        effect: 'delete',
        cause: 'deleted',
        since: 500,
      },
    ]);
  });

  it('are approved by batch, and the next to be held start another', async () => {
    const store = await open();
    await record(store, 'ana', {});
    await record(store, 'bo', {});
    const approved = await store.write((tx) => approveBatch(tx, 'deactivate-uk-1'));
    expect(approved.map(({ userId }) => userId)).toEqual(['ana', 'bo']);
    expect((await effectsOfUser(store.read, 'ana', 'uk')).states).toEqual({ deactivate: 'approved' });
    expect(await store.write((tx) => approveBatch(tx, 'deactivate-uk-1'))).toEqual([]);
    await record(store, 'cy', {});
    expect(await heldBatches(store.read)).toMatchObject([{ batch: 'deactivate-uk-2', users: 1 }]);
  });

  it('that are planned no more are forgotten, unless counted', async () => {
    const store = await open();
    await record(store, 'ana', { effect: 'deactivate', state: 'held' });
    await record(store, 'ana', { effect: 'delete', state: 'counted' });
    await record(store, 'ana', { effect: 'recreate', state: 'approved' });
    await store.write((tx) => releaseEffects(tx, 'ana', 'uk', ['deactivate', 'delete', 'recreate']));
    expect((await effectsOfUser(store.read, 'ana', 'uk')).states).toEqual({ delete: 'counted' });
    expect(await heldBatches(store.read)).toEqual([]);
  });

  it('that were counted before the window can be counted again', async () => {
    const store = await open();
    await record(store, 'ana', { state: 'counted', countedAt: 99 });
    await record(store, 'bo', { state: 'counted', countedAt: 100 });
    await record(store, 'cy', { state: 'held', countedAt: 1 });
    await store.write((tx) => purgeCounted(tx, 'uk', 'deactivate', 100));
    expect((await effectsOfUser(store.read, 'ana', 'uk')).states).toEqual({});
    expect((await effectsOfUser(store.read, 'bo', 'uk')).states).toEqual({ deactivate: 'counted' });
    expect((await effectsOfUser(store.read, 'cy', 'uk')).states).toEqual({ deactivate: 'held' });
  });
});
