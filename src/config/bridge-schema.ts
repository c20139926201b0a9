import { z } from 'zod';
import { operation } from './operation-schema.ts';

const alias = z.string().regex(/^[a-z0-9-]{1,32}$/, '1 to 32 of a-z, 0-9 and -');
const name = z.string().min(1);
const count = z.int().min(0);
const percent = z.number().min(0).max(100);
/** What a leaver becomes. */
const leaver = z.enum(['suspend', 'delete']).default('suspend');

/** The more generous of the two limits holds: a count for small instances, a percentage for large ones. */
const limit = (defaults: { readonly count: number; readonly percent: number }) =>
  z
    .strictObject({
      count: count.default(defaults.count),
      percent: percent.default(defaults.percent),
    })
    .default(defaults);

/** The same, and another for the users of one routing profile, so that a mistake cannot empty a queue. */
const limitWithScope = (defaults: {
  readonly count: number;
  readonly percent: number;
  readonly percentOfRoutingProfile: number;
}) =>
  z
    .strictObject({
      count: count.default(defaults.count),
      percent: percent.default(defaults.percent),
      percentOfRoutingProfile: percent.default(defaults.percentOfRoutingProfile),
    })
    .default(defaults);

const LIMITS = {
  deactivate: { count: 5, percent: 5, percentOfRoutingProfile: 30 },
  grant: { count: 20, percent: 10 },
  reduce: { count: 10, percent: 5, percentOfRoutingProfile: 30 },
  recreate: { count: 5, percent: 2 },
  routing: { count: 50, percent: 20 },
  delete: { perDay: 20 },
};

const guard = z
  .strictObject({
    windowMinutes: z.int().min(1).max(10_080).default(60),
    deactivate: limitWithScope(LIMITS.deactivate),
    grant: limit(LIMITS.grant),
    reduce: limitWithScope(LIMITS.reduce),
    recreate: limit(LIMITS.recreate),
    routing: limit(LIMITS.routing),
    delete: z.strictObject({ perDay: count.default(LIMITS.delete.perDay) }).default(LIMITS.delete),
  })
  .default({ windowMinutes: 60, ...LIMITS });

const NO_GRANT_LIMITS = { never: [], only: null, conflicts: [], neverPermissions: [], sensitive: [] };

/** What no mapping can grant here, whatever its rules say. */
const grants = z
  .strictObject({
    never: z.array(name).default([]).describe('Security profiles that are never granted'),
    only: z
      .array(name)
      .min(1)
      .nullable()
      .default(null)
      .describe('The only security profiles that are granted'),
    conflicts: z
      .array(z.array(name).min(2))
      .default([])
      .describe('Sets of security profiles of which a user can have one'),
    neverPermissions: z
      .array(name)
      .default([])
      .describe('Permissions, as Connect names them, that no granted profile may hold'),
    sensitive: z
      .array(name)
      .default([])
      .describe('Security profiles that nobody gains by rules and groups that nobody has approved'),
  })
  .default(NO_GRANT_LIMITS);

/** STS, AssumeRole: the lengths and characters of both. */
const role = z
  .strictObject({
    roleArn: z
      .string()
      .max(2048)
      .regex(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
        'the ARN of a role, like arn:aws:iam::123456789012:role/connect-scim-bridge',
      ),
    externalId: z
      .string()
      .regex(/^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -')
      .nullable()
      .default(null),
  })
  .describe('The role through which an instance of another account is reached');

const instance = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS Region, like eu-west-2'),
  instanceId: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the id of the instance, the last part of its ARN'),
  endpoint: z
    .url({ protocol: /^https?$/, error: 'a URL, like http://127.0.0.1:4580' })
    .nullable()
    .default(null),
  aws: role.nullable().default(null),
  mode: z.enum(['observe', 'live']).default('observe'),
  userQuota: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .default(null)
    .describe('Users per instance, as Service Quotas of AWS shows it; Connect does not tell'),
  // A resync of 10,000 users takes 15 s of quota; more often than this, it would leave little for drift to be read.
  resyncMinutes: z.int().min(5).max(10_080).default(60),
  leavers: z.strictObject({
    deactivate: leaver,
    delete: leaver,
    suspend: z.strictObject({
      securityProfile: name,
      routingProfile: name,
      agentStatus: name.nullable().default(null),
    }),
    // Ten years; who needs longer needs null.
    deleteAfterDays: z.int().min(1).max(3_650).nullable().default(null),
  }),
  grants,
  guard,
});

const tokenHash = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|[0-9a-f]{64})$/,
    'env:NAME, or the SHA-256 of the token as 64 digits 0-9 a-f',
  );

/** Entra asks for 25 requests per second; a client that gets less ends in its quarantine. */
const LEAST_RATE = 25;

const rateLimit = z
  .string()
  .regex(/^\d{1,7}\/s$/, 'requests per second, like 100/s')
  .transform((text) => Number.parseInt(text, 10))
  .refine((perSecond) => perSecond >= LEAST_RATE, `at least ${LEAST_RATE}/s, which Entra asks for`)
  .default(100);

/** Letters and digits, since expressions read it as `user.acme.costCenter` (RFC 7643 §2.1 allows more). */
const attributeName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'letters and digits, a letter first');

const extension = z.strictObject({
  urn: z
    .string()
    .regex(
      /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9()+,\-.:=@;$_!*']+$/,
      'a URN, like urn:acme:1.0:User',
    ),
  attributes: z
    .record(attributeName, z.enum(['string', 'boolean', 'integer', 'decimal', 'date', 'dateTime']))
    .refine((attributes) => Object.keys(attributes).length > 0, 'one attribute at least'),
});

const directory = z.strictObject({
  default: z.boolean().default(false),
  instances: z.array(alias).min(1),
  mapping: z
    .union([name, z.array(name).min(1)], 'a path, or a list of paths')
    .describe('Path of the mapping file; of several, later files have precedence'),
  extensions: z
    .record(attributeName, extension)
    .default({})
    .describe('Custom SCIM schemas; expressions read them as user.NAME'),
  // A day is the longest that an identity provider's own cycle takes; longer looks like a bridge that is down.
  settleSeconds: z.int().min(0).max(86_400).default(30),
  surfaceParked: z.boolean().default(false),
  clients: z.record(alias, z.strictObject({ tokenHash, rateLimit })),
});

// AWS allows 2 per second with a burst of 5; one of the burst goes to clocks that disagree.
const RATE = { perSecond: 2, burst: 4 };
const bucketRate = z.strictObject({
  perSecond: z.number().min(0.1).max(100),
  burst: z.int().min(1).max(1000),
});

/** bridge.yaml: shape and bounds. References and the environment are checked by `loadBridgeConfig`. */
export const bridgeSchema = z.strictObject({
  version: z.literal(1),
  // A tag value of Connect may be longer; this much can be read aloud.
  bridgeId: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 of A-Z, a-z, 0-9 and . _ -'),
  server: z.strictObject({
    listen: z
      .string()
      .regex(/^(\[[0-9a-f:]+\]|[^:[\]]+):\d{1,5}$/i, 'an address and a port, like 127.0.0.1:8080'),
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'a URL, like https://scim.acme.test' })
      .nullable()
      .default(null),
    trustProxy: z.int().min(0).max(10).default(0),
  }),
  storage: z.strictObject({
    url: z
      .string()
      .regex(
        /^(sqlite:.+|postgres(ql)?:\/\/.+)$/,
        'sqlite: and a path, like sqlite:./data/bridge.db, or postgres://user@host/database',
      ),
    poolSize: z
      .int()
      .min(1)
      .max(100)
      .default(8)
      .describe('Connections to PostgreSQL that read; one more writes'),
  }),
  instances: z.record(alias, instance),
  directories: z.record(alias, directory),
  budget: z
    .strictObject({
      default: bucketRate.default(RATE),
      operations: z
        .partialRecord(operation, bucketRate)
        .default({})
        .describe('Rates of single operations, where AWS has raised them'),
    })
    .default({ default: RATE, operations: {} }),
  adminSocket: name.default('data/admin.sock'),
});

export type BridgeFile = z.infer<typeof bridgeSchema>;
