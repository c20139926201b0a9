import type { JsonObject, JsonValue } from '../../src/scim/resource.ts';
import { AMAZON_CONNECT_SCHEMA, ENTERPRISE_SCHEMA, USER_SCHEMA } from '../../src/scim/resource.ts';
import { ACME_SCHEMA } from './filter-resources.ts';

const CORE = USER_SCHEMA;
const ENT = ENTERPRISE_SCHEMA;
const AWS = AMAZON_CONNECT_SCHEMA;
const ACME = ACME_SCHEMA;

/** The body of the POST that made the user which every case patches; his id is `u-1`. */
export const patchedUser: JsonObject = {
  schemas: [CORE, ENT, AWS],
  userName: 'ada@acme.test',
  externalId: '00u1',
  displayName: 'Ada Byron',
  name: { givenName: 'Ada', familyName: 'Byron' },
  title: 'Engineer',
  active: true,
  emails: [
    { value: 'ada@acme.test', type: 'work', primary: true },
    { value: 'ada@home.test', type: 'home' },
  ],
  roles: [{ value: 'agent' }],
  [ENT]: { department: 'R&D', manager: { value: 'u-9', $ref: 'https://scim.test/Users/u-9' } },
  [AWS]: { routingProfile: 'Sales', securityProfiles: ['Agent', 'Analyst'] },
};

export interface UserPatchCase {
  readonly name: string;
  readonly operations: JsonValue;
  /** Attributes that differ afterwards; `null` for one that is gone. `{}`: nothing changes. */
  readonly becomes?: JsonObject;
  /** Status and scimType of the refusal. */
  readonly error?: string;
}

const work = { value: 'ada@acme.test', type: 'work', primary: true };
const home = { value: 'ada@home.test', type: 'home' };
const ENT_ONLY_MANAGER = { manager: { value: 'u-9', $ref: 'https://scim.test/Users/u-9' } };

// biome-ignore format: one case per line
const rfcCases: readonly UserPatchCase[] = [
  { name: 'replaces a simple attribute', operations: [{ op: 'replace', path: 'title', value: 'Lead' }], becomes: { title: 'Lead' } },
  { name: 'adds to a simple attribute by replacing it', operations: [{ op: 'add', path: 'title', value: 'Lead' }], becomes: { title: 'Lead' } },
  { name: 'adds an absent attribute', operations: [{ op: 'add', path: 'nickName', value: 'Countess' }], becomes: { nickName: 'Countess' } },
  { name: 'replaces an absent attribute as if adding it', operations: [{ op: 'replace', path: 'nickName', value: 'Countess' }], becomes: { nickName: 'Countess' } },
  { name: 'removes an attribute', operations: [{ op: 'remove', path: 'title' }], becomes: { title: null } },
  { name: 'removes an absent attribute without effect', operations: [{ op: 'remove', path: 'nickName' }], becomes: {} },
  { name: 'replaces with the same value without effect', operations: [{ op: 'replace', path: 'title', value: 'Engineer' }], becomes: {} },
  { name: 'adds a present element without effect', operations: [{ op: 'add', path: 'emails', value: [work] }], becomes: {} },
  { name: 'adds a present plain value without effect', operations: [{ op: 'add', path: `${AWS}:securityProfiles`, value: ['Agent'] }], becomes: {} },
  { name: 'sees no change when operations cancel out', operations: [{ op: 'replace', path: 'title', value: 'Lead' }, { op: 'replace', path: 'title', value: 'Engineer' }], becomes: {} },
  { name: 'applies operations one after the other', operations: [{ op: 'add', path: 'nickName', value: 'A' }, { op: 'replace', path: 'nickName', value: 'B' }], becomes: { nickName: 'B' } },
  { name: 'replaces a sub-attribute', operations: [{ op: 'replace', path: 'name.familyName', value: 'King' }], becomes: { name: { givenName: 'Ada', familyName: 'King' } } },
  { name: 'removes a sub-attribute', operations: [{ op: 'remove', path: 'name.familyName' }], becomes: { name: { givenName: 'Ada' } } },
  { name: 'removes the last sub-attributes with their parent', operations: [{ op: 'remove', path: 'name.familyName' }, { op: 'remove', path: 'name.givenName' }], becomes: { name: null } },
  { name: 'keeps unnamed sub-attributes when replacing a complex attribute', operations: [{ op: 'replace', path: 'name', value: { familyName: 'King' } }], becomes: { name: { givenName: 'Ada', familyName: 'King' } } },
  { name: 'clears a named sub-attribute with null', operations: [{ op: 'replace', path: 'name', value: { familyName: null } }], becomes: { name: { givenName: 'Ada' } } },
  { name: 'replaces a complex attribute by nothing without effect', operations: [{ op: 'replace', path: 'name', value: {} }], becomes: {} },
  { name: 'removes a complex attribute', operations: [{ op: 'remove', path: 'name' }], becomes: { name: null } },
  { name: 'appends an element', operations: [{ op: 'add', path: 'emails', value: [{ value: 'x@y.test', type: 'other' }] }], becomes: { emails: [work, home, { value: 'x@y.test', type: 'other' }] } },
  { name: 'demotes the old primary when a new one is added', operations: [{ op: 'add', path: 'emails', value: [{ value: 'x@y.test', type: 'other', primary: true }] }], becomes: { emails: [{ ...work, primary: false }, home, { value: 'x@y.test', type: 'other', primary: true }] } },
  { name: 'makes a present element primary', operations: [{ op: 'add', path: 'emails', value: [{ ...home, primary: true }] }], becomes: { emails: [{ ...work, primary: false }, { ...home, primary: true }] } },
  { name: 'demotes the old primary when one is chosen by filter', operations: [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }], becomes: { emails: [{ ...work, primary: false }, { ...home, primary: true }] } },
  { name: 'replaces a list as a whole', operations: [{ op: 'replace', path: 'emails', value: [{ value: 'x@y.test' }] }], becomes: { emails: [{ value: 'x@y.test' }] } },
  { name: 'stores one of two equal elements', operations: [{ op: 'replace', path: 'emails', value: [work, work] }], becomes: { emails: [work] } },
  { name: 'keeps one of two primaries', operations: [{ op: 'replace', path: 'emails', value: [work, { ...home, primary: true }] }], becomes: { emails: [work, { ...home, primary: false }] } },
  { name: 'removes a list', operations: [{ op: 'remove', path: 'emails' }], becomes: { emails: null } },
  { name: 'removes elements by filter', operations: [{ op: 'remove', path: 'emails[type eq "home"]' }], becomes: { emails: [work] } },
  { name: 'removes the last element with its list', operations: [{ op: 'remove', path: 'roles[value eq "agent"]' }], becomes: { roles: null } },
  { name: 'removes nothing when no element matches', operations: [{ op: 'remove', path: 'emails[type eq "other"]' }], becomes: {} },
  { name: 'removes by a filter on several sub-attributes', operations: [{ op: 'remove', path: 'emails[type eq "home" and value co "@home"]' }], becomes: { emails: [work] } },
  { name: 'removes several elements in one request', operations: [{ op: 'remove', path: 'emails[type eq "work"]' }, { op: 'remove', path: 'emails[type eq "home"]' }], becomes: { emails: null } },
  { name: 'removes a sub-attribute of chosen elements', operations: [{ op: 'remove', path: 'emails[type eq "work"].primary' }], becomes: { emails: [{ value: 'ada@acme.test', type: 'work' }, home] } },
  { name: 'removes the element whose value is removed', operations: [{ op: 'remove', path: 'emails[type eq "home"].value' }], becomes: { emails: [work] } },
  { name: 'replaces a sub-attribute of chosen elements', operations: [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'ada@new.test' }], becomes: { emails: [{ ...work, value: 'ada@new.test' }, home] } },
  { name: 'replaces chosen elements but keeps what they were chosen by', operations: [{ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'ada@new.test' } }], becomes: { emails: [{ type: 'work', value: 'ada@new.test' }, home] } },
  { name: 'adds sub-attributes to chosen elements', operations: [{ op: 'add', path: 'emails[type eq "home"]', value: { display: 'Home' } }], becomes: { emails: [work, { ...home, display: 'Home' }] } },
  { name: 'compares case-insensitively in path filters', operations: [{ op: 'replace', path: 'emails[type eq "WORK"].value', value: 'ada@new.test' }], becomes: { emails: [{ ...work, value: 'ada@new.test' }, home] } },
  { name: 'replaces a sub-attribute of every element without a filter', operations: [{ op: 'replace', path: 'emails.display', value: 'x' }], becomes: { emails: [{ ...work, display: 'x' }, { ...home, display: 'x' }] } },
  { name: 'adds an attribute of an extension and names its schema', operations: [{ op: 'add', path: `${ACME}:costCenter`, value: 'CC-1' }], becomes: { [ACME]: { costCenter: 'CC-1' }, schemas: [CORE, ENT, AWS, ACME] } },
  { name: 'removes the last attribute of an extension with its schema', operations: [{ op: 'remove', path: `${ENT}:department` }, { op: 'remove', path: `${ENT}:manager` }], becomes: { [ENT]: null, schemas: [CORE, AWS] } },
  { name: 'removes an extension as a whole', operations: [{ op: 'remove', path: ENT }], becomes: { [ENT]: null, schemas: [CORE, AWS] } },
  { name: 'writes an extension as an object', operations: [{ op: 'add', path: ENT, value: { employeeNumber: '7' } }], becomes: { [ENT]: { department: 'R&D', ...ENT_ONLY_MANAGER, employeeNumber: '7' } } },
  { name: 'accepts names in any case', operations: [{ op: 'replace', path: 'NAME.GIVENNAME', value: 'A.' }], becomes: { name: { givenName: 'A.', familyName: 'Byron' } } },
  { name: 'accepts the URN of the core schema in a path', operations: [{ op: 'replace', path: `${CORE}:name.givenName`, value: 'A.' }], becomes: { name: { givenName: 'A.', familyName: 'Byron' } } },
  { name: 'accepts the URN of the core schema before a filtered path', operations: [{ op: 'replace', path: `${CORE}:emails[type eq "work"].value`, value: 'ada@new.test' }], becomes: { emails: [{ ...work, value: 'ada@new.test' }, home] } },
  { name: 'takes several attributes without a path', operations: [{ op: 'replace', value: { title: 'Lead', nickName: 'A' } }], becomes: { title: 'Lead', nickName: 'A' } },
  { name: 'merges complex attributes without a path', operations: [{ op: 'add', value: { name: { middleName: 'K' } } }], becomes: { name: { givenName: 'Ada', familyName: 'Byron', middleName: 'K' } } },
  { name: 'replaces a list without a path', operations: [{ op: 'replace', value: { emails: [{ value: 'x@y.test' }] } }], becomes: { emails: [{ value: 'x@y.test' }] } },
  { name: 'adds to a list without a path', operations: [{ op: 'add', value: { roles: [{ value: 'lead' }] } }], becomes: { roles: [{ value: 'agent' }, { value: 'lead' }] } },
  { name: 'removes one plain value by filter', operations: [{ op: 'remove', path: `${AWS}:securityProfiles[value eq "Agent"]` }], becomes: { [AWS]: { routingProfile: 'Sales', securityProfiles: ['Analyst'] } } },
  { name: 'adds a plain value', operations: [{ op: 'add', path: `${AWS}:securityProfiles`, value: ['Lead'] }], becomes: { [AWS]: { routingProfile: 'Sales', securityProfiles: ['Agent', 'Analyst', 'Lead'] } } },
  { name: 'keeps elements that differ in anything when they have no type and value', operations: [{ op: 'add', path: `${AWS}:proficiencies`, value: [{ name: 'Language', value: 'Czech', level: 4 }, { name: 'Product', value: 'Czech', level: 4 }] }], becomes: { [AWS]: { routingProfile: 'Sales', securityProfiles: ['Agent', 'Analyst'], proficiencies: [{ name: 'Language', value: 'Czech', level: 4 }, { name: 'Product', value: 'Czech', level: 4 }] } } },
  { name: 'makes a phone out of its parts', operations: [{ op: 'add', path: `${AWS}:phone.number`, value: '+15550100' }], becomes: { [AWS]: { routingProfile: 'Sales', securityProfiles: ['Agent', 'Analyst'], phone: { number: '+15550100' } } } },
];

// biome-ignore format: one case per line
const quirkCases: readonly UserPatchCase[] = [
  { name: 'Entra: op in capitals and a boolean as text', operations: [{ op: 'Replace', path: 'active', value: 'False' }], becomes: { active: false } },
  { name: 'Entra: reactivation as text', operations: [{ op: 'Replace', path: 'active', value: 'True' }], becomes: {} },
  { name: 'Entra: a boolean as text without a path', operations: [{ op: 'replace', value: { active: 'FALSE' } }], becomes: { active: false } },
  { name: 'Okta: deactivates without a path', operations: [{ op: 'replace', value: { active: false } }], becomes: { active: false } },
  { name: 'Okta: syncs a password, which is discarded', operations: [{ op: 'replace', value: { password: 'secret' } }], becomes: {} },
  { name: 'discards a password at a path', operations: [{ op: 'replace', path: 'password', value: 'secret' }], becomes: {} },
  { name: 'Entra: dotted keys without a path', operations: [{ op: 'replace', value: { 'name.givenName': 'A.', 'name.familyName': 'King' } }], becomes: { name: { givenName: 'A.', familyName: 'King' } } },
  { name: 'Entra: URN-colon keys without a path', operations: [{ op: 'replace', value: { [`${ENT}:department`]: 'Ops', [`${ENT}:employeeNumber`]: '8' } }], becomes: { [ENT]: { department: 'Ops', ...ENT_ONLY_MANAGER, employeeNumber: '8' } } },
  { name: 'an extension object without a path', operations: [{ op: 'add', value: { [ENT]: { department: 'Ops' } } }], becomes: { [ENT]: { department: 'Ops', ...ENT_ONLY_MANAGER } } },
  { name: 'keys with value filters without a path', operations: [{ op: 'replace', value: { 'emails[type eq "work"].value': 'ada@new.test' } }], becomes: { emails: [{ ...work, value: 'ada@new.test' }, home] } },
  { name: 'the flattened patch of aadOptscim062020', operations: [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'ada@new.test' }, { op: 'replace', value: { displayName: 'Ada K', active: false, 'name.givenName': 'Ada', [`${ENT}:employeeNumber`]: '8' } }], becomes: { emails: [{ ...work, value: 'ada@new.test' }, home], displayName: 'Ada K', active: false, [ENT]: { department: 'R&D', ...ENT_ONLY_MANAGER, employeeNumber: '8' } } },
  { name: 'Entra: Add creates the element that its filter describes', operations: [{ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555 0100' }], becomes: { phoneNumbers: [{ type: 'mobile', value: '+1 555 0100' }] } },
  { name: 'Entra: Replace creates it too', operations: [{ op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555 0100' }], becomes: { phoneNumbers: [{ type: 'mobile', value: '+1 555 0100' }] } },
  { name: 'Entra: creates an address in steps', operations: [{ op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Leeds' }, { op: 'Add', path: 'addresses[type eq "work"].country', value: 'GB' }, { op: 'Add', path: 'addresses[type eq "other"].formatted', value: 'Desk 4' }], becomes: { addresses: [{ type: 'work', locality: 'Leeds', country: 'GB' }, { type: 'other', formatted: 'Desk 4' }] } },
  { name: 'Entra: adds a second e-mail beside others', operations: [{ op: 'Add', path: 'emails[type eq "other"].value', value: 'x@y.test' }], becomes: { emails: [work, home, { type: 'other', value: 'x@y.test' }] } },
  { name: 'creates an element by several eq terms', operations: [{ op: 'add', path: 'emails[type eq "other" and primary eq true].value', value: 'x@y.test' }], becomes: { emails: [{ ...work, primary: false }, home, { type: 'other', primary: true, value: 'x@y.test' }] } },
  { name: 'creates a whole element', operations: [{ op: 'add', path: 'emails[type eq "other"]', value: { value: 'x@y.test' } }], becomes: { emails: [work, home, { type: 'other', value: 'x@y.test' }] } },
  { name: 'Entra: a role by the filter primary eq "True"', operations: [{ op: 'Add', path: 'roles[primary eq "True"].display', value: 'Lead' }, { op: 'Add', path: 'roles[primary eq "True"].value', value: 'lead' }, { op: 'Add', path: 'roles[primary eq "True"].type', value: 'job' }], becomes: { roles: [{ value: 'agent' }, { primary: true, display: 'Lead', value: 'lead', type: 'job' }] } },
  { name: 'Entra: a role as JSON text', operations: [{ op: 'Add', path: 'roles', value: [{ value: '{"id":"1","value":"lead","displayName":"Lead"}' }] }], becomes: { roles: [{ value: 'agent' }, { value: 'lead', display: 'Lead' }] } },
  { name: 'Entra: replaces roles as a whole', operations: [{ op: 'replace', path: 'roles', value: [{ value: '{"value":"lead"}' }] }], becomes: { roles: [{ value: 'lead' }] } },
  { name: 'a role that looks like JSON but is not', operations: [{ op: 'replace', path: 'roles', value: [{ value: '{lead}' }] }], becomes: { roles: [{ value: '{lead}' }] } },
  { name: 'Entra: manager as bare id', operations: [{ op: 'Add', path: `${ENT}:manager`, value: 'u-2' }], becomes: { [ENT]: { department: 'R&D', manager: { value: 'u-2' } } } },
  { name: 'Entra: the same manager as bare id', operations: [{ op: 'Add', path: `${ENT}:manager`, value: 'u-9' }], becomes: {} },
  { name: 'manager as object', operations: [{ op: 'replace', path: `${ENT}:manager`, value: { value: 'u-2' } }], becomes: { [ENT]: { department: 'R&D', manager: { value: 'u-2' } } } },
  { name: 'Entra: manager in an array at a path without URN', operations: [{ op: 'Add', path: 'manager', value: [{ $ref: 'https://scim.test/Users/u-2', value: 'u-2' }] }], becomes: { [ENT]: { department: 'R&D', manager: { value: 'u-2', $ref: 'https://scim.test/Users/u-2' } } } },
  { name: 'manager by its value', operations: [{ op: 'replace', path: `${ENT}:manager.value`, value: 'u-2' }], becomes: { [ENT]: { department: 'R&D', manager: { value: 'u-2' } } } },
  { name: 'OneLogin: managerId', operations: [{ op: 'replace', path: `${ENT}:manager`, value: { managerId: 'u-2', displayName: 'Bo' } }], becomes: { [ENT]: { department: 'R&D', manager: { value: 'u-2' } } } },
  { name: 'Entra: manager cleared by ""', operations: [{ op: 'Replace', path: `${ENT}:manager`, value: '' }], becomes: { [ENT]: { department: 'R&D' } } },
  { name: 'manager cleared by null', operations: [{ op: 'replace', path: `${ENT}:manager`, value: null }], becomes: { [ENT]: { department: 'R&D' } } },
  { name: 'manager cleared by an empty value', operations: [{ op: 'replace', path: `${ENT}:manager`, value: { value: '' } }], becomes: { [ENT]: { department: 'R&D' } } },
  { name: 'manager removed', operations: [{ op: 'Remove', path: `${ENT}:manager` }], becomes: { [ENT]: { department: 'R&D' } } },
  { name: 'Remove with a value at an attribute that has one', operations: [{ op: 'Remove', path: 'title', value: 'Engineer' }], becomes: { title: null } },
  { name: 'clears by ""', operations: [{ op: 'replace', path: 'title', value: '' }], becomes: { title: null } },
  { name: 'clears by null without a path', operations: [{ op: 'replace', value: { title: null } }], becomes: { title: null } },
  { name: 'clears a list by []', operations: [{ op: 'replace', path: 'emails', value: [] }], becomes: { emails: null } },
  { name: 'adding [] adds nothing', operations: [{ op: 'add', path: 'emails', value: [] }], becomes: {} },
  { name: 'clears an element by an empty value', operations: [{ op: 'Replace', path: 'emails[type eq "home"].value', value: '' }], becomes: { emails: [work] } },
  { name: 'clearing what is absent changes nothing', operations: [{ op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: '' }], becomes: {} },
  { name: 'removes elements by an array of values', operations: [{ op: 'Remove', path: 'emails', value: [{ value: 'ada@home.test' }] }], becomes: { emails: [work] } },
  { name: 'removes only what all given parts fit', operations: [{ op: 'Remove', path: 'emails', value: [{ value: 'ada@home.test', type: 'work' }] }], becomes: {} },
  { name: 'removes plain values by an array', operations: [{ op: 'Remove', path: `${AWS}:securityProfiles`, value: ['Agent'] }], becomes: { [AWS]: { routingProfile: 'Sales', securityProfiles: ['Analyst'] } } },
  { name: 'removing no values removes nothing', operations: [{ op: 'Remove', path: 'emails', value: [] }], becomes: {} },
  { name: 'one element without its array', operations: [{ op: 'add', path: 'emails', value: { value: 'x@y.test' } }], becomes: { emails: [work, home, { value: 'x@y.test' }] } },
  { name: 'a bare value as element', operations: [{ op: 'add', path: 'roles', value: 'lead' }], becomes: { roles: [{ value: 'agent' }, { value: 'lead' }] } },
  { name: 'an empty path is no path', operations: [{ op: 'replace', path: '', value: { title: 'Lead' } }], becomes: { title: 'Lead' } },
  { name: 'a null path is no path', operations: [{ op: 'replace', path: null, value: { title: 'Lead' } }], becomes: { title: 'Lead' } },
  { name: 'own id and read-only attributes in a value', operations: [{ op: 'replace', value: { id: 'u-1', meta: { version: 'x' }, groups: [{ value: 'g' }], schemas: ['x'], title: 'Lead' } }], becomes: { title: 'Lead' } },
  { name: 'unknown attributes and URNs in a value', operations: [{ op: 'replace', value: { colour: 'red', 'urn:nobody:1.0:User': { a: 1 }, 'urn:nobody:1.0:User:b': 1, title: 'Lead' } }], becomes: { title: 'Lead' } },
  { name: 'an undeclared extension beside a deactivation', operations: [{ op: 'replace', path: 'urn:nobody:1.0:User:grade', value: '5' }, { op: 'replace', path: 'active', value: false }], becomes: { active: false } },
  { name: 'no operations at all (Microsoft validator)', operations: [], becomes: {} },
  { name: 'prototype names are unknown names', operations: JSON.parse('[{"op":"add","value":{"__proto__":{"title":"x"},"constructor":{"a":1}}}]') as JsonValue, becomes: {} },
];

// biome-ignore format: one case per line
const refusedCases: readonly UserPatchCase[] = [
  { name: 'an unknown op', operations: [{ op: 'merge', path: 'title', value: 'x' }], error: '400 invalidSyntax' },
  { name: 'no op', operations: [{ path: 'title', value: 'x' }], error: '400 invalidSyntax' },
  { name: 'an operation that is no object', operations: ['replace'], error: '400 invalidSyntax' },
  { name: 'operations that are no list', operations: { op: 'replace' }, error: '400 invalidSyntax' },
  { name: 'remove without a path', operations: [{ op: 'remove' }], error: '400 noTarget' },
  { name: 'a filtered path that nothing can ever match', operations: [{ op: 'replace', path: 'emails[type eq "a" and type eq "b"].value', value: 'x' }], error: '400 noTarget' },
  { name: 'a filtered path that describes what cannot be', operations: [{ op: 'add', path: 'x509Certificates[value eq "!"].type', value: 'x' }], error: '400 invalidValue' },
  { name: 'a filtered path that matches nothing and describes nothing', operations: [{ op: 'replace', path: 'emails[value co "nobody"].display', value: 'x' }], error: '400 noTarget' },
  { name: 'a read-only attribute at a path', operations: [{ op: 'replace', path: 'id', value: 'u-2' }], error: '400 mutability' },
  { name: 'another id in a value', operations: [{ op: 'replace', value: { id: 'u-2' } }], error: '400 mutability' },
  { name: 'groups at a path', operations: [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }], error: '400 mutability' },
  { name: 'meta at a path', operations: [{ op: 'replace', path: 'meta.version', value: 'x' }], error: '400 mutability' },
  { name: 'the state of instances', operations: [{ op: 'add', path: `${AWS}:instances`, value: [{ instance: 'uk' }] }], error: '400 mutability' },
  { name: 'removing userName', operations: [{ op: 'remove', path: 'userName' }], error: '400 mutability' },
  { name: 'clearing userName', operations: [{ op: 'replace', path: 'userName', value: '' }], error: '400 invalidValue' },
  { name: 'blanking userName', operations: [{ op: 'replace', path: 'userName', value: '  ' }], error: '400 invalidValue' },
  { name: 'removing active', operations: [{ op: 'remove', path: 'active' }], error: '400 mutability' },
  { name: 'clearing active', operations: [{ op: 'replace', value: { active: null } }], error: '400 invalidValue' },
  { name: 'a path to nothing', operations: [{ op: 'replace', path: 'colour', value: 'x' }], error: '400 invalidPath' },
  { name: 'an unknown sub-attribute', operations: [{ op: 'replace', path: 'name.colour', value: 'x' }], error: '400 invalidPath' },
  { name: 'an unknown attribute of a known extension', operations: [{ op: 'replace', path: `${ENT}:colour`, value: 'x' }], error: '400 invalidPath' },
  { name: 'a path that is no string', operations: [{ op: 'replace', path: 7, value: 'x' }], error: '400 invalidPath' },
  { name: 'an index in a path', operations: [{ op: 'replace', path: 'emails[0].value', value: 'x' }], error: '400 invalidFilter' },
  { name: 'an unclosed filter', operations: [{ op: 'replace', path: 'emails[type eq "work"', value: 'x' }], error: '400 invalidFilter' },
  { name: 'something after the filter', operations: [{ op: 'replace', path: 'emails[type eq "work"]value', value: 'x' }], error: '400 invalidPath' },
  { name: 'a filter on a single value', operations: [{ op: 'replace', path: 'name[givenName eq "Ada"].familyName', value: 'x' }], error: '400 invalidPath' },
  { name: 'a path too long', operations: [{ op: 'replace', path: `emails[type eq "${'x'.repeat(600)}"].value`, value: 'x' }], error: '400 invalidPath' },
  { name: 'a number where text is expected', operations: [{ op: 'replace', path: 'title', value: 7 }], error: '400 invalidValue' },
  { name: 'a text where true or false is expected', operations: [{ op: 'replace', path: 'active', value: 'maybe' }], error: '400 invalidValue' },
  { name: 'an object where text is expected', operations: [{ op: 'replace', path: 'title', value: { a: 1 } }], error: '400 invalidValue' },
  { name: 'text where an object is expected', operations: [{ op: 'replace', path: 'name', value: 'Ada' }], error: '400 invalidValue' },
  { name: 'a number as element', operations: [{ op: 'add', path: 'emails', value: [7] }], error: '400 invalidValue' },
  { name: 'two values for one filtered path', operations: [{ op: 'replace', path: 'emails[type eq "work"]', value: [work, home] }], error: '400 invalidValue' },
  { name: 'no value', operations: [{ op: 'replace', path: 'title' }], error: '400 invalidValue' },
  { name: 'a path-less value that is no object', operations: [{ op: 'replace', value: 'x' }], error: '400 invalidValue' },
  { name: 'NUL in a value', operations: [{ op: 'replace', path: 'title', value: 'a\0b' }], error: '400 invalidValue' },
  { name: 'half a surrogate pair in a value', operations: [{ op: 'replace', path: 'title', value: '\ud800' }], error: '400 invalidValue' },
  { name: 'an impossible date', operations: [{ op: 'replace', path: `${ACME}:startDate`, value: '2026-02-30' }], error: '400 invalidValue' },
  { name: 'a number that JSON cannot hold', operations: [{ op: 'replace', path: `${ACME}:score`, value: 1e300 }], error: '400 invalidValue' },
  { name: 'more values than a list takes', operations: [{ op: 'add', path: 'emails', value: Array.from({ length: 201 }, (_, n) => ({ value: `${n}@x.test` })) }], error: '400 invalidValue' },
  { name: 'more operations than a request takes', operations: Array.from({ length: 151 }, () => ({ op: 'replace', path: 'title', value: 'x' })), error: '413 undefined' },
  { name: 'a good operation before a bad one', operations: [{ op: 'replace', path: 'title', value: 'Lead' }, { op: 'remove', path: 'userName' }], error: '400 mutability' },
];

export const userPatchCases: readonly UserPatchCase[] = [...rfcCases, ...quirkCases, ...refusedCases];
