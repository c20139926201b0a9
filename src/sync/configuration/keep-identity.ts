import type { BridgeConfig } from '../../config/bridge-config.ts';
import { getMeta, setMeta } from '../../store/engine/meta.ts';
import type { Store } from '../../store/database.ts';
import { StoreError } from '../../store/engine/store-error.ts';

/**
 * Remembers which bridge and which Connect instances this store belongs to. With another instance behind an alias,
 * the users of the old one would keep their access with nobody to take it; with another bridgeId, none of the
 * users would be ours.
 *
 * @throws StoreError identityChanged
 */
export async function keepIdentity(store: Store, config: BridgeConfig): Promise<void> {
  const identity = [
    { key: 'bridgeId', value: config.bridgeId, name: 'bridgeId' },
    ...Object.entries(config.instances).map(([alias, { region, instanceId }]) => ({
      key: `instance:${alias}`,
      value: `${region}/${instanceId}`,
      name: `instances.${alias} (region/instanceId)`,
    })),
  ];
  for (const { key, value, name } of identity) {
    const known = await getMeta(store.read, key);
    if (known !== null && known !== value) throw changed(name, known, value);
  }
  await store.write(async (tx) => {
    for (const { key, value } of identity) await setMeta(tx, key, value);
  });
}

function changed(name: string, known: string, value: string): StoreError {
  return new StoreError(
    'identityChanged',
    `${name} is "${value}" in the configuration, but this store was made with "${known}". ` +
      'Put the old value back; for another instance choose another alias, for another bridge another storage.url.',
  );
}
