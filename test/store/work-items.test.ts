import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/plan/plan.ts';
import type { Store } from '../../src/store/database.ts';
import type { NewWork, Stage, WorkItem } from '../../src/store/work-items.ts';
import { countWork } from '../../src/store/work/count-work.ts';
import {
  enqueue,
  isCurrent,
  READ_FIRST,
  replan,
  requeue,
  settle,
  settleDoubt,
  toApplyStage,
  workOfUser,
} from '../../src/store/work-items.ts';
import { claimDue, nextDueAt, releaseLeases } from '../../src/store/work/claim.ts';
import { statementsOf } from './statements.ts';
import { engines } from './temporary-store.ts';

const LEASE_MS = 1_000;

/** A change by group or attribute: it waits for others until `dueAt`. */
function change(
  store: Store,
  { userId = 'ana', ...work }: Partial<NewWork> & { receivedAt: number },
): Promise<void> {
  return store.write((tx) =>
    enqueue(tx, {
      userId,
      directory: 'main',
      instances: ['uk'],
      lane: 'move',
      dueAt: work.receivedAt + 30,
      ...work,
    }),
  );
}

function claim(
  store: Store,
  now: number,
  options: { stage?: Stage; limit?: number; lane?: Lane } = {},
): Promise<readonly WorkItem[]> {
  return store.write((tx) => claimDue(tx, { stage: 'plan', leaseMs: LEASE_MS, limit: 10, now, ...options }));
}

async function claimOne(store: Store, now: number, stage: Stage = 'plan'): Promise<WorkItem> {
  const [item] = await claim(store, now, { stage });
  return item!;
}

async function itemOf(store: Store, userId = 'ana'): Promise<WorkItem | undefined> {
  return (await workOfUser(store.read, userId))[0];
}

describe.each(engines)('work items on $engine', ({ engine, open }) => {
  it('are one per instance, in the plan stage', async () => {
    const store = await open();
    await change(store, { receivedAt: 100, instances: ['uk', 'us'] });
    expect(await workOfUser(store.read, 'ana')).toEqual(
      ['uk', 'us'].map((instance) => ({
        userId: 'ana',
        instance,
        directory: 'main',
        generation: 1,
        stage: 'plan',
        lane: 'move',
        dueAt: 130,
        attempts: 0,
        leaseUntil: 0,
        receivedAt: 100,
        lastError: null,
        operation: null,
      })),
    );
  });

  const enqueues = [
    {
      name: 'gather further changes without being put off by them',
      before: async () => {},
      work: { receivedAt: 110 },
      expected: { generation: 2, dueAt: 130, receivedAt: 100, lane: 'move' },
    },
    {
      name: 'are due at once when a leaver is among the changes',
      before: async () => {},
      work: { receivedAt: 110, dueAt: 110, lane: 'leaver' as const },
      expected: { generation: 2, dueAt: 110, lane: 'leaver' },
    },
    {
      name: 'forget failures and their delay at a new change',
      before: async (store: Store) => {
        const item = await claimOne(store, 130);
        await store.write((tx) =>
          requeue(tx, item, { dueAt: 9_000, error: 'throttled', countsAsAttempt: true }),
        );
      },
      work: { receivedAt: 200 },
      expected: { attempts: 0, dueAt: 230, lastError: null },
    },
    {
      name: 'once planned, start a new gathering',
      before: async (store: Store) => {
        const item = await claimOne(store, 130);
        await store.write((tx) => toApplyStage(tx, item, { lane: 'joiner', operation: 'CreateUser' }));
      },
      work: { receivedAt: 200 },
      expected: { stage: 'plan', dueAt: 230, lane: 'joiner' },
    },
    {
      name: 'once planned as a leaver, never wait',
      before: async (store: Store) => {
        const item = await claimOne(store, 130);
        await store.write((tx) => toApplyStage(tx, item, { lane: 'leaver', operation: 'CreateUser' }));
      },
      work: { receivedAt: 200 },
      expected: { stage: 'plan', dueAt: 130, lane: 'leaver' },
    },
    {
      name: 'being worked on, keep their lease and start a new gathering',
      before: async (store: Store) => void (await claimOne(store, 130)),
      work: { receivedAt: 140 },
      expected: { generation: 2, leaseUntil: 130 + LEASE_MS, dueAt: 170 },
    },
    {
      name: 'whose lease has run out keep their due time',
      before: async (store: Store) => void (await claimOne(store, 130)),
      work: { receivedAt: 5_000 },
      expected: { dueAt: 130 },
    },
  ];
  it.each(enqueues)('$name', async ({ before, work, expected }) => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    await before(store);
    await change(store, work);
    expect(await itemOf(store)).toMatchObject(expected);
  });

  it('are claimed when due, once until their lease runs out', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    expect(await claim(store, 129)).toEqual([]);
    expect(await claim(store, 130)).toMatchObject([{ userId: 'ana', generation: 1, leaseUntil: 1_130 }]);
    expect(await claim(store, 1_129)).toEqual([]);
    expect(await claim(store, 1_130)).toMatchObject([{ userId: 'ana' }]);
  });

  it('are claimed by lane, then by due time, up to the limit', async () => {
    const store = await open();
    const queued: readonly [string, Lane, number][] = [
      ['cosmetic', 'cosmetic', 10],
      ['late joiner', 'joiner', 30],
      ['joiner', 'joiner', 20],
      ['leaver', 'leaver', 90],
      ['locked', 'locked', 95],
      ['reduction', 'reduction', 50],
    ];
    for (const [userId, lane, dueAt] of queued) await change(store, { userId, lane, dueAt, receivedAt: 0 });
    const users = async (limit: number, lane?: Lane) =>
      (await claim(store, 100, { limit, ...(lane && { lane }) })).map(({ userId }) => userId);
    expect(await users(2, 'joiner')).toEqual(['joiner', 'late joiner']);
    expect(await users(3)).toEqual(['locked', 'leaver', 'reduction']);
    expect(await users(9)).toEqual(['cosmetic']);
  });

  it('are claimed from the stage that is asked for', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    const item = await claimOne(store, 130);
    await store.write((tx) => toApplyStage(tx, item, { lane: 'joiner', operation: 'CreateUser' }));
    expect(await claim(store, 200)).toEqual([]);
    expect(await claim(store, 200, { stage: 'apply' })).toMatchObject([{ stage: 'apply', lane: 'joiner' }]);
  });

  it('are closed by settle when nothing changed meanwhile', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    const item = await claimOne(store, 130);
    expect(await isCurrent(store.read, item)).toBe(true);
    await store.write((tx) => settle(tx, item));
    expect(await itemOf(store)).toBeUndefined();
    expect(await isCurrent(store.read, item)).toBe(false);
  });

  const closings: readonly { name: string; close: (store: Store, item: WorkItem) => Promise<void> }[] = [
    { name: 'settle', close: (store, item) => store.write((tx) => settle(tx, item)) },
    { name: 'replan', close: (store, item) => store.write((tx) => replan(tx, item)) },
    {
      name: 'requeue',
      close: (store, item) =>
        store.write((tx) => requeue(tx, item, { dueAt: 9_999, error: 'late', countsAsAttempt: true })),
    },
    {
      name: 'toApplyStage',
      close: (store, item) =>
        store.write((tx) => toApplyStage(tx, item, { lane: 'cosmetic', operation: 'CreateUser' })),
    },
  ];
  it.each(closings)('changed while being worked on are planned again after $name', async ({ close }) => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    const item = await claimOne(store, 130);
    await change(store, { receivedAt: 140, dueAt: 140, lane: 'leaver' });
    expect(await isCurrent(store.read, item)).toBe(false);
    await close(store, item);
    expect(await claim(store, 140)).toMatchObject([
      { generation: 2, stage: 'plan', lane: 'leaver', attempts: 0, lastError: null },
    ]);
  });

  it('keep a doubt about Connect that arose while the user changed', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    const item = await claimOne(store, 130);
    await change(store, { receivedAt: 140 });
    await store.write((tx) => requeue(tx, item, { dueAt: 9_999, error: READ_FIRST, countsAsAttempt: true }));
    expect(await claimOne(store, 170)).toMatchObject({ generation: 2, stage: 'plan', lastError: READ_FIRST });
  });

  it('keep a doubt about Connect through other failures, until a read has settled it', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    const item = await claimOne(store, 130);
    await store.write((tx) => requeue(tx, item, { dueAt: 200, error: READ_FIRST, countsAsAttempt: true }));
    const doubted = await claimOne(store, 200);
    await store.write((tx) => requeue(tx, doubted, { dueAt: 300, error: 'reset', countsAsAttempt: true }));
    const again = await claimOne(store, 300);
    expect(again).toMatchObject({ lastError: READ_FIRST });
    await store.write((tx) => settleDoubt(tx, again));
    await store.write((tx) => requeue(tx, again, { dueAt: 400, error: 'reset', countsAsAttempt: true }));
    expect(await claimOne(store, 400)).toMatchObject({ lastError: 'reset' });
  });

  it('wait after requeue in the stage they are in, and count the failures that count', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    const planned = await claimOne(store, 130);
    await store.write((tx) => toApplyStage(tx, planned, { lane: 'joiner', operation: 'CreateUser' }));
    const first = await claimOne(store, 130, 'apply');
    await store.write((tx) => requeue(tx, first, { dueAt: 500, error: 'reset', countsAsAttempt: true }));
    expect(await claimOne(store, 499, 'apply')).toBeUndefined();
    const second = await claimOne(store, 500, 'apply');
    expect(second).toMatchObject({ attempts: 1, lastError: 'reset' });
    await store.write((tx) => requeue(tx, second, { dueAt: 600, error: null, countsAsAttempt: false }));
    expect(await itemOf(store)).toMatchObject({ stage: 'apply', attempts: 1, lastError: null, dueAt: 600 });
  });

  it('left behind by a killed process are free at once, with a doubt that outlasts further changes', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    await claim(store, 130);
    await store.write((tx) => releaseLeases(tx, ['uk']));
    await change(store, { receivedAt: 140 });
    expect(await claimOne(store, 200)).toMatchObject({ generation: 2, lastError: READ_FIRST });
  });

  it('whose lease ran out come back with the same doubt', async () => {
    const store = await open();
    await change(store, { receivedAt: 100 });
    expect(await claimOne(store, 130)).toMatchObject({ lastError: null });
    expect(await claimOne(store, 130 + LEASE_MS)).toMatchObject({ lastError: READ_FIRST });
  });

  it('tell when the next of them can be claimed', async () => {
    const store = await open();
    expect(await nextDueAt(store.read, 0)).toBeNull();
    await change(store, { receivedAt: 100 });
    expect(await nextDueAt(store.read, 0)).toBe(130);
    await claim(store, 130);
    expect(await nextDueAt(store.read, 200)).toBe(1_130);
    await change(store, { userId: 'bo', receivedAt: 300 });
    expect(await nextDueAt(store.read, 200)).toBe(330);
  });

  it('are counted by instance, stage and lane', async () => {
    const store = await open();
    for (const userId of ['ana', 'bo']) await change(store, { userId, receivedAt: 100 });
    await change(store, { userId: 'cy', lane: 'leaver', receivedAt: 50 });
    expect(await countWork(store.read)).toEqual([
      { instance: 'uk', stage: 'plan', lane: 'leaver', items: 1, oldestReceivedAt: 50 },
      { instance: 'uk', stage: 'plan', lane: 'move', items: 2, oldestReceivedAt: 100 },
    ]);
  });

  it('are found without looking at those that are not due', async () => {
    const store = await open();
    const { scans } = await store.write((tx) =>
      statementsOf(tx, async (noted) => {
        await claimDue(noted, { stage: 'apply', now: 1, leaseMs: 1, limit: 1 });
        await nextDueAt(noted, 1);
      }),
    );
    // In its order, up to the first that is not leased: sorting them would cost what all of them cost.
    const inOrder = scans.filter((scan) => scan.includes('work_item_by_due_at'));
    expect(scans).toEqual(inOrder);
    // PostgreSQL has statistics, and chooses by them.
    if (engine === 'sqlite') expect(inOrder).toHaveLength(1);
  });
});
