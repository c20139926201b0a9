import { expect, test } from 'vitest';
import { createCatalogCache } from '../../src/connect/catalog-cache.ts';
import { IDS, type Simulated, simulated } from './simulated.ts';

const HOUR_MS = 3_600_000;

async function cached() {
  const world = await simulated();
  const { clock, instance, simulator } = world;
  const catalogs = createCatalogCache({ clock, ttlMs: HOUR_MS, instance: () => instance });
  const reads = () =>
    simulator.journal().filter(({ operation }) => operation === 'ListRoutingProfiles').length;
  return { ...world, catalogs, reads };
}

const breakConnect = ({ simulator }: Simulated) =>
  simulator.addFault({ kind: 'serverError', operation: 'ListRoutingProfiles', count: 100 });

test('is read once for many, until it is older than its ttl', async () => {
  const { catalogs, clock, reads } = await cached();
  const [catalog] = await Promise.all([catalogs.get('uk'), catalogs.get('uk'), catalogs.get('uk')]);
  await clock.advance(HOUR_MS);
  expect(await catalogs.get('uk')).toBe(catalog);
  expect(reads()).toBe(1);
  await clock.advance(1);
  expect((await catalogs.get('uk')).contents.readAt).toBe(clock.now());
  expect(reads()).toBe(2);
});

test('stays at its last good copy while reading fails, asking again every 30 seconds', async () => {
  const world = await cached();
  const { catalogs, clock, reads, simulator } = world;
  const lastGood = await catalogs.get('uk');
  breakConnect(world);
  await clock.advance(HOUR_MS + 1);
  expect(await catalogs.get('uk')).toBe(lastGood);
  expect(await catalogs.get('uk')).toBe(lastGood);
  expect(reads()).toBe(2);
  await clock.advance(30_001);
  expect(await catalogs.get('uk')).toBe(lastGood);
  expect(reads()).toBe(3);
  simulator.clearFaults();
  await clock.advance(30_001);
  expect((await catalogs.get('uk')).contents.readAt).toBe(clock.now());
});

test('fails while it was never read', async () => {
  const world = await cached();
  breakConnect(world);
  await expect(world.catalogs.get('uk')).rejects.toMatchObject({ kind: 'retryable' });
  world.simulator.clearFaults();
  expect((await world.catalogs.get('uk')).id('routingProfiles', 'Sales')).toBe(IDS.sales);
});

test('a refresh says whether names or ids differ, and fails by itself', async () => {
  const world = await cached();
  const { catalogs, clock, simulator } = world;
  expect(await catalogs.refresh('uk')).toMatchObject({ changed: true });
  await clock.advance(60_000);
  expect(await catalogs.refresh('uk')).toMatchObject({
    changed: false,
    catalog: { contents: { readAt: clock.now() } },
  });
  simulator.operator.deleteRoutingProfile('acme-uk', 'Parked');
  const { changed, catalog } = await catalogs.refresh('uk');
  expect([changed, catalog.id('routingProfiles', 'Parked')]).toEqual([true, undefined]);
  breakConnect(world);
  await expect(catalogs.refresh('uk')).rejects.toMatchObject({ kind: 'retryable' });
  expect(await catalogs.get('uk')).toBe(catalog);
});
