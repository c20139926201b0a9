import { describe, expect, it } from 'vitest';
import type { Bridge } from '../bridge.ts';
import { startBridge } from '../bridge.ts';

function mapping(invalid: 'reject' | 'park'): string {
  return `
version: 1
username: { value: user.userName, invalid: ${invalid} }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - name: sales
    when: { group: Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
`;
}

const legal = { userName: 'ada@acme.test', name: { givenName: 'Ada', familyName: 'Byron' } };
const illegal = { ...legal, userName: 'ada byron' };

async function create({ call }: Bridge, body: object): Promise<string> {
  const reply = await call('post', '/Users').send(body).expect(201);
  return (reply.body as { id: string }).id;
}

function set(path: string, value: unknown): object {
  return { Operations: [{ op: 'replace', path, value }] };
}

describe('a userName that Connect can never take', () => {
  it('is refused on create, with what is wrong and what to do, and nothing is stored', async () => {
    const { call } = await startBridge({ mapping: mapping('reject') });
    const reply = await call('post', '/Users').send(illegal).expect(400);
    expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    const { detail } = reply.body as { detail: string };
    expect(detail).toContain('"ada byron" contains a space');
    expect(detail).toContain('Give the user a value that Connect accepts');
    const { body } = await call('get', '/Users');
    expect(body).toMatchObject({ totalResults: 0 });
  });

  it('is refused when a change brings it, and the user stays as he was', async () => {
    const bridge = await startBridge({ mapping: mapping('reject') });
    const id = await create(bridge, legal);
    await bridge.call('patch', `/Users/${id}`).send(set('userName', 'ada byron')).expect(400);
    await bridge.call('put', `/Users/${id}`).send(illegal).expect(400);
    const { body } = await bridge.call('get', `/Users/${id}`);
    expect(body).toMatchObject({ userName: 'ada@acme.test', meta: { version: 'W/"1"' } });
  });

  it('does not refuse changes of something else, nor ever a deactivation', async () => {
    const bridge = await startBridge({ mapping: mapping('reject') });
    const id = await create(bridge, { ...illegal, active: false });
    await bridge.call('patch', `/Users/${id}`).send(set('title', 'Agent')).expect(200);
    await bridge.call('patch', `/Users/${id}`).send(set('active', true)).expect(200);
    await bridge.call('patch', `/Users/${id}`).send(set('title', 'Lead')).expect(200);
    await bridge.call('patch', `/Users/${id}`).send(set('userName', 'ada king')).expect(400);
    const leaver = { Operations: [{ op: 'replace', value: { active: false, userName: 'ada king' } }] };
    await bridge.call('patch', `/Users/${id}`).send(leaver).expect(200);
  });

  it('is stored where the mapping parks such users', async () => {
    const bridge = await startBridge({ mapping: mapping('park') });
    await create(bridge, illegal);
  });

  it('is stored while no mapping is active', async () => {
    const bridge = await startBridge();
    await create(bridge, illegal);
  });
});
