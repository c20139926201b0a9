import type { JsonObject, JsonValue } from './resource.ts';
import { isJsonObject } from './resource.ts';
import type { Attribute } from './schema/attribute.ts';

/**
 * What identity providers send that RFC 7643 and 7644 do not have, turned into what they have. This table is
 * the only place where a value or a PATCH operation is rewritten. Two leniencies rewrite nothing and sit where
 * they act: unquoted filter values (filter/tokens.ts) and the element created for a filtered path that matches
 * nothing (patch/apply-user-patch.ts).
 */
export type Quirk = ValueQuirk | OperationQuirk;

/** A value of an attribute in a body, in a PATCH, or in a filter comparison. */
interface ValueQuirk {
  readonly kind: 'value';
  readonly name: string;
  /** Who sends it, and where that was seen. */
  readonly source: string;
  readonly applies: (attribute: Attribute, value: JsonValue) => boolean;
  readonly rewrite: (attribute: Attribute, value: JsonValue) => JsonValue;
}

/** A PATCH operation before its path is read. */
interface OperationQuirk {
  readonly kind: 'operation';
  readonly name: string;
  readonly source: string;
  readonly rewrite: (operation: SentOperation) => SentOperation;
}

/** A PATCH operation as sent: nothing about it is checked yet. */
export interface SentOperation {
  readonly op: JsonValue | undefined;
  readonly path: JsonValue | undefined;
  readonly value: JsonValue | undefined;
}

export const quirks: readonly Quirk[] = [
  {
    kind: 'operation',
    name: 'op in any case',
    source: 'Entra sends "Add", "Replace", "Remove" (Microsoft, SCIM compatibility page)',
    rewrite: (operation) => ({
      ...operation,
      op: typeof operation.op === 'string' ? operation.op.toLowerCase() : operation.op,
    }),
  },
  {
    kind: 'operation',
    name: 'empty path',
    source: 'templates of configurable clients leave "path": "" or null where RFC 7644 leaves it out',
    rewrite: (operation) => ({ ...operation, path: operation.path === '' ? null : operation.path }),
  },
  {
    kind: 'value',
    name: 'boolean as string',
    source: 'Entra without aadOptscim062020 sends "True" and "False"; OneLogin templates can too',
    applies: (attribute, value) => attribute.type === 'boolean' && typeof value === 'string',
    rewrite: (_attribute, value) => booleanOf(value) ?? value,
  },
  {
    kind: 'value',
    name: 'single value in an array',
    source: 'Entra documents manager as [{"$ref": …, "value": "9"}]',
    applies: (attribute, value) => !attribute.multiValued && Array.isArray(value) && value.length === 1,
    rewrite: (_attribute, value) => (Array.isArray(value) ? value[0] : value) ?? null,
  },
  {
    kind: 'value',
    name: 'manager as bare id',
    source: 'Entra sends "value": "9" at …:enterprise:2.0:User:manager',
    applies: (attribute, value) => isSingleReference(attribute) && typeof value === 'string',
    rewrite: (_attribute, value) => (value === '' ? null : { value }),
  },
  {
    kind: 'value',
    name: 'managerId',
    source: 'OneLogin templates write {"managerId": …, "displayName": …}',
    applies: (attribute, value) =>
      attribute.name === 'manager' && isJsonObject(value) && Object.hasOwn(value, 'managerId'),
    rewrite: (_attribute, value) =>
      isJsonObject(value) ? { value: value['managerId'] ?? null, ...value } : value,
  },
  {
    kind: 'value',
    name: 'one element without its array',
    source: 'OneLogin sends emails as an object; some clients send a bare string',
    applies: (attribute, value) =>
      attribute.multiValued && !Array.isArray(value) && value !== null && value !== '',
    rewrite: (_attribute, value) => [value],
  },
  {
    kind: 'value',
    name: 'element as bare value',
    source: 'members, roles and emails as ["u-1"], seen with configurable clients',
    applies: (attribute, value) => isComplexList(attribute) && Array.isArray(value),
    rewrite: (_attribute, value) =>
      Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? { value: item } : item)) : value,
  },
  {
    kind: 'value',
    name: 'role as JSON text',
    source:
      'Entra app role assignments: [{"value": "{\\"id\\": …, \\"value\\": \\"agent\\", \\"displayName\\": …}"}]',
    applies: (attribute, value) => attribute.name === 'roles' && Array.isArray(value),
    rewrite: (_attribute, value) => (Array.isArray(value) ? value.map(roleFromJsonText) : value),
  },
];

/** The value in RFC form. Emptiness and types are not its business. */
export function rewriteValue(attribute: Attribute, value: JsonValue): JsonValue {
  // Nearly all values: a text where a text belongs is no quirk.
  if (attribute.type === 'string' && !attribute.multiValued && typeof value === 'string') return value;
  let rewritten = value;
  for (const quirk of quirks) {
    if (quirk.kind === 'value' && quirk.applies(attribute, rewritten)) {
      rewritten = quirk.rewrite(attribute, rewritten);
    }
  }
  return rewritten;
}

export function rewriteOperation(operation: SentOperation): SentOperation {
  let rewritten = operation;
  for (const quirk of quirks) {
    if (quirk.kind === 'operation') rewritten = quirk.rewrite(rewritten);
  }
  return rewritten;
}

function booleanOf(value: JsonValue): boolean | undefined {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function isSingleReference(attribute: Attribute): boolean {
  return !attribute.multiValued && attribute.subAttributes.has('value');
}

function isComplexList(attribute: Attribute): boolean {
  return attribute.multiValued && attribute.subAttributes.has('value');
}

function roleFromJsonText(role: JsonValue): JsonValue {
  if (!isJsonObject(role) || typeof role['value'] !== 'string' || !role['value'].startsWith('{')) return role;
  const described = parsedObject(role['value']);
  if (typeof described?.['value'] !== 'string') return role;
  const display = described['displayName'];
  return {
    ...role,
    value: described['value'],
    ...(typeof display === 'string' && role['display'] === undefined && { display }),
  };
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
