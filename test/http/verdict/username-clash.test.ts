import { describe, expect, it } from 'vitest';
import type { ConnectUserId } from '../../../src/connect/user.ts';
import { upsertLink } from '../../../src/store/links.ts';
import type { Bridge } from '../bridge.ts';
import { startBridge } from '../bridge.ts';

/** The nickname is the username, so that two users can have one. */
const mapping = `
version: 1
username: { value: user.nickName, invalid: reject }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - name: sales
    when: { group: Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
`;

function body(userName: string, nickName: string, more: object = {}): object {
  return { userName, nickName, name: { givenName: 'A', familyName: 'B' }, ...more };
}

async function create({ call }: Bridge, userName: string, nickName: string): Promise<string> {
  const reply = await call('post', '/Users').send(body(userName, nickName)).expect(201);
  return (reply.body as { id: string }).id;
}

interface InConnect {
  readonly lifecycle?: 'active' | 'suspended' | 'deleted';
  readonly scimDeletedAt?: number;
}

/** Writes down that Connect has the user. */
async function link({ runtime }: Bridge, userId: string, username: string, state: InConnect): Promise<void> {
  await runtime.store.write((tx) =>
    upsertLink(tx, {
      userId,
      instance: 'uk',
      directory: 'main',
      userName: username,
      linked: {
        userId: `connect-${userId}` as ConnectUserId,
        username,
        lifecycle: state.lifecycle ?? 'active',
        lastApplied: {},
        actual: {},
        tags: { applied: {}, actual: {} },
        proficiencies: { applied: [], actual: [] },
        snapshot: null,
        agentStatusId: null,
        retiring: null,
      },
      creating: null,
      sync: 'synced',
      reason: null,
      scimDeletedAt: state.scimDeletedAt ?? null,
      syncedAt: null,
    }),
  );
}

/** Ada, whom Connect has as `ada`. */
async function withAda(state: InConnect = {}): Promise<{ bridge: Bridge; ada: string }> {
  const bridge = await startBridge({ mapping });
  const ada = await create(bridge, 'ada@acme.test', 'ada');
  await link(bridge, ada, 'ada', state);
  return { bridge, ada };
}

describe('a Connect username that another user has', () => {
  it.each(['active', 'suspended'] as const)(
    'is refused on create, in any case, naming the other, who is %s',
    async (lifecycle) => {
      const { bridge, ada } = await withAda({ lifecycle });
      const reply = await bridge.call('post', '/Users').send(body('a.king@acme.test', 'ADA')).expect(409);
      expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
      expect((reply.body as { detail: string }).detail).toContain(ada);
      const { body: list } = await bridge.call('get', '/Users');
      expect(list).toMatchObject({ totalResults: 1 });
    },
  );

  it('is refused when a change brings it, and the user stays as he was', async () => {
    const { bridge } = await withAda();
    const other = await create(bridge, 'bo@acme.test', 'bo');
    const change = { Operations: [{ op: 'replace', path: 'nickName', value: 'Ada' }] };
    await bridge.call('patch', `/Users/${other}`).send(change).expect(409);
    await bridge.call('put', `/Users/${other}`).send(body('bo@acme.test', 'ada')).expect(409);
    const reply = await bridge.call('get', `/Users/${other}`);
    expect(reply.body).toMatchObject({ nickName: 'bo', meta: { version: 'W/"1"' } });
  });

  it('refuses no user who keeps his own, and no deactivation', async () => {
    const { bridge, ada } = await withAda();
    const change = { Operations: [{ op: 'replace', path: 'nickName', value: 'Ada' }] };
    await bridge.call('patch', `/Users/${ada}`).send(change).expect(200);
    const inactive = body('bo@acme.test', 'ada', { active: false });
    const reply = await bridge.call('post', '/Users').send(inactive).expect(201);
    const { id } = reply.body as { id: string };
    const title = { Operations: [{ op: 'replace', path: 'title', value: 'Agent' }] };
    await bridge.call('patch', `/Users/${id}`).send(title).expect(200);
  });

  const harmless = [
    { name: 'deleted by hand in Connect', state: { lifecycle: 'deleted' } },
    { name: 'deleted by the identity provider: it may be the same person', state: { scimDeletedAt: 1 } },
  ] as const;
  it.each(harmless)('may be taken from one who was $name', async ({ state }) => {
    const { bridge } = await withAda(state);
    await create(bridge, 'a.king@acme.test', 'ada');
  });
});
