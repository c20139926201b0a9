import { describe, expect, it } from 'vitest';
import { upsertLink } from '../../../src/store/links.ts';
import type { Bridge } from '../bridge.ts';
import { startBridge } from '../bridge.ts';

const mapping = `
version: 1
username: { value: user.userName, invalid: park }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - name: sales
    when: { group: Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
`;

/** A user in group Sales whose name Connect does not take, as the worker parks him. */
async function withParked(surfaceParked: boolean): Promise<{ bridge: Bridge; id: string }> {
  const bridge = await startBridge({ mapping, directory: { surfaceParked } });
  const { body } = await bridge
    .call('post', '/Users')
    .send({ userName: 'ada byron', name: { givenName: 'Ada', familyName: 'Byron' } })
    .expect(201);
  const { id } = body as { id: string };
  await bridge
    .call('post', '/Groups')
    .send({ displayName: 'Sales', members: [{ value: id }] })
    .expect(201);
  await bridge.runtime.store.write((tx) =>
    upsertLink(tx, {
      userId: id,
      instance: 'uk',
      directory: 'main',
      userName: 'ada byron',
      linked: null,
      creating: null,
      sync: 'parked',
      reason: { code: 'usernameInvalid', detail: 'as it was', remedy: 'as it was' },
      scimDeletedAt: null,
      syncedAt: null,
    }),
  );
  return { bridge, id };
}

function set(path: string, value: unknown): object {
  return { Operations: [{ op: 'replace', path, value }] };
}

describe('a write for a parked user', () => {
  it('is answered with what is wrong and what to do, where the directory surfaces it, and not stored', async () => {
    const { bridge, id } = await withParked(true);
    const reply = await bridge.call('patch', `/Users/${id}`).send(set('title', 'Agent')).expect(400);
    expect(reply.body).toMatchObject({ scimType: 'invalidValue' });
    const { detail } = reply.body as { detail: string };
    expect(detail).toContain('"ada byron" contains a space');
    expect(detail).toContain('Give the user a value that Connect accepts');
    const { body } = await bridge.call('get', `/Users/${id}`);
    expect(body).toMatchObject({ meta: { version: 'W/"1"' } });
    expect(body).not.toHaveProperty('title');
  });

  it('is answered so too when it changes nothing: repeating it is how an admin looks again', async () => {
    const { bridge, id } = await withParked(true);
    await bridge.call('patch', `/Users/${id}`).send(set('userName', 'ada byron')).expect(400);
  });

  const passing = [
    { name: 'frees him', write: set('userName', 'ada.byron') },
    { name: 'deactivates him', write: set('active', false) },
  ];
  it.each(passing)('passes when it $name', async ({ write }) => {
    const { bridge, id } = await withParked(true);
    await bridge.call('patch', `/Users/${id}`).send(write).expect(200);
  });

  it('passes when it deletes him', async () => {
    const { bridge, id } = await withParked(true);
    await bridge.call('delete', `/Users/${id}`).expect(204);
  });

  it('passes where the directory does not surface it', async () => {
    const { bridge, id } = await withParked(false);
    await bridge.call('patch', `/Users/${id}`).send(set('title', 'Agent')).expect(200);
  });
});
