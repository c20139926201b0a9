import type { BridgeConfig, DirectoryConfig, InstanceConfig } from '../../config/bridge-config.ts';
import { ConfigError } from '../../config/error.ts';
import { loadMapping } from '../../config/mapping-config.ts';
import type { Catalog, CatalogKind } from '../../connect/catalog.ts';
import { unknownCeilings } from '../../mapping/check/check-grants.ts';
import { mappingFaults } from '../../mapping/check/check-mapping.ts';
import { ruleWarnings } from '../../mapping/check/rule-warnings.ts';
import { unknownName } from '../../mapping/names.ts';

/** What is wrong, and what is legal and yet hardly meant. */
export interface Verdict {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** By alias. */
type Catalogs = ReadonlyMap<string, Catalog>;

/** All that can be said of a mapping's text without a running bridge; names in Connect where there is a catalog. */
export function mappingVerdict(
  text: string,
  { mapping: files, extensions, instances: fed }: DirectoryConfig,
  instances: BridgeConfig['instances'],
  catalogs: Catalogs | null,
): Verdict {
  try {
    const mapping = loadMapping(text, files[0], extensions);
    const faults = mappingFaults(mapping, {
      aliases: Object.keys(instances),
      fed: fed.flatMap((alias) => {
        const instance = instances[alias];
        return instance ? [{ alias, limits: instance.grants, catalog: catalogs?.get(alias) ?? null }] : [];
      }),
    });
    if (faults.length > 0) throw new ConfigError(faults);
    const warnings = ruleWarnings(mapping);
    return {
      errors: [],
      warnings: warnings.map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`),
    };
  } catch (error) {
    if (error instanceof ConfigError) return { errors: [error.message], warnings: [] };
    throw error;
  }
}

/** Names in bridge.yaml that an instance does not have: the running bridge would be degraded. */
export function bridgeWarnings({ instances }: BridgeConfig, catalogs: Catalogs | null): readonly string[] {
  if (catalogs === null) return [];
  return Object.entries(instances).flatMap(([alias, instance]) => {
    const catalog = catalogs.get(alias);
    if (!catalog) return [`The names of instance "${alias}" are not known: they were not checked.`];
    return [
      ...unknownCeilings(instance.grants, catalog, alias),
      ...suspendNames(instance).flatMap(([kind, name]) => {
        const unknown = unknownName(kind, name, catalog, alias);
        return unknown ? [`leavers.suspend of bridge.yaml: ${unknown.found}. ${unknown.closest}`] : [];
      }),
    ];
  });
}

function suspendNames({ leavers: { suspend } }: InstanceConfig): readonly (readonly [CatalogKind, string])[] {
  return [
    ['securityProfiles', suspend.securityProfile],
    ['routingProfiles', suspend.routingProfile],
    ...(suspend.agentStatus === null ? [] : [['agentStatuses', suspend.agentStatus] as const]),
  ];
}
