import type { Arbitrary } from 'fast-check';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchCorpus, texts } from './corpus.ts';
import type { Bridge } from '../bridge.ts';
import { TOKEN, startBridge } from '../bridge.ts';

/** Sends a request as a client would that has read no specification; each has a rate limit's second of its own. */
async function send(
  bridge: Bridge,
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  bridge.clock.advance(1_000);
  const reply = await fetch(`${bridge.url}/scim/v2${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: reply.status, text: await reply.text() };
}

/** Whatever was asked: an answer that a SCIM client understands, and never the server's fault. */
function expectAnswer({ status, text }: { readonly status: number; readonly text: string }): void {
  expect(status === 501 || status < 500, text).toBe(true);
  if (status < 400) return;
  const { schemas, detail, status: sent } = JSON.parse(text) as Record<string, unknown>;
  expect(schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
  expect(sent).toBe(String(status));
  expect(detail).toBeTypeOf('string');
}

const anyText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const word = fc.constantFrom(
  ...texts.flatMap((text) => text.split(/([ "[\]().])/)).filter((part) => part !== ''),
);
/** Words of real filters and paths in any order: nearer to the grammar than random text. */
const salad = fc.array(word, { maxLength: 20 }).map((words) => words.join(''));
const anyValue = fc.oneof(fc.jsonValue({ maxDepth: 3 }), anyText, fc.array(fc.record({ value: anyText })));
const operation = fc.record(
  {
    op: fc.oneof(fc.constantFrom('add', 'Replace', 'remove'), anyText),
    path: fc.oneof(salad, anyText, fc.constantFrom(...patchCorpus)),
    value: anyValue,
  },
  { requiredKeys: ['op'] },
);
const patch = fc
  .record({ Operations: fc.array(operation, { maxLength: 4 }) })
  .map((body) => JSON.stringify(body));

const RUNS = { numRuns: 150 };

async function created({ call }: Bridge, path: string, body: object): Promise<string> {
  const reply = await call('post', path).send(body).expect(201);
  return (reply.body as { id: string }).id;
}

async function startPopulated() {
  const bridge = await startBridge();
  const user = await created(bridge, '/Users', {
    userName: 'ada@acme.test',
    name: { givenName: 'Ada' },
    emails: [{ value: 'ada@acme.test', type: 'work', primary: true }],
  });
  const group = await created(bridge, '/Groups', { displayName: 'Blue', members: [{ value: user }] });
  return { bridge, user, group };
}

describe('whatever is sent', () => {
  it('as a body, the server does not fail', async () => {
    const { bridge, user, group } = await startPopulated();
    const bodies = fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
    );
    const targets = [
      ['POST', '/Users'],
      ['PUT', `/Users/${user}`],
      ['PATCH', `/Users/${user}`],
      ['POST', '/Groups'],
      ['PUT', `/Groups/${group}`],
      ['PATCH', `/Groups/${group}`],
      ['POST', '/Bulk'],
      ['POST', '/.search'],
      ['POST', '/Users/.search'],
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), bodies, async ([method, path], body) => {
        expectAnswer(await send(bridge, method, path, body));
      }),
      RUNS,
    );
  });

  it('as a query, the server does not fail', async () => {
    const { bridge } = await startPopulated();
    const value = fc.oneof(salad, anyText, fc.integer().map(String));
    const names = [
      'filter',
      'sortBy',
      'sortOrder',
      'startIndex',
      'count',
      'cursor',
      'attributes',
      'excludedAttributes',
    ];
    const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/Users', '/Groups'), query, async (path, parameters) => {
        const search = new URLSearchParams(parameters);
        expectAnswer(await send(bridge, 'GET', `${path}?${search.toString()}`));
      }),
      RUNS,
    );
  });

  it('as a PATCH, it is done as a whole or not at all', async () => {
    const { bridge, user, group } = await startPopulated();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(`/Users/${user}`, `/Groups/${group}`), patch, async (path, body) => {
        const before = await send(bridge, 'GET', path);
        const reply = await send(bridge, 'PATCH', path, body);
        expectAnswer(reply);
        const after = await send(bridge, 'GET', path);
        expect(after.status).toBe(200);
        if (reply.status >= 400) expect(after.text).toBe(before.text);
        if (reply.status === 200) expect(JSON.parse(after.text)).toEqual(JSON.parse(reply.text));
        // Asked for the same again, nothing changes: what is stored is what was understood.
        const put = await send(bridge, 'PUT', path, after.text);
        expect(put.status).toBe(200);
        expect(JSON.parse(put.text)).toEqual(JSON.parse(after.text));
      }),
      RUNS,
    );
  });

  it('as a Bulk request, each operation has an answer', async () => {
    const { bridge, user, group } = await startPopulated();
    const bulkOperation = fc.record(
      {
        method: fc.constantFrom('POST', 'put', 'PATCH', 'DELETE', 'GET', ''),
        path: fc.oneof(
          fc.constantFrom(
            '/Users',
            '/Groups',
            `/Users/${user}`,
            `/Groups/${group}`,
            '/Users/bulkId:a',
            '/Me',
            '/',
          ),
          anyText,
        ),
        bulkId: fc.constantFrom('a', 'b', ''),
        version: anyText,
        data: fc.oneof(
          fc.record({
            userName: anyText,
            displayName: anyText,
            members: fc.constant([{ value: 'bulkId:a' }]),
          }),
          fc.object({ maxDepth: 2 }),
        ),
      },
      { requiredKeys: ['method', 'path'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bulkOperation, { maxLength: 5 }), async (Operations) => {
        const reply = await send(bridge, 'POST', '/Bulk', JSON.stringify({ Operations }));
        expectAnswer(reply);
        if (reply.status !== 200) return;
        const { Operations: results } = JSON.parse(reply.text) as { Operations: { status: string }[] };
        expect(results).toHaveLength(Operations.length);
        for (const { status } of results) expect(Number(status)).toBeLessThan(500);
      }),
      RUNS,
    );
  });

  it('in headers, the server does not fail', async () => {
    const { bridge, user } = await startPopulated();
    const name = fc.constantFrom(
      'If-Match',
      'If-None-Match',
      'Content-Type',
      'Accept',
      'Authorization',
      'X-Forwarded-Host',
    );
    const value = fc.oneof(
      fc.constantFrom(
        '*',
        'W/"1"',
        'W/"',
        '"",,,"',
        'application/scim+json;charset=',
        'Bearer',
        'Basic YTpi',
      ),
      fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'PATCH', 'DELETE'),
        name,
        value,
        async (method, header, text) => {
          if (method === 'DELETE' && header !== 'If-Match') return;
          const body = method === 'PATCH' ? '{"Operations":[]}' : undefined;
          const path = method === 'DELETE' ? '/Users/nobody' : `/Users/${user}`;
          expectAnswer(await send(bridge, method, path, body, { [header]: text }));
        },
      ),
      RUNS,
    );
  });
});
