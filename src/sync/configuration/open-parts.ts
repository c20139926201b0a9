import type { Clock } from '../../clock.ts';
import type { DirectoryConfig, InstanceConfig } from '../../config/bridge-config.ts';
import type { Role } from '../../connect/api/role.ts';
import type { Budget } from '../../connect/budget.ts';
import { createConnectInstance } from '../../connect/instance.ts';
import { createDirectorySchema } from '../../scim/schema.ts';
import { UserQuota } from '../applying/user-quota.ts';
import { NotOwnerError } from '../ownership/not-owner-error.ts';
import type { ActiveMapping, DirectoryRuntime, InstanceRuntime } from '../runtime.ts';

/** Longer than Connect's slowest healthy answer; a call given up is settled by reading. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** How AWS is reached. */
export interface ConnectAccess {
  /** The SDK's default credential chain when left out. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

interface InstanceParts extends ConnectAccess {
  readonly bridgeId: string;
  readonly clock: Clock;
  readonly budget: Budget;
  /** Whether this process may call it now. */
  readonly permitted: () => boolean;
}

/** An instance that was never read. */
export function openInstance(alias: string, config: InstanceConfig, parts: InstanceParts): InstanceRuntime {
  const { bridgeId, clock, budget, credentials, permitted } = parts;
  const { region, instanceId, endpoint, aws } = config;
  const connect = createConnectInstance({
    alias,
    region,
    instanceId,
    budget,
    clock,
    permit: () => {
      if (!permitted()) throw new NotOwnerError(alias);
    },
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...(endpoint ? { endpoint } : {}),
    ...(aws ? { role: roleOf(aws, bridgeId) } : {}),
    ...(credentials ? { credentials } : {}),
  });
  return {
    alias,
    config,
    connect,
    catalog: null,
    permissions: new Map(),
    suspend: null,
    degraded: ['not read yet'],
    failing: null,
    userQuota: new UserQuota(),
    usersInConnect: null,
    resync: null,
  };
}

export function openDirectory(
  alias: string,
  config: DirectoryConfig,
  mapping: ActiveMapping | null,
): DirectoryRuntime {
  const schema = createDirectorySchema({ extensions: config.extensions });
  return { alias, config, schema, mapping, judgedWith: [], judging: Promise.resolve(), degraded: [] };
}

function roleOf({ roleArn, externalId }: NonNullable<InstanceConfig['aws']>, bridgeId: string): Role {
  // STS takes two characters at least; all that a bridgeId can have is legal.
  return { arn: roleArn, externalId, sessionName: bridgeId.padEnd(2, '-') };
}
