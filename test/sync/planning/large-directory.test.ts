import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { insertUser } from '../../../src/store/users.ts';
import { whatIf } from '../../../src/sync/admin.ts';
import { startWorld } from '../../e2e/world.ts';
import { statementsOf } from '../../store/statements.ts';

const RULES = `rules:
  - { name: everybody, when: user.active, set: { routingProfile: Sales, securityProfiles: [Agent] } }`;

test('a what-if over many users leaves the event loop to SCIM, and nearly nothing is read there', async () => {
  const world = await startWorld();
  await world.quiet();
  const { runtime } = world;
  await runtime.store.write(async (tx) => {
    for (let n = 0; n < 1_500; n++) {
      const name = { givenName: 'Ana', familyName: 'Lima' };
      const doc = { schemas: [], userName: `user${n}@acme.test`, name, active: true };
      await insertUser(tx, { id: `id${n}`, directory: 'main', doc, at: 0 });
    }
  });
  let answered = 0;
  const { queries } = await statementsOf(runtime.store.read, async (read) => {
    const asked = { ...runtime, store: { ...runtime.store, read } };
    const mappingText = world.mapping().replace('rules:', RULES);
    const compared = whatIf(asked, { mappingText });
    // As many as a client may ask within the second at which the clock stands.
    const pending = Symbol('pending');
    while (answered < 50 && (await Promise.race([compared, turn(pending)])) === pending) {
      expect((await world.scim('get', '/Users/id7')).status).toBe(200);
      answered += 1;
    }
    const { instances } = await compared;
    expect(instances).toMatchObject([{ instance: 'uk', created: { users: 1_500 } }]);
    expect(instances[0]!.created.listed).toHaveLength(100);
  });
  expect(answered).toBeGreaterThan(0);
  expect(queries.length).toBeLessThan(20);
});
