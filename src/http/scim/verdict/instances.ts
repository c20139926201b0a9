import type { ScimRequest } from '../endpoint.ts';

/** Instances of the directory whose kind is known, because they were read at least once. */
export function knownInstances({ runtime, directory }: ScimRequest) {
  return directory.config.instances.flatMap((alias) => {
    const catalog = runtime.instances.get(alias)?.catalog;
    return catalog ? [{ alias, identityManagementType: catalog.contents.identityManagementType }] : [];
  });
}
