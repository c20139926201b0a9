import { describe, expect, it } from 'vitest';
import { appendAudit, listAudit } from '../../src/store/audit.ts';
import type { Store } from '../../src/store/database.ts';
import { pinGroup, pinsOf, releasePins } from '../../src/store/group-pins.ts';
import type { MappingVersion } from '../../src/store/mapping-versions.ts';
import {
  activateMapping,
  activeMapping,
  holdMapping,
  latestMapping,
  listMappings,
  mappingBySeq,
  proposeMapping,
  refuseMapping,
  supersedeMapping,
} from '../../src/store/mapping-versions.ts';
import { getMeta, setMeta } from '../../src/store/engine/meta.ts';
import { engines } from './temporary-store.ts';

function propose(store: Store, hash: string, directory = 'main'): Promise<MappingVersion> {
  return store.write((tx) =>
    proposeMapping(tx, { directory, hash, text: `text of ${hash}`, author: 'operator:ana', at: 10 }),
  );
}

describe.each(engines)('mapping versions on $engine', ({ open }) => {
  it('are proposed, and then the last of their directory', async () => {
    const store = await open();
    await propose(store, 'a');
    const version = await propose(store, 'b');
    await propose(store, 'c', 'other');
    expect(version).toMatchObject({ hash: 'b', text: 'text of b', state: 'proposed', proposedAt: 10 });
    expect(await latestMapping(store.read, 'main')).toEqual(version);
    expect(await mappingBySeq(store.read, 'main', version.seq)).toEqual(version);
    expect(await mappingBySeq(store.read, 'other', version.seq)).toBeNull();
    expect(await activeMapping(store.read, 'main')).toBeNull();
  });

  it('are active one at a time', async () => {
    const store = await open();
    const first = await propose(store, 'a');
    const waiting = await propose(store, 'b');
    const refused = await propose(store, 'c');
    const last = await propose(store, 'd');
    await store.write(async (tx) => {
      await activateMapping(tx, first, { at: 20 });
      await holdMapping(tx, waiting.seq, { uk: { suspended: 9 } });
      await refuseMapping(tx, refused.seq, 'mapping.yaml:3:1 no such profile');
      await activateMapping(tx, last, { at: 30, summary: { uk: { created: 1 } } });
    });
    expect(await activeMapping(store.read, 'main')).toMatchObject({ seq: last.seq, activatedAt: 30 });
    expect(await listMappings(store.read, 'main', 10)).toMatchObject([
      { hash: 'd', state: 'active', summary: { uk: { created: 1 } } },
      { hash: 'c', state: 'refused', error: 'mapping.yaml:3:1 no such profile' },
      { hash: 'b', state: 'superseded', summary: { uk: { suspended: 9 } } },
      { hash: 'a', state: 'superseded', activatedAt: 20 },
    ]);
    expect(await listMappings(store.read, 'main', 1)).toHaveLength(1);
  });

  it('keep the summary they were held with when approved, and may be superseded while held', async () => {
    const store = await open();
    const [held, passed] = [await propose(store, 'a'), await propose(store, 'b')];
    await store.write(async (tx) => {
      await holdMapping(tx, held.seq, { uk: 1 });
      await supersedeMapping(tx, passed.seq);
      await activateMapping(tx, held, { at: 20 });
    });
    expect(await activeMapping(store.read, 'main')).toMatchObject({ hash: 'a', summary: { uk: 1 } });
    expect(await latestMapping(store.read, 'main')).toMatchObject({ hash: 'b', state: 'superseded' });
  });
});

describe.each(engines)('group pins on $engine', ({ open }) => {
  it('keep the first group of a name until it is released', async () => {
    const store = await open();
    await store.write(async (tx) => {
      await pinGroup(tx, { directory: 'main', name: 'Sales', groupId: 'g' });
      await pinGroup(tx, { directory: 'main', name: 'Sales', groupId: 'h' });
      await pinGroup(tx, { directory: 'other', name: 'Sales', groupId: 'i' });
    });
    expect(await pinsOf(store.read, 'main')).toEqual(new Map([['Sales', 'g']]));
    await store.write((tx) => releasePins(tx, 'g'));
    expect(await pinsOf(store.read, 'main')).toEqual(new Map());
  });
});

describe.each(engines)('the audit on $engine', ({ open }) => {
  it('is listed newest first, page by page, filtered', async () => {
    const store = await open();
    await store.write(async (tx) => {
      for (const userId of ['ana', 'bo', 'ana', 'ana']) {
        await appendAudit(tx, { at: 5, directory: 'main', actor: 'bridge', action: 'user.synced', userId });
      }
      await appendAudit(tx, {
        at: 6,
        directory: 'main',
        actor: 'client:okta',
        action: 'group.update',
        groupId: 'g',
        requestId: 'r1',
        detail: { added: 2 },
      });
    });
    const first = await listAudit(store.read, { userId: 'ana', limit: 2 });
    expect(first.items.map(({ seq }) => seq)).toEqual([4, 3]);
    const rest = await listAudit(store.read, { userId: 'ana', limit: 2, cursor: first.nextCursor! });
    expect(rest).toMatchObject({ items: [{ seq: 1 }], nextCursor: null });
    expect((await listAudit(store.read, { action: 'group.update', groupId: 'g', limit: 5 })).items).toEqual([
      {
        seq: 5,
        at: 6,
        directory: 'main',
        actor: 'client:okta',
        action: 'group.update',
        userId: null,
        groupId: 'g',
        instance: null,
        requestId: 'r1',
        detail: { added: 2 },
      },
    ]);
    expect((await listAudit(store.read, { directory: 'other', limit: 5 })).items).toEqual([]);
  });
});

describe.each(engines)('meta on $engine', ({ open }) => {
  it('holds the last value of a key', async () => {
    const store = await open();
    expect(await getMeta(store.read, 'key')).toBeNull();
    await store.write((tx) => setMeta(tx, 'key', 'first'));
    await store.write((tx) => setMeta(tx, 'key', 'last'));
    expect(await getMeta(store.read, 'key')).toBe('last');
  });
});
