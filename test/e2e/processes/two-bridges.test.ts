import { describe, expect, it } from 'vitest';
import { hasPostgres } from '../../postgres/database.ts';
import type { Bridge } from './two-bridges.ts';
import { eventually, startTwo } from './two-bridges.ts';

function person(name: string): object {
  return { userName: `${name}@acme.test`, name: { givenName: name, familyName: 'Byron' } };
}

/** An agent in sales; his group is made anew for each. */
async function addAgent(bridge: Bridge, name: string): Promise<void> {
  const user = await bridge.post('/Users', person(name));
  expect(user.status).toBe(201);
  const { id } = (await user.json()) as { id: string };
  const found = await bridge.post('/Groups/.search', { filter: 'displayName eq "Connect Sales"' });
  const { Resources } = (await found.json()) as { Resources: readonly { id: string }[] };
  const members = [{ value: id }];
  const [sales] = Resources;
  const reply = sales
    ? await bridge.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          {
            method: 'PATCH',
            path: `/Groups/${sales.id}`,
            data: {
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [{ op: 'add', path: 'members', value: members }],
            },
          },
        ],
      })
    : await bridge.post('/Groups', { displayName: 'Connect Sales', members });
  expect(reply.status).toBeLessThan(300);
}

describe.skipIf(!hasPostgres).concurrent('two bridges on one database', { timeout: 120_000 }, () => {
  it('both serve, one calls Connect, and the other takes over when that one is killed', async ({
    onTestFinished,
  }) => {
    const { first, second, journal, created } = await startTwo(onTestFinished);
    await addAgent(second, 'ana');
    await eventually(async () => (await created('ana@acme.test')).length > 0);
    expect([first.terms(), second.terms(), second.connect.sent()]).toEqual([1, 0, 0]);
    await first.kill();
    await addAgent(second, 'bo');
    await eventually(async () => (await created('bo@acme.test')).length > 0);
    expect(second.terms()).toBe(1);
    expect(await created('ana@acme.test')).toHaveLength(1);
    expect((await journal()).filter(({ status }) => status === 429)).toEqual([]);
  });

  it('one that is cut off from the database calls nobody by the time that the other begins', async ({
    onTestFinished,
  }) => {
    const { first, second, journal, created } = await startTwo(onTestFinished);
    await addAgent(first, 'ana');
    await eventually(async () => (await created('ana@acme.test')).length > 0);
    first.database.cut();
    const refused = first.post('/Users', person('cy'));
    await addAgent(second, 'bo');
    await eventually(async () => second.connect.sent() > 0);
    const sentBefore = first.connect.sent();
    await eventually(async () => (await created('bo@acme.test')).length > 0);
    expect(first.connect.sent()).toBe(sentBefore);
    expect((await refused).status).toBe(503);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);

    first.database.heal();
    await eventually(async () => (await first.post('/Users', person('dee'))).status === 201);
    expect([first.terms(), second.terms()]).toEqual([1, 1]);
    expect(first.connect.sent()).toBe(sentBefore);
    expect((await journal()).filter(({ status }) => status === 429)).toEqual([]);
  });
});
