import { z } from 'zod';

const name = z.string().min(1);
const celText = z.string().min(1);

/** A literal text, or `{ cel: … }`. */
const value = z.union([name, z.strictObject({ cel: celText })], 'a text or { cel: … }');
const ownership = z.enum(['enforce', 'follow', 'seed', 'ignore']);

const when = z.strictObject({
  group: name.optional(),
  anyGroup: z.array(name).min(1).optional(),
  allGroups: z.array(name).min(1).optional(),
  groupExternalId: name.optional(),
});

const phone = z.strictObject({
  type: z.enum(['SOFT_PHONE', 'DESK_PHONE']).optional(),
  number: value.optional(),
  autoAccept: z.boolean().optional(),
  // Seconds; the bound is Connect's (API reference, UserPhoneConfig).
  afterContactWorkTimeLimit: z.int().min(0).max(2_000_000).optional(),
  persistentConnection: z.boolean().optional(),
});

const set = z.strictObject({
  routingProfile: value.optional(),
  securityProfiles: z.array(value).min(1).max(10).optional(),
  hierarchy: z.array(value).min(1).max(5).optional(),
  phone: phone.optional(),
});

const rule = z.strictObject({
  name,
  when,
  set,
  instances: z.array(name).min(1).optional(),
});

/** mapping.yaml: shape and bounds. Expressions, and what no schema can say, are checked by `loadMapping`. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  username: z.strictObject({
    value: celText,
    invalid: z.enum(['reject', 'park']).default('reject'),
    rename: z.enum(['ask', 'recreate']).default('ask'),
  }),
  identity: z.strictObject({
    firstName: celText,
    lastName: celText,
    email: celText.optional(),
    secondaryEmail: celText.optional(),
    mobile: celText.optional(),
  }),
  rules: z.array(rule).min(1),
  unmatched: z
    .strictObject({
      new: z.literal('skip').default('skip'),
      existing: z.enum(['suspend', 'delete']).default('suspend'),
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
});

export type MappingFile = z.infer<typeof mappingSchema>;
