import { createHash } from 'node:crypto';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Resource types as Connect's ARNs spell them (Service Authorization Reference). */
export type ResourceType =
  | 'agent'
  | 'agent-group'
  | 'agent-group-level'
  | 'agent-state'
  | 'contact-flow'
  | 'queue'
  | 'routing-profile'
  | 'security-profile'
  | 'transfer-destination';

export const isUuid = (value: string): boolean => uuidPattern.test(value);

/** A lower-case UUID that depends on the names only, so that ids stay the same from run to run. */
export function uuidFromNames(...names: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  // Version 4 and variant 1 (RFC 9562), which strict readers of UUIDs look at.
  const hex = `${hash.slice(0, 12)}4${hash.slice(13, 16)}a${hash.slice(17, 32)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * The id in `value`, which may be an id or a full ARN: AWS's CloudFormation handlers send ARNs for every id
 * member of the user operations and get bare ids back.
 */
export function idOf(value: string): string {
  return value.startsWith('arn:') ? value.slice(value.lastIndexOf('/') + 1) : value;
}

export interface InstanceArn {
  readonly region: string;
  readonly account: string;
  readonly instanceId: string;
  /** Present when the ARN names a resource in the instance. */
  readonly resource?: { readonly type: string; readonly id: string };
}

export function parseArn(value: string): InstanceArn | undefined {
  const match = /^arn:[a-z-]+:connect:([a-z0-9-]+):(\d+):instance\/([^/]+)(?:\/([^/]+)\/(.+))?$/.exec(value);
  const [, region, account, instanceId, type, id] = match ?? [];
  if (!region || !account || !instanceId) return undefined;
  return { region, account, instanceId, ...(type && id ? { resource: { type, id } } : {}) };
}
