import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseBridgeConfig } from '../../src/config/bridge-config.ts';

interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
  readonly configs: { readonly bridge: { readonly content: string } };
}

it('compose.yaml configures a bridge on its PostgreSQL and its simulator', async () => {
  const { services, configs } = parse(await readFile('compose.yaml', 'utf8')) as Compose;
  const env = { OKTA_TOKEN_SHA256: 'a'.repeat(64) };
  const { storage, instances, directories } = parseBridgeConfig(configs.bridge.content, 'bridge.yaml', env);
  const { hostname, username, pathname } = new URL(storage.url);
  expect(Object.keys(services)).toContain(hostname);
  expect(services[hostname]!.environment).toMatchObject({
    POSTGRES_USER: username,
    POSTGRES_DB: pathname.slice(1),
    POSTGRES_PASSWORD: services['bridge']!.environment!['PGPASSWORD'],
  });
  expect(Object.keys(services)).toContain(new URL(instances['uk']!.endpoint!).hostname);
  expect(directories['main']!.mapping).toEqual(['/app/config/mapping.yaml']);
});
