import { z } from 'zod';
import { createCatalog } from '../../connect/catalog.ts';
import type { Catalog } from '../../connect/catalog.ts';
import { CommandError, EXIT } from '../shell.ts';

/**
 * What `bridge catalog --json` printed, as catalogs by instance alias.
 *
 * @throws CommandError `refused` when it is something else
 */
export function savedCatalogs(text: string, file: string): ReadonlyMap<string, Catalog> {
  const parsed = savedSchema.safeParse(json(text));
  if (!parsed.success)
    throw new CommandError(
      EXIT.refused,
      `${file} is no saved catalog. Save one with: bridge catalog --json > ${file}\n${z.prettifyError(parsed.error)}`,
    );
  return new Map(
    Object.entries(parsed.data.instances).map(([alias, contents]) => [alias, createCatalog(contents)]),
  );
}

/** Undefined is no saved catalog either. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const named = z.array(z.object({ id: z.string(), name: z.string() }));

const savedSchema = z.object({
  instances: z.record(
    z.string(),
    z.object({
      identityManagementType: z.enum(['SAML', 'CONNECT_MANAGED', 'EXISTING_DIRECTORY']),
      securityProfiles: named,
      routingProfiles: named,
      hierarchyGroups: z.array(z.object({ id: z.string(), path: z.array(z.string()) })),
      agentStatuses: named,
      // Catalogs saved by versions that did not read them have none.
      predefinedAttributes: z.array(z.object({ name: z.string(), values: z.array(z.string()) })).optional(),
      readAt: z.number(),
    }),
  ),
});
