import { z } from 'zod';
import { type ChannelConfigs, type PhoneConfig, channels } from './contact-handling.ts';
import { invalidParameter, invalidRequest, missingParameter, resourceNotFound } from '../wire/errors.ts';
import { idOf } from './identifiers.ts';
import type { Instance } from './instance.ts';
import type { IdentityInfo } from './records.ts';

const e164 = z.string().regex(/^\+[1-9]\d{1,14}$/, 'is not in E.164 form');
/** 24 days (API reference, UserPhoneConfig); the model has the lower bound only. */
const acwSeconds = z.int().min(0).max(2_000_000);
const channel = z.enum(channels);
// PhoneNumberConfig, PersistentConnectionConfig and VoiceEnhancementConfig know no other channel (API reference).
const voiceOnly = z.literal('VOICE');
const phoneType = z.enum(['SOFT_PHONE', 'DESK_PHONE']);
const acwConfig = z.object({ AfterContactWorkTimeLimit: acwSeconds.optional() });

export const phoneConfig = z.object({
  PhoneType: phoneType.optional(),
  AutoAccept: z.boolean().optional(),
  AfterContactWorkTimeLimit: acwSeconds.optional(),
  DeskPhoneNumber: e164.optional(),
  PersistentConnection: z.boolean().optional(),
});

export const channelConfigs = {
  AutoAcceptConfigs: perChannel(
    z.object({
      Channel: channel,
      AutoAccept: z.boolean(),
      AgentFirstCallbackAutoAccept: z.boolean().optional(),
    }),
  ),
  AfterContactWorkConfigs: perChannel(
    z.object({
      Channel: channel,
      AfterContactWorkConfig: acwConfig,
      AgentFirstCallbackAfterContactWorkConfig: acwConfig.optional(),
    }),
  ),
  PhoneNumberConfigs: perChannel(
    z.object({ Channel: voiceOnly, PhoneType: phoneType, PhoneNumber: e164.optional() }),
  ),
  PersistentConnectionConfigs: perChannel(
    z.object({ Channel: voiceOnly, PersistentConnection: z.boolean() }),
  ),
  VoiceEnhancementConfigs: perChannel(
    z.object({
      Channel: voiceOnly,
      VoiceEnhancementMode: z.enum(['VOICE_ISOLATION', 'NOISE_SUPPRESSION', 'NONE']),
    }),
  ),
};

/** Clearing SecondaryEmail or Mobile with an empty string is not documented; it is accepted here. */
export const identityInfo = z.object({
  FirstName: z.string().max(255).optional(),
  LastName: z.string().max(300).optional(),
  Email: z.string().optional(),
  SecondaryEmail: z
    .union([
      z.literal(''),
      z
        .string()
        .regex(/^(?=.{0,265}$)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/, 'is not an address'),
    ])
    .optional(),
  // The published pattern is escaped twice and would refuse every real number; CloudFormation has E.164.
  Mobile: z.union([z.literal(''), e164]).optional(),
});

/** 1 to 10; an empty list is refused (API reference, UpdateUserSecurityProfiles). */
export const securityProfileIds = z.array(z.string()).min(1).max(10);

export const tagMap = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, 'is not a tag key'),
    z.string().max(256),
  )
  .refine((tags) => Object.keys(tags).length >= 1 && Object.keys(tags).length <= 50, 'must be 1 to 50 tags');

/**
 * Length and characters (API reference, CreateUser; CloudFormation for the characters). The documents' limit of
 * 20 outside SAML and their e-mail rule for `@` are switches of the seed.
 */
export function checkUsername(instance: Instance, username: string): void {
  const saml = instance.identityManagementType === 'SAML';
  const { upTo20UnlessSaml, atOnlyInEmail } = instance.usernameRules;
  const longest = saml ? 64 : upTo20UnlessSaml ? 20 : 100;
  if (username.length > longest || !/^[a-zA-Z0-9_.@-]+$/.test(username)) {
    throw invalidParameter(`Username ${username}`);
  }
  if (atOnlyInEmail && username.includes('@') && !/^[^@]+@[^@.]+(\.[^@.]+)+$/.test(username)) {
    throw invalidParameter(`Username ${username}`);
  }
}

/**
 * Which credentials each identity management type takes. The exceptions for SAML are those of the 2018 API
 * reference; today's says only "an error".
 */
export function checkCredentials(
  instance: Instance,
  given: { Password?: string | undefined; DirectoryUserId?: string | undefined },
): void {
  const type = instance.identityManagementType;
  if (type === 'CONNECT_MANAGED') {
    if (given.Password === undefined) throw missingParameter('Password');
    if (!/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)\S{8,64}$/.test(given.Password)) throw invalidParameter('Password');
  } else if (given.Password !== undefined) {
    throw invalidRequest(`Password cannot be used with identity management type ${type}.`);
  }
  if (type === 'SAML' && given.DirectoryUserId !== undefined) {
    throw invalidRequest('DirectoryUserId cannot be used with identity management type SAML.');
  }
}

/**
 * First and last name are required on SAML and CONNECT_MANAGED, and Email is an error on SAML (API reference,
 * UserIdentityInfo); the admin guide has SAML users' mail in the secondary address.
 */
export function checkIdentity(instance: Instance, identity: IdentityInfo): void {
  const type = instance.identityManagementType;
  for (const [name, value] of Object.entries(identity)) {
    if (typeof value === 'string' && !isComposed(value)) throw invalidParameter(`${name} is not in NFC`);
  }
  if (type === 'EXISTING_DIRECTORY') return;
  if (identity.FirstName === undefined) throw missingParameter('FirstName');
  if (identity.LastName === undefined) throw missingParameter('LastName');
  if (type === 'SAML') {
    if (identity.Email !== undefined) throw invalidRequest('Email cannot be used with SAML.');
    return;
  }
  // 1 to 255 and 1 to 256 for users managed by Connect (admin guide, user management).
  if (identity.FirstName === '') throw invalidParameter('FirstName');
  if (identity.LastName === '' || identity.LastName.length > 256) throw invalidParameter('LastName');
}

/** "Decomposed characters or combining marks are not accepted" (API reference, UserIdentityInfo). */
function isComposed(text: string): boolean {
  return text === text.normalize('NFC') && !/[\u0300-\u036f]/.test(text);
}

/** A desk phone needs a number (Terraform's documentation of aws_connect_user). */
export function checkPhone(type: string | undefined, number: string | undefined, member: string): void {
  if (type === 'DESK_PHONE' && number === undefined) throw missingParameter(member);
}

/** Which PhoneConfig member excludes which list (API reference, CreateUser). */
export function checkPhoneForms(phone: PhoneConfig | undefined, configs: ChannelConfigs): void {
  const conflicts = [
    ['AutoAccept', phone?.AutoAccept, configs.AutoAcceptConfigs],
    ['AfterContactWorkTimeLimit', phone?.AfterContactWorkTimeLimit, configs.AfterContactWorkConfigs],
    ['PhoneType', phone?.PhoneType ?? phone?.DeskPhoneNumber, configs.PhoneNumberConfigs],
    ['PersistentConnection', phone?.PersistentConnection, configs.PersistentConnectionConfigs],
  ] as const;
  for (const [member, inPhone, list] of conflicts) {
    if (inPhone !== undefined && list) {
      throw invalidRequest(`PhoneConfig.${member} and its per-channel configuration cannot both be set.`);
    }
  }
}

/** Agent-first callback exists for voice alone (API reference, AutoAcceptConfig). */
export function checkChannelConfigs(configs: ChannelConfigs): void {
  const [phone] = configs.PhoneNumberConfigs ?? [];
  checkPhone(phone?.PhoneType, phone?.PhoneNumber, 'PhoneNumberConfigs.PhoneNumber');
  const callbacks = [
    ...(configs.AutoAcceptConfigs ?? []).filter(
      (config) => config.AgentFirstCallbackAutoAccept !== undefined,
    ),
    ...(configs.AfterContactWorkConfigs ?? []).filter((c) => c.AgentFirstCallbackAfterContactWorkConfig),
  ];
  const other = callbacks.find(({ Channel }) => Channel !== 'VOICE');
  if (other) throw invalidParameter(`AgentFirstCallback ${other.Channel}`);
}

/**
 * The profiles and group that a user is given must exist. Whether Connect answers 400 or 404 here has not been
 * seen in public; 404 is this simulator's choice.
 */
export function checkAssignments(
  instance: Instance,
  given: { securityProfileIds?: string[]; routingProfileId?: string; hierarchyGroupId?: string | undefined },
): void {
  const { securityProfileIds = [], routingProfileId, hierarchyGroupId } = given;
  const known =
    securityProfileIds.every((id) => instance.securityProfiles.has(idOf(id))) &&
    (routingProfileId === undefined || instance.routingProfiles.has(idOf(routingProfileId))) &&
    (hierarchyGroupId === undefined || instance.hierarchyGroups.has(idOf(hierarchyGroupId)));
  if (!known) throw resourceNotFound();
}

function perChannel<T extends z.ZodType<{ Channel: string }>>(config: T) {
  const once = (list: { Channel: string }[]) => new Set(list.map((c) => c.Channel)).size === list.length;
  return z.array(config).refine(once, 'names a channel twice').optional();
}
