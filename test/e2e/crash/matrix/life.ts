import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBridgeConfig } from '../../../../src/config/bridge-config.ts';
import { createServer } from '../../../../src/http/server.ts';
import { createLog } from '../../../../src/log.ts';
import { openBridge } from '../../../../src/sync/bridge.ts';
import type { Runtime } from '../../../../src/sync/runtime.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { quiet } from '../../quiet.ts';
import type { IdpMemory } from '../identity-provider.ts';
import { IdentityProvider } from '../identity-provider.ts';

const TOKEN = 'token-of-okta';

/** A bridge on the store of a folder, and the IdP that speaks to it, on a virtual clock. */
export interface Life {
  readonly runtime: Runtime;
  readonly idp: IdentityProvider;
  readonly memory: IdpMemory;
  readonly folder: string;
  now(): number;
  /** Whoever waits, waits for ever. */
  stopTime(): void;
  quiet(): Promise<void>;
  /** What of the acknowledged the bridge does not have. */
  lost(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Writes what bridges on the folder are configured with. */
export async function writeSettings(
  folder: string,
  settings: {
    readonly connectUrl: string;
    readonly bridge: (yaml: string) => string;
    readonly mapping: (yaml: string) => string;
  },
): Promise<void> {
  const yaml = (await readFile('config/bridge.yaml', 'utf8'))
    .replace('127.0.0.1:8080 ', '127.0.0.1:0 ')
    .replace('sqlite:./data/bridge.db', `sqlite:${folder}/bridge.db`)
    .replace('data/admin.sock', join(folder, 'admin.sock'))
    .replace('http://127.0.0.1:4580', settings.connectUrl);
  await writeFile(join(folder, 'bridge.yaml'), settings.bridge(yaml));
  const mapping = await readFile('config/mapping.yaml', 'utf8');
  await writeFile(join(folder, 'mapping.yaml'), settings.mapping(mapping));
}

interface Since {
  /** UTC milliseconds. */
  readonly startMs: number;
  readonly memory: IdpMemory;
}

/** @param since when it starts, and what the IdP knows of an earlier life on the folder */
export async function openLife(
  folder: string,
  { startMs, memory = { ids: new Map(), acknowledged: new Map() } }: Partial<Since> = {},
): Promise<Life> {
  const clock = new VirtualClock(startMs);
  const read = (path: string) => readFile(path, 'utf8');
  const env = { OKTA_TOKEN_SHA256: hash('sha256', TOKEN) };
  const bridge = await openBridge({
    config: await loadBridgeConfig(join(folder, 'bridge.yaml'), { readFile: read, env }),
    clock,
    log: createLog('silent'),
    readFile: read,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    pid: process.pid,
  });
  const server = createServer(bridge.runtime, { env });
  const { url } = await server.listen();
  await bridge.start();
  const idp = new IdentityProvider({
    token: TOKEN,
    memory,
    bridgeUrl: async () => url,
    onSend: () => undefined,
  });
  return {
    runtime: bridge.runtime,
    idp,
    memory,
    folder,
    now: () => clock.now(),
    stopTime: () => clock.stop(),
    quiet: () => quiet(bridge.runtime, clock),
    lost: () => idp.lost(url),
    close: async () => {
      clock.stop();
      await server.close();
      await bridge.stop();
    },
  };
}
