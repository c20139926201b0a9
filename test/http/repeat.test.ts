import { describe, expect, it } from 'vitest';
import type { Exchange } from '../fixtures/life.ts';
import { filled, lives, readLife } from '../fixtures/life.ts';
import type { Bridge } from './bridge.ts';
import { startBridge } from './bridge.ts';

type Sent = Exchange['request'];

async function send({ call }: Bridge, { method, path, headers, body }: Sent) {
  const sent = call(method.toLowerCase() as 'get', path).set(headers);
  return body === undefined ? sent : sent.send(JSON.stringify(body));
}

/** Plays a life and returns the last write of each resource, under its path. */
async function play(bridge: Bridge, life: readonly Exchange[]): Promise<ReadonlyMap<string, Sent>> {
  const captured = new Map([['base', `${bridge.url}/scim/v2`]]);
  const lastWrites = new Map<string, Sent>();
  for (const exchange of life) {
    const { request } = filled(exchange, captured);
    const reply = await send(bridge, request);
    const body = reply.body as Readonly<Record<string, string>>;
    for (const [name, member] of Object.entries(exchange.capture ?? {}))
      captured.set(name, body[member] ?? '');
    if (request.method === 'GET' || request.method === 'POST' || reply.status >= 300) continue;
    if (request.method === 'DELETE') forgetWritesAbout(request, lastWrites);
    lastWrites.set(request.path.split('?')[0]!, request);
  }
  return lastWrites;
}

/** A write that names someone who is gone since would add him again, as a member that nobody knows. */
function forgetWritesAbout({ path }: Sent, lastWrites: Map<string, Sent>): void {
  const id = path.split('/').at(-1)!;
  for (const [resource, write] of lastWrites)
    if (JSON.stringify(write).includes(id)) lastWrites.delete(resource);
}

async function stateOf({ call, runtime }: Bridge) {
  const [users, groups] = await Promise.all([call('get', '/Users'), call('get', '/Groups')]);
  const work = await runtime.store.read.selectFrom('work_item').select(['user_id', 'generation']).execute();
  const fanOuts = await runtime.store.read.selectFrom('fan_out').select('seq').execute();
  return { users: users.body as unknown, groups: groups.body as unknown, work, fanOuts };
}

describe('the last request of every resource, repeated', () => {
  it.each(lives)('moves no version and queues nobody: %s', async (file) => {
    const bridge = await startBridge();
    const lastWrites = await play(bridge, readLife(file));
    const before = await stateOf(bridge);
    bridge.clock.advance(60_000);
    for (const request of lastWrites.values()) {
      const reply = await send(bridge, request);
      expect(request.method === 'DELETE' ? reply.status === 404 : reply.status < 300).toBe(true);
    }
    expect(await stateOf(bridge)).toEqual(before);
  });
});
