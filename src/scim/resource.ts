/** Resources as the bridge stores and returns them: plain JSON with the names of RFC 7643. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const AMAZON_CONNECT_SCHEMA = 'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User';

export type ResourceType = 'User' | 'Group';

export type Meta = {
  readonly resourceType: ResourceType;
  /** xsd:dateTime in UTC. */
  readonly created: string;
  readonly lastModified: string;
  readonly location: string;
  /** The ETag, `W/"…"`: the same text as in the header. */
  readonly version: string;
};

type UserName = {
  readonly formatted?: string;
  readonly familyName?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly honorificPrefix?: string;
  readonly honorificSuffix?: string;
};

/** One element of `emails`, `phoneNumbers`, `roles`, `entitlements`, `ims` or `photos`. */
type UserValue = {
  readonly value?: string;
  readonly display?: string;
  readonly type?: string;
  readonly primary?: boolean;
};

type UserAddress = {
  readonly formatted?: string;
  readonly streetAddress?: string;
  readonly locality?: string;
  readonly region?: string;
  readonly postalCode?: string;
  readonly country?: string;
  readonly type?: string;
  readonly primary?: boolean;
};

/**
 * What clients wrote of a user: names cased as in the schema, values as sent, extensions under their URN,
 * `schemas` derived. Never holds `id`, `meta`, `groups` or `password`. This is what the store keeps.
 */
export interface ScimUserInput extends JsonObject {
  readonly schemas: readonly string[];
  readonly userName: string;
  readonly externalId?: string;
  readonly active?: boolean;
  readonly displayName?: string;
  readonly name?: UserName;
  readonly emails?: readonly UserValue[];
  readonly phoneNumbers?: readonly UserValue[];
  readonly addresses?: readonly UserAddress[];
  readonly roles?: readonly UserValue[];
}

export type GroupMember = {
  /** The `id` of a user or group; it may name none that exists. */
  readonly value: string;
  readonly display?: string;
  readonly type?: string;
  readonly $ref?: string;
};

/** What a client wrote of a group. `members` left out is not `[]`: a PUT without members keeps them. */
export interface ScimGroupInput {
  readonly displayName: string;
  readonly externalId?: string;
  readonly members?: readonly GroupMember[];
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
