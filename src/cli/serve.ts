import { parseBridgeConfig } from '../config/bridge-config.ts';
import { systemClock } from '../clock.ts';
import { createServer } from '../http/server.ts';
import { createLog } from '../log.ts';
import { openBridge } from '../sync/bridge.ts';
import type { Shell } from './shell.ts';

/** Runs the bridge of a configuration file until it is told to stop. */
export async function serve(shell: Shell, options: { readonly config: string }): Promise<void> {
  const log = createLog(shell.env['LOG_LEVEL'] ?? 'info');
  const { readFile, env, pid } = shell;
  const path = options.config;
  const text = await readFile(path);
  const config = parseBridgeConfig(text, path, env);
  const configFile = { path, text, env };
  const bridge = await openBridge({ config, configFile, clock: systemClock, log, readFile, pid });
  const server = createServer(bridge.runtime, { env });
  const { url } = await server.listen();
  await bridge.start();
  log.info(
    { url, adminSocket: config.adminSocket, instances: Object.keys(config.instances) },
    'bridge started',
  );
  await shell.stopRequested;
  log.info('stopping: open requests and calls in flight are finished');
  await server.close();
  await bridge.stop();
}
