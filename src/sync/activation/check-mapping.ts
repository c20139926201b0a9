import { ConfigError } from '../../config/error.ts';
import { loadMapping } from '../../config/mapping-config.ts';
import { mappingFaults } from '../../mapping/check/check-mapping.ts';
import type { Mapping } from '../../mapping/mapping.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';

/** A mapping's text as a mapping of the directory, or everything for which it cannot be taken, in one text. */
export function checkMapping(
  runtime: Runtime,
  directory: DirectoryRuntime,
  text: string,
): { readonly mapping: Mapping } | { readonly error: string } {
  const { mapping: files, extensions, instances } = directory.config;
  try {
    const mapping = loadMapping(text, files[0], extensions);
    const faults = mappingFaults(mapping, {
      aliases: [...runtime.instances.keys()],
      fed: instances.flatMap((alias) => {
        const instance = runtime.instances.get(alias);
        return instance ? [{ alias, limits: instance.config.grants, catalog: instance.catalog }] : [];
      }),
    });
    return faults.length > 0 ? { error: new ConfigError(faults).message } : { mapping };
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
}
