import { expect, test } from 'vitest';
import type { BridgeConfig } from '../../../src/config/bridge-config.ts';
import { keepIdentity } from '../../../src/sync/configuration/keep-identity.ts';
import { temporaryStore } from '../../store/temporary-store.ts';

const config = (bridgeId: string, instanceId: string) =>
  ({ bridgeId, instances: { uk: { region: 'eu-west-2', instanceId } } }) as unknown as BridgeConfig;

test('a store keeps its bridgeId and the instance behind each alias', async () => {
  const store = await temporaryStore();
  await keepIdentity(store, config('acme', 'one'));
  await keepIdentity(store, config('acme', 'one'));
  await expect(keepIdentity(store, config('acme', 'two'))).rejects.toThrow(
    'instances.uk (region/instanceId) is "eu-west-2/two" in the configuration, but this store was made with "eu-west-2/one".',
  );
  await expect(keepIdentity(store, config('other', 'one'))).rejects.toThrow('bridgeId is "other"');
});
