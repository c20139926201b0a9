import { isMap, isPair, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { z } from 'zod';

const name = z.string().min(1).max(127);
const id = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID')
  .optional();
const tags = z.record(z.string().min(1).max(128), z.string().max(256)).default({});
const phoneNumber = z.string().regex(/^\+[1-9]\d{1,14}$/, 'must be in E.164 form, such as "+442071234567"');
const account = z.string().regex(/^\d{12}$/, 'must be 12 digits, in quotes');
const region = z.string().regex(/^[a-z]{2}(-[a-z]+){1,2}-\d$/, 'must be an AWS Region, such as eu-west-2');

/** Group names by level: `EMEA: { London: { Sales: {} } }`. */
export interface HierarchyTree {
  readonly [name: string]: HierarchyTree;
}

const hierarchyTree: z.ZodType<HierarchyTree> = z.lazy(() => z.record(name, hierarchyTree));

/** API reference, CreatePredefinedAttribute. */
const predefinedName = z.string().min(1).max(100);
export const predefinedValues = z.array(predefinedName).min(1).max(500);
const predefinedAttribute = z.strictObject({ name: predefinedName, values: predefinedValues });

/** A user by names; an operator in the console creates them the same way. */
export const userSeed = z.strictObject({
  username: z.string().min(1).max(100),
  id,
  firstName: z.string().default(''),
  lastName: z.string().default(''),
  email: z.string().optional(),
  secondaryEmail: z.string().optional(),
  mobile: phoneNumber.optional(),
  routingProfile: name,
  securityProfiles: z.array(name).min(1).max(10),
  hierarchy: z.array(name).min(1).max(5).optional(),
  phone: z
    .strictObject({ type: z.enum(['SOFT_PHONE', 'DESK_PHONE']), number: phoneNumber.optional() })
    .default({ type: 'SOFT_PHONE' }),
  tags,
});

const instance = z
  .strictObject({
    id,
    alias: z.string().regex(/^(?!d-)([\da-zA-Z]+)(-*[\da-zA-Z])*$/, 'must be letters, digits and hyphens'),
    account: account.optional(),
    region: region.optional(),
    identityManagementType: z.enum(['SAML', 'CONNECT_MANAGED', 'EXISTING_DIRECTORY']).default('SAML'),
    /** Users per instance: 500 unless AWS raises it (admin guide, service limits). */
    userQuota: z.int().min(0).default(500),
    /**
     * Two documented rules that were seen not to hold (Terraform's acceptance tests; Salesforce's default
     * usernames), so they are off unless asked for.
     */
    usernameRules: z
      .strictObject({
        upTo20UnlessSaml: z.boolean().default(false),
        atOnlyInEmail: z.boolean().default(false),
      })
      .default({ upTo20UnlessSaml: false, atOnlyInEmail: false }),
    /** How far SearchUsers is behind, in milliseconds. */
    indexLagMs: z.int().min(0).default(2000),
    securityProfiles: z.array(
      z.strictObject({ name, id, permissions: z.array(z.string()).default([]), tags }),
    ),
    routingProfiles: z.array(z.strictObject({ name, id, queues: z.array(name).default([]), tags })),
    hierarchy: z
      .strictObject({ levels: z.array(name).min(1).max(5), groups: hierarchyTree.default({}) })
      .optional(),
    agentStatuses: z
      .array(z.strictObject({ name, id, type: z.enum(['ROUTABLE', 'CUSTOM', 'OFFLINE']) }))
      .default([
        { name: 'Available', type: 'ROUTABLE' },
        { name: 'Offline', type: 'OFFLINE' },
      ]),
    predefinedAttributes: z.array(predefinedAttribute).default([]),
    users: z.array(userSeed).default([]),
    quickConnects: z
      .array(
        z.union([z.strictObject({ name, id, user: z.string() }), z.strictObject({ name, id, phoneNumber })]),
      )
      .default([]),
  })
  .superRefine(checkNames);

const seed = z.strictObject({
  account: account.default('123456789012'),
  region,
  /** The exception of a throttled call: both have been reported, see `throttled`. */
  throttleError: z
    .enum(['TooManyRequestsException', 'ThrottlingException'])
    .default('TooManyRequestsException'),
  /** Those that anybody may assume who gives the external id. */
  roles: z
    .array(
      z.strictObject({
        arn: z.string().regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of a role'),
        externalId: z.string().exactOptional(),
      }),
    )
    .default([]),
  instances: z.array(instance).min(1),
});

export type SimulatorSeed = z.output<typeof seed>;
export type InstanceSeed = SimulatorSeed['instances'][number];
export type UserSeed = InstanceSeed['users'][number];

/** For the person who writes the seed; the message has one `line:column  problem` per line. */
class SeedError extends Error {
  override readonly name = 'SeedError';
}

/** @throws SeedError with every problem found and where it is */
export function parseSeed(yamlText: string): SimulatorSeed {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new SeedError(broken.message);
  const result = seed.safeParse(document.toJS());
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const { line, col } = lines.linePos(offsetOf(document, issue));
    return `${line}:${col}  ${issue.path.join('.') || 'the seed'}: ${issue.message}`;
  });
  throw new SeedError(problems.join('\n'));
}

/** Where the value of an issue starts; for a missing one, the closest thing around it that is there. */
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetAt(document, path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function offsetAt(document: Document.Parsed, path: readonly unknown[]): number | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(path.at(-1)));
    return (pair?.key as Node | undefined)?.range?.[0];
  }
  return (document.getIn(path, true) as Node | undefined)?.range?.[0];
}

type Check = z.core.$RefinementCtx;
type Names = { readonly name: string }[];

/** Names are unique within their kind, and every name that is used exists. */
function checkNames(seed: z.output<typeof instance>, check: Check): void {
  checkUnique(seed.securityProfiles, 'securityProfiles', check);
  checkUnique(seed.routingProfiles, 'routingProfiles', check);
  // Not even in another case (admin guide, predefined attributes).
  checkUnique(seed.predefinedAttributes, 'predefinedAttributes', check, (name) => name.toLowerCase());
  checkUnique(
    seed.users.map(({ username }) => ({ name: username })),
    'users',
    check,
  );
  for (const [index, user] of seed.users.entries()) checkUser(seed, user, ['users', index], check);
  for (const [index, connect] of seed.quickConnects.entries()) {
    if ('user' in connect && !seed.users.some(({ username }) => username === connect.user)) {
      refuse(check, ['quickConnects', index, 'user'], `no user named "${connect.user}"`);
    }
  }
}

function checkUnique(
  items: Names,
  kind: string,
  check: Check,
  sameAs: (name: string) => string = (name) => name,
): void {
  const seen = new Set<string>();
  for (const [index, { name }] of items.entries()) {
    if (seen.has(sameAs(name))) refuse(check, [kind, index], `"${name}" is there twice`);
    seen.add(sameAs(name));
  }
}

function checkUser(seed: z.output<typeof instance>, user: UserSeed, path: PropertyKey[], check: Check): void {
  if (!seed.routingProfiles.some(({ name }) => name === user.routingProfile)) {
    refuse(check, [...path, 'routingProfile'], `no routing profile named "${user.routingProfile}"`);
  }
  for (const [index, profile] of user.securityProfiles.entries()) {
    if (!seed.securityProfiles.some(({ name }) => name === profile)) {
      refuse(check, [...path, 'securityProfiles', index], `no security profile named "${profile}"`);
    }
  }
  let groups: HierarchyTree | undefined = seed.hierarchy?.groups ?? {};
  for (const name of user.hierarchy ?? []) groups = groups?.[name];
  if (!groups) refuse(check, [...path, 'hierarchy'], `no hierarchy group ${user.hierarchy?.join(' > ')}`);
}

function refuse(check: Check, path: PropertyKey[], message: string): void {
  check.addIssue({ code: 'custom', path, message });
}
