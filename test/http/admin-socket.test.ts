import { request } from 'node:http';
import { expect, test } from 'vitest';
import { createServer } from '../../src/http/server.ts';
import { startBridge } from './bridge.ts';

test('a bridge does not take over the admin socket of another that answers there', async () => {
  const { runtime } = await startBridge();
  const second = createServer(runtime, { env: {} });
  await expect(second.listen()).rejects.toThrow(
    `Another bridge answers at the adminSocket ${runtime.config.adminSocket}.`,
  );
  await second.close();
  expect(await statusCode(runtime.config.adminSocket)).toBe(200);
});

function statusCode(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/admin/v1/status' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
