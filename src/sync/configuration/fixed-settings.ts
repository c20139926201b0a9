import { isDeepStrictEqual } from 'node:util';
import type { BridgeConfig } from '../../config/bridge-config.ts';

/** What a bridge has once it runs, and keeps until it ends. */
const FIXED = {
  bridgeId: ({ bridgeId }: BridgeConfig) => bridgeId,
  storage: ({ storage }: BridgeConfig) => storage,
  'server.listen': ({ server }: BridgeConfig) => server.listen,
  adminSocket: ({ adminSocket }: BridgeConfig) => adminSocket,
};

/** Sentences on the settings that differ and take a restart. Their values may hold a password and are not shown. */
export function fixedSettingProblems(running: BridgeConfig, next: BridgeConfig): readonly string[] {
  return Object.entries(FIXED)
    .filter(([, of]) => !isDeepStrictEqual(of(running), of(next)))
    .map(
      ([name]) =>
        `${name} is not what the bridge was started with. Put the old value back, or restart the bridge.`,
    );
}
