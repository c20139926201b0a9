import type { ResourceType } from './resource.ts';
import { GROUP_SCHEMA, USER_SCHEMA } from './resource.ts';
import type { AttributePath } from './schema/attribute-path.ts';
import { pathsOf } from './schema/attribute-path.ts';
import type { Attribute } from './schema/attribute.ts';
import { attributeOf, attributesOf } from './schema/attribute.ts';
import type { SchemaDefinition } from './schema/core.ts';
import { commonDefinitions, enterpriseDefinition, groupDefinition, userDefinition } from './schema/core.ts';
import type { Extension } from './schema/extension.ts';
import { amazonConnectDefinition, extensionDefinition } from './schema/extension.ts';

/** The schemas that one directory serves. Built once per directory; nothing here is global. */
export interface DirectorySchema {
  readonly user: ResourceSchema;
  readonly group: ResourceSchema;
}

/** One resource type: its core schema with the extensions it takes. */
export interface ResourceSchema {
  readonly resourceType: ResourceType;
  readonly endpoint: '/Users' | '/Groups';
  /** URN of the core schema. */
  readonly urn: string;
  readonly definition: SchemaDefinition;
  /** Core and common attributes by lower-case name. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** By lower-case URN. */
  readonly extensions: ReadonlyMap<string, ExtensionSchema>;
  /** Every way to name an attribute, lower-case: bare, `parent.sub`, or with the schema URN in front. */
  readonly paths: ReadonlyMap<string, AttributePath>;
}

export interface ExtensionSchema {
  readonly urn: string;
  readonly definition: SchemaDefinition;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface DirectorySchemaOptions {
  /** By the short name under which mapping rules see them (`user.acme`). */
  readonly extensions: Readonly<Record<string, Extension>>;
}

export function createDirectorySchema(options: DirectorySchemaOptions): DirectorySchema {
  const declared = Object.entries(options.extensions).map(([name, extension]) =>
    declaredExtension(name, extension),
  );
  const builtIn = [enterpriseDefinition, amazonConnectDefinition].map((definition) => ({
    urn: definition.id,
    definition,
    attributes: attributesOf(definition.attributes),
  }));
  return {
    user: resourceSchema('User', USER_SCHEMA, userDefinition, [...builtIn, ...declared]),
    group: resourceSchema('Group', GROUP_SCHEMA, groupDefinition, []),
  };
}

function declaredExtension(name: string, extension: Extension): ExtensionSchema {
  const definition = extensionDefinition(name, extension);
  const attributes = definition.attributes.map((attribute) =>
    attributeOf(attribute, extension.attributes[attribute.name] === 'date'),
  );
  return {
    urn: extension.urn,
    definition,
    attributes: new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute])),
  };
}

function resourceSchema(
  resourceType: ResourceType,
  urn: string,
  definition: SchemaDefinition,
  extensions: readonly ExtensionSchema[],
): ResourceSchema {
  const attributes = attributesOf([...commonDefinitions, ...definition.attributes]);
  return {
    resourceType,
    endpoint: resourceType === 'User' ? '/Users' : '/Groups',
    urn,
    definition,
    attributes,
    extensions: new Map(extensions.map((extension) => [extension.urn.toLowerCase(), extension])),
    paths: pathsOf({ urn, attributes }, extensions),
  };
}
