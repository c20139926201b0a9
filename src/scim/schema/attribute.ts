type AttributeType =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex';

/** An attribute's characteristics, as RFC 7643 §7 writes them in a schema document. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact?: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness?: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDefinition[];
}

/** An attribute ready to be looked up in: what the engine works with. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  /** References and binaries compare exactly whatever the schema document says (RFC 7643 §2.3.6, §2.3.7). */
  readonly caseExact: boolean;
  readonly mutability: AttributeDefinition['mutability'];
  readonly returned: AttributeDefinition['returned'];
  /** A string that must hold a date: SCIM has no such type, so documents say `string`. */
  readonly isDate: boolean;
  /** By lower-case name; empty unless complex. */
  readonly subAttributes: ReadonlyMap<string, Attribute>;
}

export function attributesOf(definitions: readonly AttributeDefinition[]): ReadonlyMap<string, Attribute> {
  return new Map(definitions.map((definition) => [definition.name.toLowerCase(), attributeOf(definition)]));
}

export function attributeOf(definition: AttributeDefinition, isDate = false): Attribute {
  return {
    name: definition.name,
    type: definition.type,
    multiValued: definition.multiValued,
    required: definition.required,
    caseExact: (definition.caseExact ?? false) || ['reference', 'binary'].includes(definition.type),
    mutability: definition.mutability,
    returned: definition.returned,
    isDate,
    subAttributes: attributesOf(definition.subAttributes ?? []),
  };
}
