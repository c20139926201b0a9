import { z } from 'zod';

const name = z.string().min(1);
const celText = z.string().min(1);

/** A literal text, or `{ cel: … }`. */
const value = z
  .union([name, z.strictObject({ cel: celText.describe('Expression') })], 'a text or { cel: … }')
  .describe('A literal, or { cel: … } with an expression over user and groups');
const ownership = z
  .enum(['enforce', 'follow', 'seed', 'ignore'])
  .describe('Who decides after the user was made: enforce, follow, seed or ignore');

const groupConditions = z.strictObject({
  group: name.optional().describe('Member of the group with this displayName'),
  anyGroup: z.array(name).min(1).optional().describe('Member of one of these groups at least'),
  allGroups: z.array(name).min(1).optional().describe('Member of all these groups'),
  groupExternalId: name.optional().describe('Member of the group with this externalId'),
  groupPrefix: name.optional().describe('Member of a group whose displayName begins so'),
});

const when = z
  .union([groupConditions, celText], 'a condition like { group: … }, or an expression')
  .describe('Exactly one condition over groups, or an expression over user and groups');

const phone = z.strictObject({
  type: z.enum(['SOFT_PHONE', 'DESK_PHONE']).optional().describe('DESK_PHONE needs a number'),
  number: value.optional().describe('E.164, in quotes, or { cel: … }'),
  autoAccept: z.boolean().optional(),
  // Seconds; the bound is Connect's (API reference, UserPhoneConfig).
  afterContactWorkTimeLimit: z.int().min(0).max(2_000_000).optional().describe('Seconds; 0 is without limit'),
  persistentConnection: z.boolean().optional(),
});

// API reference, TagMap. The prefixes are AWS's and the bridge's own.
const tagKey = z
  .string()
  .regex(
    /^(?!aws:|scim-bridge:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
    'a tag key, not of aws: or scim-bridge:',
  );

/** Names of predefined attributes and their values (API reference, UserProficiency). */
const proficiencies = z.record(name.max(100), z.record(name.max(100), z.int().min(1).max(5)));

const set = z.strictObject({
  routingProfile: value.optional().describe('Name of a routing profile'),
  securityProfiles: z.array(value).min(1).max(10).optional().describe('Names of security profiles'),
  hierarchy: z.array(value).min(1).max(5).optional().describe('Names from the first level down'),
  phone: phone.optional(),
  tags: z.record(tagKey, value).optional().describe('Tags by key; rules add up'),
  proficiencies: proficiencies
    .optional()
    .describe('Levels 1 to 5 by predefined attribute and value; the highest of all rules counts'),
});

const rule = z.strictObject({
  name: name.describe('How explanations and plans call it'),
  when,
  set,
  instances: z.array(name).min(1).optional().describe('Names of instances in bridge.yaml; all when left out'),
});

const access = z.strictObject({
  from: celText.optional().describe('Expression: the first day or the time of the beginning'),
  until: celText.optional().describe('Expression: the last day or the time of the end'),
  zone: name.default('UTC').describe('Where days begin and end, like Europe/London'),
  suspendWhen: celText.optional().describe('Expression: true suspends'),
});

/** What a test compares, in names; what is not there is not compared. */
const expectedValues = z.strictObject({
  username: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  email: z.string().optional(),
  secondaryEmail: z.string().optional(),
  mobile: z.string().optional(),
  routingProfile: name.optional(),
  securityProfiles: z.array(name).optional(),
  hierarchy: z.array(name).optional(),
  phone: z
    .strictObject({
      type: z.enum(['SOFT_PHONE', 'DESK_PHONE']).optional(),
      number: z.string().optional(),
      autoAccept: z.boolean().optional(),
      afterContactWorkTimeLimit: z.int().optional(),
      persistentConnection: z.boolean().optional(),
    })
    .optional(),
  tags: z.record(z.string(), z.string()).optional(),
  proficiencies: proficiencies.optional(),
});

const test = z.strictObject({
  name: name.describe('What is expected, in words'),
  user: z.record(z.string(), z.unknown()).describe('As SCIM has him; extensions by their short names'),
  groups: z.array(name).default([]).describe('displayNames'),
  instance: name.optional().describe('Name of an instance in bridge.yaml'),
  at: name.optional().describe('The time at which access is asked'),
  expect: z
    .union(
      [z.enum(['unmatched', 'suspended', 'invalid']), expectedValues],
      'unmatched, suspended, invalid, or the values expected',
    )
    .describe('What becomes of him'),
});

/** mapping.yaml: shape and bounds. Expressions, and what no schema can say, are checked by `loadMapping`. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  username: z.strictObject({
    value: celText.describe('Expression over user: the Connect username'),
    invalid: z
      .enum(['reject', 'park', 'sanitize'])
      .default('reject')
      .describe('What to do with a username or name that Connect does not take'),
    rename: z.enum(['ask', 'recreate']).default('ask').describe('What to do when the username changes'),
  }),
  identity: z.strictObject({
    firstName: celText.describe('Expression over user'),
    lastName: celText.describe('Expression over user'),
    email: celText.optional().describe('Expression over user; sent on CONNECT_MANAGED only'),
    secondaryEmail: celText.optional().describe('Expression over user'),
    mobile: celText.optional().describe('Expression over user that yields E.164'),
    directoryUserId: celText.optional().describe('Expression over user; sent on EXISTING_DIRECTORY only'),
  }),
  tables: z
    .record(name, z.record(z.string(), z.string()))
    .default({})
    .describe('Tables for lookup("table", key)'),
  rules: z.array(rule).min(1).describe('Read top to bottom'),
  access: access.optional().describe('When a user has access at all'),
  unmatched: z
    .strictObject({
      new: z.literal('skip').default('skip').describe('Who is not in Connect stays out'),
      existing: z.enum(['suspend', 'delete']).default('suspend').describe('What becomes of who is there'),
    })
    .default({ new: 'skip', existing: 'suspend' }),
  ownership: z
    .strictObject({
      firstName: ownership.optional(),
      lastName: ownership.optional(),
      email: ownership.optional(),
      secondaryEmail: ownership.optional(),
      mobile: ownership.optional(),
      routingProfile: ownership.optional(),
      hierarchy: ownership.optional(),
      phone: ownership.optional(),
    })
    .default({}),
  tests: z.array(test).default([]).describe('Users with what is expected of them'),
});

/**
 * A file that is laid over another, for editors: `overlaid` merges maps by key, so that any key may be left to the
 * base, and takes rules and tests whole.
 */
export const mappingOverlaySchema = mappingSchema.partial().extend({
  username: mappingSchema.shape.username.partial().optional(),
  identity: mappingSchema.shape.identity.partial().optional(),
  rules: z.array(rule).optional().describe('Before those of the base; of the same name, in its place'),
});

export type MappingFile = z.infer<typeof mappingSchema>;
