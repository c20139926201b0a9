import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { STALLED_CONNECTION_MS, serverOptions } from '../../../src/http/limits.ts';
import { publicApp } from '../../../src/http/public-app.ts';
import type { Bridge } from '../bridge.ts';
import { TOKEN, startBridge } from '../bridge.ts';

/** Sends the text as it is and returns what comes until the server closes. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let reply = '';
    socket.on('data', (chunk) => (reply += chunk.toString()));
    socket.on('close', () => resolve(reply));
    socket.on('error', () => resolve(reply));
  });
}

const POST = 'POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\n';

describe('a connection', () => {
  const requests = [
    { name: 'two lengths', text: `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello` },
    { name: 'a length twice', text: `${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello` },
    { name: 'a list of lengths', text: `${POST}Content-Length: 5, 5\r\n\r\nhello` },
    { name: 'a length with a sign', text: `${POST}Content-Length: +5\r\n\r\nhello` },
    { name: 'a length beyond numbers', text: `${POST}Content-Length: 99999999999999999999\r\n\r\nhello` },
    {
      name: 'a length and chunks',
      text: `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    },
    { name: 'an unknown encoding', text: `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n` },
    {
      name: 'an encoding after chunked',
      text: `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    },
    { name: 'a blank before the colon', text: `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n` },
    { name: 'a folded header', text: `${POST}X-A: 1\r\n folded\r\nContent-Length: 0\r\n\r\n` },
    { name: 'a folded length', text: `${POST}Content-Length:\r\n 5\r\n\r\nhello` },
    { name: 'a bare line feed', text: 'POST /scim/v2/Users HTTP/1.1\nHost: x\nContent-Length: 0\n\n' },
    { name: 'a bare carriage return', text: `${POST}X-A: 1\rX-B: 2\r\n\r\n` },
    { name: 'a NUL in a header', text: `${POST}X-A: a\0b\r\n\r\n` },
    { name: 'headers of more than 16 KiB', text: `${POST}X-Long: ${'a'.repeat(17_000)}\r\n\r\n` },
    { name: 'no Host', text: 'GET /scim/v2/Users HTTP/1.1\r\n\r\n' },
    { name: 'HTTP/2', text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  ];
  it.each(requests)('with $name is refused and closed', async ({ text }) => {
    const { url } = await startBridge();
    expect(await raw(url, text)).toMatch(/^HTTP\/1\.1 4(00|31) /);
  });

  const repeated = [
    { header: 'host', lines: 'Host: y' },
    { header: 'authorization', lines: `Authorization: Bearer ${TOKEN}\r\nAuthorization: Bearer other` },
    { header: 'content-type', lines: 'Content-Type: application/json\r\nContent-Type: text/plain' },
  ];
  it.each(repeated)(
    'with $header twice is answered 400: two readers could see two requests',
    async ({ lines, header }) => {
      const { url } = await startBridge();
      const reply = await raw(url, `${POST}${lines}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      expect(reply).toMatch(/^HTTP\/1\.1 400 /);
      expect(reply).toContain(`The header ${header} is given twice`);
    },
  );

  const codings = ['gzip, chunked', 'identity\r\nTransfer-Encoding: chunked'];
  it.each(codings)(
    'with Transfer-Encoding %j is answered 400: only chunks are undone here',
    async (coding) => {
      const { url } = await startBridge();
      const reply = await raw(
        url,
        `${POST}Transfer-Encoding: ${coding}\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      );
      expect(reply).toMatch(/^HTTP\/1\.1 400 /);
      expect(reply).toContain('Transfer-Encoding');
    },
  );

  it('leaves nothing of a refused body to be read as another request', async () => {
    const { url } = await startBridge();
    const inner = `DELETE /scim/v2/Users/1 HTTP/1.1\r\nHost: x\r\n\r\n`;
    const text = `${POST}Content-Length: ${inner.length}\r\nConnection: close\r\n\r\n${inner}`;
    expect((await raw(url, text)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
  });
});

/** The server's own timeouts, a hundred times as fast. */
async function startFast(): Promise<{ url: string; server: Server; call: Bridge['call'] }> {
  const { runtime, call } = await startBridge();
  const server: Server = createServer(
    {
      ...serverOptions,
      headersTimeout: serverOptions.headersTimeout! / 100,
      requestTimeout: serverOptions.requestTimeout! / 100,
      connectionsCheckingInterval: serverOptions.connectionsCheckingInterval! / 100,
    },
    publicApp(runtime),
  );
  server.setTimeout(STALLED_CONNECTION_MS / 100);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, call };
}

describe('a slow client', () => {
  const slow = [
    { name: 'never ends its headers', text: `${POST}X-A: 1\r\n` },
    {
      name: 'never ends its body',
      text: `${POST}Authorization: Bearer ${TOKEN}\r\nContent-Length: 100\r\n\r\n{`,
    },
    {
      name: 'never ends its chunks',
      text: `${POST}Authorization: Bearer ${TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
    },
  ];
  it.each(slow)('who $name is answered 408 and cut off', async ({ text }) => {
    const { url } = await startFast();
    expect(await raw(url, text)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('keeps nobody else waiting', async () => {
    const { url } = await startFast();
    const slowOnes = Promise.all(Array.from({ length: 50 }, () => raw(url, `${POST}X-A: 1\r\n`)));
    const reply = await fetch(`${url}/healthz`);
    expect(reply.status).toBe(200);
    await slowOnes;
  });

  it('who takes nothing of what he asked for is cut off', async () => {
    const { url, server, call } = await startFast();
    const members = Array.from({ length: 10_000 }, (_, n) => ({ value: `u-${n}`, display: 'x'.repeat(60) }));
    const { body } = await call('post', '/Groups').send({ displayName: 'Blue', members }).expect(201);
    const { id } = body as { id: string };
    const cutOff = new Promise((resolve) =>
      server.once('connection', (socket) => socket.once('close', resolve)),
    );
    const { port } = new URL(url);
    // More than the system's own buffers hold, which is megabytes.
    const ask = `GET /scim/v2/Groups/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(ask.repeat(30)));
    socket.on('error', () => {});
    await cutOff;
    socket.destroy();
  });
});
