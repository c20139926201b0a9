import { AMAZON_CONNECT_SCHEMA } from '../resource.ts';
import type { AttributeDefinition } from './attribute.ts';
import type { SchemaDefinition } from './core.ts';

/** Types that a directory's own extension may declare. `date` is `YYYY-MM-DD` or an xsd:dateTime. */
type ExtensionType = 'string' | 'boolean' | 'integer' | 'decimal' | 'date' | 'dateTime';

/** An extension declared by a directory (`extensions` in bridge.yaml). Attribute names: RFC 7643 §2.1. */
export interface Extension {
  readonly urn: string;
  readonly attributes: Readonly<Record<string, ExtensionType>>;
}

export function extensionDefinition(name: string, extension: Extension): SchemaDefinition {
  return {
    id: extension.urn,
    name,
    description: 'An extension declared in this directory.',
    attributes: Object.entries(extension.attributes).map(([attribute, type]) =>
      define(attribute, type === 'date' ? 'string' : type, type === 'date' ? 'A date, YYYY-MM-DD.' : ''),
    ),
  };
}

/** What the bridge adds to a user: values for mapping rules to use, and the state of each instance. */
export const amazonConnectDefinition: SchemaDefinition = {
  id: AMAZON_CONNECT_SCHEMA,
  name: 'AmazonConnectUser',
  description: 'Amazon Connect values of a user, for the mapping rules to use.',
  attributes: [
    define('routingProfile', 'string', 'Name of a routing profile.'),
    { ...define('securityProfiles', 'string', 'Names of security profiles.'), multiValued: true },
    {
      ...define('hierarchyPath', 'string', 'Hierarchy groups from level 1 down, at most 5.'),
      multiValued: true,
    },
    complex('phone', 'The agent phone.', [
      define('type', 'string', 'SOFT_PHONE or DESK_PHONE.'),
      define('number', 'string', 'E.164 number of a desk phone.'),
    ]),
    complexList('proficiencies', 'Predefined attributes and levels.', [
      define('name', 'string', 'Name of the predefined attribute.'),
      define('value', 'string', 'Its value.'),
      define('level', 'decimal', 'From 1 to 5.'),
    ]),
    complexList('tags', 'Tags of the Connect user.', [
      define('key', 'string', 'Key.'),
      define('value', 'string', 'Value.'),
    ]),
    readOnly({
      ...complexList('instances', 'What became of this user in each instance.', [
        define('instance', 'string', 'Alias of the instance.'),
        define('connectUserId', 'string', 'Id of the Connect user.'),
        define('lifecycle', 'string', 'absent, active, suspended or deleted.'),
        define('sync', 'string', 'synced, pending, parked or held.'),
        define('reason', 'string', 'Why it is parked or held.'),
        define('lastSyncedAt', 'dateTime', 'When the instance last agreed.'),
      ]),
      returned: 'request',
    }),
  ],
};

/** Values here name things in Connect, whose names differ by case: so they compare exactly. */
function define(name: string, type: AttributeDefinition['type'], description: string): AttributeDefinition {
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    ...(type === 'string' && { caseExact: true }),
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
  };
}

function complex(
  name: string,
  description: string,
  subAttributes: AttributeDefinition[],
): AttributeDefinition {
  return { ...define(name, 'complex', description), subAttributes };
}

function complexList(
  name: string,
  description: string,
  subAttributes: AttributeDefinition[],
): AttributeDefinition {
  return { ...complex(name, description, subAttributes), multiValued: true };
}

function readOnly(definition: AttributeDefinition): AttributeDefinition {
  const subAttributes = definition.subAttributes?.map(readOnly);
  return { ...definition, mutability: 'readOnly', ...(subAttributes && { subAttributes }) };
}
