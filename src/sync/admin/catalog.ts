import type { CatalogContents } from '../../connect/catalog.ts';
import type { Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';

/**
 * What the instances offer to their users, as last read. Saved, it serves `validate --offline`.
 *
 * @param query.instance only this one
 */
export function catalog({ instances }: Runtime, { instance: alias }: { readonly instance?: string }) {
  if (alias !== undefined && !instances.has(alias))
    throw new AdminError(
      404,
      'noSuchInstance',
      `There is no instance "${alias}".`,
      `Name one of: ${[...instances.keys()].join(', ')}.`,
    );
  const found: Record<string, CatalogContents> = {};
  for (const instance of instances.values())
    if (instance.catalog && (alias === undefined || instance.alias === alias))
      found[instance.alias] = instance.catalog.contents;
  return { instances: found };
}
