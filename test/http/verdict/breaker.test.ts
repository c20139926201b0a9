import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/config/mapping-config.ts';
import type { Bridge } from '../bridge.ts';
import { startBridge } from '../bridge.ts';

const mapping = `
version: 1
username: { value: user.userName, invalid: reject }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - name: sales
    when: { group: Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
`;

async function create({ call }: Bridge, userName: string): Promise<number> {
  const reply = await call('post', '/Users').send({ userName, name: { givenName: 'A', familyName: 'B' } });
  return reply.status;
}

/** Sends users whose names have a space, which Connect refuses. */
async function createIllegal(bridge: Bridge, count: number, prefix = 'no'): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push(await create(bridge, `${prefix} ${index}`));
  return statuses;
}

async function withUsers(count: number): Promise<Bridge> {
  const bridge = await startBridge({ mapping });
  for (let index = 0; index < count; index += 1) {
    bridge.clock.advance(100);
    expect(await create(bridge, `user-${index}`)).toBe(201);
  }
  return bridge;
}

async function degraded({ url }: Bridge): Promise<string> {
  const { body } = await request(url).get('/readyz');
  return JSON.stringify((body as { degraded: unknown }).degraded);
}

describe('a cause that refuses many users within ten minutes', () => {
  const sizes = [
    { users: 0, refused: 5 },
    { users: 140, refused: 7 },
  ];
  it.each(sizes)(
    'is let pass after $refused of them in a directory of $users',
    async ({ users, refused }) => {
      const bridge = await withUsers(users);
      const statuses = await createIllegal(bridge, refused + 2);
      expect(statuses.slice(0, refused)).toEqual(Array.from({ length: refused }, () => 400));
      expect(statuses.slice(refused)).toEqual([201, 201]);
    },
  );

  it('is told in readiness, status and metrics for as long as it is met', async () => {
    const bridge = await withUsers(0);
    await createIllegal(bridge, 5);
    expect(await degraded(bridge)).not.toContain('usernameInvalid');
    await createIllegal(bridge, 7);
    expect(await degraded(bridge)).toContain(
      'directory main: too many users were refused for one cause (usernameInvalid): since 2026-01-01T00:00:00.000Z 2 writes',
    );
    const { text } = await request(bridge.url).get('/metrics');
    expect(text).toContain('bridge_accepted_verdicts{directory="main",cause="usernameInvalid"} 2');
    bridge.clock.advance(9 * 60_000);
    expect(await create(bridge, 'still one')).toBe(201);
    bridge.clock.advance(9 * 60_000);
    expect(await degraded(bridge)).toContain('usernameInvalid');
    bridge.clock.advance(60_000);
    expect(await degraded(bridge)).not.toContain('usernameInvalid');
    expect(await create(bridge, 'one more')).toBe(400);
  });

  it('counts users, not repetitions, and only those of the last ten minutes', async () => {
    const bridge = await withUsers(0);
    for (let time = 0; time < 8; time += 1) expect(await create(bridge, 'no 1')).toBe(400);
    await createIllegal(bridge, 5);
    bridge.clock.advance(10 * 60_000);
    expect(await createIllegal(bridge, 5, 'later')).toEqual([400, 400, 400, 400, 400]);
  });

  it('does not let pass users with another cause', async () => {
    const bridge = await withUsers(0);
    await createIllegal(bridge, 8);
    const nameless = { userName: 'ada', name: { givenName: '', familyName: '' } };
    await bridge.call('post', '/Users').send(nameless).expect(400);
  });

  it('is forgotten with the mapping that was wrong', async () => {
    const bridge = await withUsers(0);
    await createIllegal(bridge, 8);
    bridge.runtime.directories.get('main')!.mapping = {
      version: 2,
      mapping: loadMapping(mapping, 'mapping.yaml'),
    };
    expect(await degraded(bridge)).not.toContain('usernameInvalid');
    expect(await create(bridge, 'no more')).toBe(400);
  });
});
