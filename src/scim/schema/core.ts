import { EnterpriseUser, Group, User } from 'scimmy/schemas';
import type { AttributeDefinition } from './attribute.ts';

/** A schema document without its `meta`, which depends on the directory's address. */
export interface SchemaDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** Where the served schema must say what this server does. */
const corrections: Readonly<Record<string, Partial<AttributeDefinition>>> = {
  // They hold an `id`, and an id is caseExact (RFC 7643 §3.1).
  'groups.value': { caseExact: true },
  'members.value': { caseExact: true },
  'manager.value': { caseExact: true },
};

export const userDefinition = plainDefinition(User.definition);
export const groupDefinition = plainDefinition(Group.definition);
export const enterpriseDefinition = plainDefinition(EnterpriseUser.definition);

/** RFC 7643 §3.1: attributes of every resource, which no schema document lists. */
export const commonDefinitions: readonly AttributeDefinition[] = [
  common('schemas', { type: 'reference', multiValued: true, returned: 'always' }),
  common('id', { mutability: 'readOnly', returned: 'always', uniqueness: 'server' }),
  common('externalId', {}),
  common('meta', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      common('resourceType', { mutability: 'readOnly' }),
      common('created', { type: 'dateTime', mutability: 'readOnly' }),
      common('lastModified', { type: 'dateTime', mutability: 'readOnly' }),
      common('location', { type: 'reference', mutability: 'readOnly' }),
      common('version', { mutability: 'readOnly' }),
    ],
  }),
];

function common(name: string, differences: Partial<AttributeDefinition>): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description: '',
    required: false,
    caseExact: true,
    mutability: 'readWrite',
    returned: 'default',
    ...differences,
  };
}

/** A copy of scimmy's description as plain data: its own objects are shared and can be changed by anyone. */
function plainDefinition(source: { describe(): unknown }): SchemaDefinition {
  const { id, name, description, attributes } = JSON.parse(
    JSON.stringify(source.describe()),
  ) as SchemaDefinition;
  return { id, name, description, attributes: attributes.map((attribute) => corrected(attribute, '')) };
}

function corrected(definition: AttributeDefinition, parent: string): AttributeDefinition {
  const path = parent + definition.name;
  const { canonicalValues, subAttributes, ...rest } = definition;
  return {
    ...rest,
    // An empty list would say that no value is allowed.
    ...(canonicalValues?.length && { canonicalValues }),
    ...(subAttributes && { subAttributes: subAttributes.map((sub) => corrected(sub, `${path}.`)) }),
    ...corrections[path],
  };
}
