import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startChild } from '../crash/child.ts';

/** A folder with the settings of a bridge that no instance answers; what it serves needs none. */
async function settings() {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-reload-'));
  const config = parse(await readFile('config/bridge.yaml', 'utf8'));
  config.server = { listen: '127.0.0.1:0', publicUrl: 'http://scim.acme.test' };
  config.storage = { url: `sqlite:${folder}/bridge.db` };
  config.adminSocket = join(folder, 'admin.sock');
  config.instances.uk.endpoint = 'http://127.0.0.1:9';
  await writeFile(join(folder, 'mapping.yaml'), await readFile('config/mapping.yaml', 'utf8'));
  const file = join(folder, 'bridge.yaml');
  const write = (token: string) => {
    config.directories.main.clients = { okta: { tokenHash: hash('sha256', token) } };
    return writeFile(file, stringify(config));
  };
  return { folder, file, write };
}

test('a bridge that serves takes a token as soon as its file says so', { timeout: 60_000 }, async ({
  onTestFinished,
}) => {
  const { folder, file, write } = await settings();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await write('old-token');
  const bridge = await startChild(['serve', '--config', file]);
  onTestFinished(() => bridge.kill());
  const statusWith = async (token: string) =>
    (await fetch(`${bridge.url}/scim/v2/Users`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await statusWith('old-token'), await statusWith('new-token')]).toEqual([200, 401]);
  await write('new-token');
  while ((await statusWith('new-token')) !== 200) await delay(100);
  expect(await statusWith('old-token')).toBe(401);
});
