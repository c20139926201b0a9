import { hash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import type { BridgeConfig } from '../../config/bridge-config.ts';
import { loadBridgeConfig } from '../../config/bridge-config.ts';
import { createServer } from '../../http/server.ts';
import { createLog } from '../../log.ts';
import { createSimulator, parseSeed } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { openBridge } from '../../sync/bridge.ts';
import type { Runtime } from '../../sync/runtime.ts';
import type { Shell } from '../shell.ts';

/** A simulated Amazon Connect and a bridge on a fresh store, each on a port of its own. */
export interface Stage {
  readonly runtime: Runtime;
  readonly simulator: Simulator;
  readonly connectUrl: string;
  readonly scimUrl: string;
  /** Bearer token by directory. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Stops both and removes the store. */
  close(): Promise<void>;
}

/** The simulator asks for a signature and does not verify it. */
const CREDENTIALS = { accessKeyId: 'AKIADEMO', secretAccessKey: 'demo' };

export async function openStage(shell: Shell): Promise<Stage> {
  const { readFile, env, pid } = shell;
  const folder = await mkdtemp(join(tmpdir(), 'connect-scim-bridge-'));
  const seed = parseSeed(await readFile('config/simulator.example.yaml'));
  const simulator = createSimulator({ clock: systemClock, seed });
  const { url: connectUrl } = await simulator.listen();
  const tokens = { okta: newToken(), entra: newToken() };
  const config = await demoConfig(shell, { folder, connectUrl, tokens });
  const log = createLog(env['LOG_LEVEL'] ?? 'silent');
  const bridge = await openBridge({
    config,
    clock: systemClock,
    log,
    readFile,
    credentials: CREDENTIALS,
    pid,
  });
  const server = createServer(bridge.runtime, { env });
  const { url: scimUrl } = await server.listen();
  await bridge.start();
  const close = async () => {
    await server.close();
    await bridge.stop();
    await simulator.close();
    await rm(folder, { recursive: true });
  };
  return { runtime: bridge.runtime, simulator, connectUrl, scimUrl, tokens, close };
}

function newToken(): string {
  return randomBytes(24).toString('hex');
}

async function demoConfig(
  { readFile, env }: Shell,
  here: { folder: string; connectUrl: string; tokens: { okta: string; entra: string } },
): Promise<BridgeConfig> {
  const { folder, connectUrl, tokens } = here;
  const config = await loadBridgeConfig('config/demo/bridge.yaml', {
    readFile,
    env: {
      ...env,
      OKTA_TOKEN_SHA256: hash('sha256', tokens.okta),
      ENTRA_TOKEN_SHA256: hash('sha256', tokens.entra),
    },
  });
  return {
    ...config,
    storage: { url: `sqlite:${join(folder, 'bridge.db')}`, poolSize: 1 },
    adminSocket: join(folder, 'admin.sock'),
    instances: Object.fromEntries(
      Object.entries(config.instances).map(([alias, instance]) => [
        alias,
        { ...instance, endpoint: connectUrl },
      ]),
    ),
  };
}
