import type { Extension } from '../../scim/schema/extension.ts';
import { ExpressionError } from './error.ts';

/** A SCIM user as stored: plain JSON, extensions under their schema URN. */
export type UserJson = Readonly<Record<string, unknown>>;

/** What expressions may read of a user, declared so that a misspelt attribute is found when the file is read. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

export type Attribute =
  | { readonly kind: 'string' | 'bool' }
  | { readonly kind: 'strings' }
  /** `key` is the member that holds it in the resource when that is not its name: the URN of an extension. */
  | { readonly kind: 'complex'; readonly attributes: Attributes; readonly key?: string }
  | { readonly kind: 'list'; readonly attributes: Attributes };

const string: Attribute = { kind: 'string' };
const bool: Attribute = { kind: 'bool' };

/** A multi-valued attribute with the sub-attributes of RFC 7643 §2.4. */
const valueList: Attribute = {
  kind: 'list',
  attributes: { value: string, display: string, type: string, primary: bool },
};

/** RFC 7643 §4.1 (without password and photos), §4.3, and our extension: the attributes that rules may use. */
export const USER_ATTRIBUTES: Attributes = {
  id: string,
  externalId: string,
  userName: string,
  name: {
    kind: 'complex',
    attributes: {
      formatted: string,
      familyName: string,
      givenName: string,
      middleName: string,
      honorificPrefix: string,
      honorificSuffix: string,
    },
  },
  displayName: string,
  nickName: string,
  profileUrl: string,
  title: string,
  userType: string,
  preferredLanguage: string,
  locale: string,
  timezone: string,
  active: bool,
  emails: valueList,
  phoneNumbers: valueList,
  ims: valueList,
  entitlements: valueList,
  roles: valueList,
  addresses: {
    kind: 'list',
    attributes: {
      formatted: string,
      streetAddress: string,
      locality: string,
      region: string,
      postalCode: string,
      country: string,
      type: string,
      primary: bool,
    },
  },
  enterprise: {
    kind: 'complex',
    key: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    attributes: {
      employeeNumber: string,
      costCenter: string,
      organization: string,
      division: string,
      department: string,
      manager: { kind: 'complex', attributes: { value: string, displayName: string } },
    },
  },
  connect: {
    kind: 'complex',
    key: 'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User',
    attributes: {
      routingProfile: string,
      securityProfiles: { kind: 'strings' },
      hierarchyPath: { kind: 'strings' },
      phone: { kind: 'complex', attributes: { type: string, number: string } },
      proficiencies: { kind: 'list', attributes: { name: string, value: string, level: string } },
      tags: { kind: 'list', attributes: { key: string, value: string } },
    },
  },
};

/** The extensions that a directory declares, by the short name under which expressions read them. */
export type Extensions = Readonly<Record<string, Extension>>;

/** What may be read of the users of a directory: the above, and what it declares itself. */
export function userAttributes(extensions: Extensions): Attributes {
  const declared = Object.entries(extensions).map(([name, { urn, attributes }]) => [
    name,
    {
      kind: 'complex',
      key: urn,
      attributes: Object.fromEntries(
        // Numbers are read as text, so that an absent one is not taken for 0.
        Object.entries(attributes).map(([attribute, type]) => [
          attribute,
          type === 'boolean' ? bool : string,
        ]),
      ),
    },
  ]);
  return { ...USER_ATTRIBUTES, ...Object.fromEntries(declared) } as Attributes;
}

/** What an expression costs grows with these; what is longer fits no field of a Connect user. */
const MAX_TEXT_LENGTH = 1_000;
const MAX_LIST_LENGTH = 1_000;

/** The constructor of the objects that hold the attributes of the type at a path; the CEL adapter tells types apart by it. */
export type TypeOf = (path: string) => new () => Record<string, unknown>;

/** Makes a value of a declared attribute of what a resource holds. */
export type Fill = (value: unknown) => unknown;

/**
 * How to fill an attribute so that everything declared is present: an absent text is "", a flag false, a list
 * empty. A value of another type counts as absent, except that a number or a flag is read as text where text is
 * declared. Filling throws ExpressionError when a text or a list is too long to be worked with.
 */
export function fillerOf(attribute: Attribute, path: string, typeOf: TypeOf): Fill {
  switch (attribute.kind) {
    case 'string':
      return (value) => textOf(value, path);
    case 'bool':
      return (value) => value === true;
    case 'strings':
      return (value) => listOf(value, path).map((item) => textOf(item, path));
    case 'complex':
      return objectFiller(attribute.attributes, path, typeOf);
    case 'list': {
      const fill = objectFiller(attribute.attributes, path, typeOf);
      return (value) => listOf(value, path).map(fill);
    }
    default:
      return attribute satisfies never;
  }
}

function objectFiller(attributes: Attributes, path: string, typeOf: TypeOf): Fill {
  const members = Object.entries(attributes).map(([name, attribute]) => ({
    name,
    key: keyOf(name, attribute),
    fill: fillerOf(attribute, `${path}.${name}`, typeOf),
  }));
  const Type = typeOf(path);
  return (value) => {
    const source = isObject(value) ? value : ABSENT;
    const filled = new Type();
    for (const { name, key, fill } of members) filled[name] = fill(source[key]);
    return filled;
  };
}

const ABSENT: Readonly<Record<string, unknown>> = {};

/** The member of the resource that holds an attribute. */
export function keyOf(name: string, attribute: Attribute): string {
  return attribute.kind === 'complex' ? (attribute.key ?? name) : name;
}

function textOf(value: unknown, path: string): string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return '';
  if (text.length > MAX_TEXT_LENGTH) throw tooLong(path, `${text.length} characters`, MAX_TEXT_LENGTH);
  return text;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  if (value.length > MAX_LIST_LENGTH) throw tooLong(path, `${value.length} entries`, MAX_LIST_LENGTH);
  return value;
}

function tooLong(path: string, found: string, max: number): ExpressionError {
  const name = path.replace(/^User/, 'user');
  return new ExpressionError(`${name} has ${found}; expressions work with ${max} at most.`, {
    start: 0,
    end: 0,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
