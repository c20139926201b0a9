import type { Catalog, CatalogKind } from './catalog.ts';
import type { ConnectInstance } from './instance.ts';

/** What bridge.yaml names for suspended users. */
export interface SuspendNames {
  readonly securityProfile: string;
  readonly routingProfile: string;
  /** Null leaves the agent's status alone. */
  readonly agentStatus: string | null;
}

export type SuspendTargetCheck =
  | {
      readonly kind: 'usable';
      readonly target: {
        readonly securityProfileId: string;
        readonly routingProfileId: string;
        readonly agentStatusId: string | null;
      };
    }
  /** One sentence for each reason, with the way out. */
  | { readonly kind: 'unusable'; readonly problems: readonly string[] };

/**
 * Whether a user who is reduced to these really can do nothing: both profiles exist, the security profile permits
 * nothing, and the routing profile has no queue.
 *
 * @throws ConnectError when the instance cannot be read: that is no proof of either
 */
export async function checkSuspendTarget(
  instance: ConnectInstance,
  catalog: Catalog,
  names: SuspendNames,
): Promise<SuspendTargetCheck> {
  const problems: string[] = [];
  const find = (kind: CatalogKind, word: string, name: string): string => {
    const id = catalog.id(kind, name);
    if (id === undefined) problems.push(unknownName(catalog, kind, word, name));
    return id ?? '';
  };
  const target = {
    securityProfileId: find('securityProfiles', 'security profile', names.securityProfile),
    routingProfileId: find('routingProfiles', 'routing profile', names.routingProfile),
    agentStatusId:
      names.agentStatus === null ? null : find('agentStatuses', 'agent status', names.agentStatus),
  };
  problems.push(...(await powers(instance, target, names)));
  return problems.length === 0 ? { kind: 'usable', target } : { kind: 'unusable', problems };
}

function unknownName(catalog: Catalog, kind: CatalogKind, word: string, name: string): string {
  const closest = catalog.closest(kind, name);
  const hint = closest === undefined ? '' : ` Closest: "${closest}".`;
  return `No ${word} named "${name}" in this instance.${hint} Create it, or correct leavers.suspend.`;
}

async function powers(
  instance: ConnectInstance,
  target: { readonly securityProfileId: string; readonly routingProfileId: string },
  names: SuspendNames,
): Promise<string[]> {
  const [permissions, queues] = await Promise.all([
    target.securityProfileId === '' ? [] : instance.listSecurityProfilePermissions(target.securityProfileId),
    target.routingProfileId === '' ? [] : instance.listRoutingProfileQueues(target.routingProfileId),
  ]);
  const problems: string[] = [];
  if (permissions.length > 0)
    problems.push(
      `Security profile "${names.securityProfile}" still permits ${some(permissions)}. Remove every permission from it.`,
    );
  if (queues.length > 0)
    problems.push(
      `Routing profile "${names.routingProfile}" still serves ${some(queues)}. Remove every queue from it.`,
    );
  return problems;
}

function some(items: readonly string[]): string {
  const shown = [...new Set(items)].sort();
  const more = shown.length > 3 ? ` and ${shown.length - 3} more` : '';
  return `${shown.slice(0, 3).join(', ')}${more}`;
}
