import { ownershipTags } from '../../connect/user.ts';
import type { DesiredUser } from '../../connect/user.ts';
import { type Access, accessOf } from '../../mapping/access.ts';
import { desiredUser } from '../../mapping/desired-user.ts';
import type { UserJson } from '../../mapping/expression/attributes.ts';
import type { Mapping, MappingResult } from '../../mapping/mapping.ts';
import { DEFAULT_OWNERSHIP } from '../../mapping/ownership.ts';
import type { ParkReason, Plan, PlanInput, Wanted } from '../../plan/plan.ts';
import { planUser } from '../../plan/plan-user.ts';
import { takenOver } from '../../plan/taken-over.ts';

import { isExpired } from '../../store/link/retention.ts';
import { linkOf } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import type { Db } from '../../store/schema.ts';
import { userById } from '../../store/users.ts';
import type { StoredUser } from '../../store/users.ts';
import { pinnedGroups } from './pinned-groups.ts';
import { usernameHolder } from './username-holder.ts';
import type { DirectoryRuntime, InstanceRuntime, Runtime } from '../runtime.ts';

/** A user in an instance; all that the reconciler is ever told. */
export interface UserKey {
  readonly directory: string;
  readonly userId: string;
  readonly instance: string;
}

/** Everything that led to a plan, so that it can be shown, explained and carried out. */
export interface UserPlan {
  readonly key: UserKey;
  /** Null once the SCIM user was deleted. */
  readonly user: StoredUser | null;
  readonly link: Link | null;
  /** Of the former user whose Connect user this one is to get: he was hired again. */
  readonly takesOver: Link | null;
  /** Null when the mapping was not asked: the user is inactive or deleted. */
  readonly result: MappingResult | null;
  /** Null when it was not asked, as above. */
  readonly access: Access | null;
  readonly input: PlanInput;
  /** The plan with nothing withheld; the guard decides what of it may be done. */
  readonly plan: Plan;
}

/** Why a user cannot be planned at present; SCIM is served all the same. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly reason: string;
}

/**
 * The one way from stored facts to a plan: worker, `bridge plan`, `bridge explain` and the admin API call it.
 *
 * @param mapping the mapping to plan under; the active one unless a proposal is being tried
 */
export async function planForUser(
  runtime: Runtime,
  db: Db,
  key: UserKey,
  mapping = runtime.directories.get(key.directory)?.mapping?.mapping ?? null,
): Promise<UserPlan | Waiting> {
  const directory = runtime.directories.get(key.directory);
  const instance = runtime.instances.get(key.instance);
  if (!directory || !instance) return { kind: 'waiting', reason: 'not configured any more' };
  // Nothing is known of the suspend profiles either: a plan now would take held and approved effects for gone.
  if (!instance.catalog) return { kind: 'waiting', reason: `instance ${key.instance} was never read` };
  const user = (await userById(db, key.directory, key.userId)) ?? null;
  const link = (await linkOf(db, key.userId, key.instance)) ?? null;
  const facts = { runtime, db, key, directory, instance, user, link };
  const mapped = user?.active ? await mappingResult(facts, user, mapping) : null;
  if (mapped && 'reason' in mapped) return mapped;
  const asked = mapped ? await wantedOfMapping(facts, mapped, mapping!) : wantedWithoutAccess(facts);
  const wanted = await wantedInTime(facts, asked);
  const { result = null, access = null } = mapped ?? {};
  const takesOver = wanted.kind === 'active' ? await formerUser(facts, wanted.user) : null;
  const input = planInput(facts, wanted, mapping, takesOver);
  return { key, user, link, takesOver, result, access, input, plan: planUser(input) };
}

interface Facts {
  readonly runtime: Runtime;
  readonly db: Db;
  readonly key: UserKey;
  readonly directory: DirectoryRuntime;
  readonly instance: InstanceRuntime;
  readonly user: StoredUser | null;
  readonly link: Link | null;
}

interface Mapped {
  readonly result: MappingResult;
  readonly access: Access;
}

async function mappingResult(
  { runtime, db, key, instance }: Facts,
  { doc }: StoredUser,
  mapping: Mapping | null,
): Promise<Mapped | Waiting> {
  if (!mapping) return { kind: 'waiting', reason: `directory ${key.directory} has no active mapping` };
  const catalog = instance.catalog!;
  const { identityManagementType } = catalog.contents;
  const user = JSON.parse(doc) as UserJson;
  const result = desiredUser({
    user,
    groups: await pinnedGroups(db, key.directory, key.userId),
    mapping,
    instance: { alias: key.instance, identityManagementType },
    catalog,
    ceiling: { limits: instance.config.grants, permissions: instance.permissions },
  });
  return { result, access: accessOf(user, mapping, runtime.clock.now()) };
}

/** Outside the time of his access a user has none, whatever the rules grant; who is not in Connect stays out. */
async function wantedOfMapping(facts: Facts, { result, access }: Mapped, mapping: Mapping): Promise<Wanted> {
  if (!access.active) return facts.link?.linked ? { kind: 'suspended', cause: 'access' } : { kind: 'skip' };
  const wanted = await wantedOfResult(facts, result, mapping);
  if (access.problem === null || wanted.kind !== 'active') return wanted;
  const { securityProfileIds } = wanted.user.fields;
  return { kind: 'parked', reason: access.problem, grantedSecurityProfileIds: securityProfileIds };
}

async function wantedOfResult(facts: Facts, result: MappingResult, mapping: Mapping): Promise<Wanted> {
  switch (result.kind) {
    case 'mapped': {
      const { username, fields } = result.user;
      const holder = await usernameHolder(facts.db, facts.key, facts.link, username);
      if (holder.kind !== 'other') return { kind: 'active', user: result.user };
      const grantedSecurityProfileIds = fields.securityProfileIds;
      return { kind: 'parked', reason: holder.reason, grantedSecurityProfileIds };
    }
    case 'unmatched':
      if (!facts.link?.linked) return { kind: 'skip' };
      return mapping.unmatched.existing === 'delete'
        ? { kind: 'deleted', cause: 'unmatched' }
        : { kind: 'suspended', cause: 'unmatched' };
    case 'invalid':
      return {
        kind: 'parked',
        reason: parkReason(result),
        grantedSecurityProfileIds: [...result.grantedSecurityProfileIds, ...vanishedProfiles(facts)],
      };
    default:
      return result satisfies never;
  }
}

function parkReason({ problems }: Extract<MappingResult, { kind: 'invalid' }>): ParkReason {
  const [{ code, remedy }] = problems;
  return { code, detail: problems.map(({ detail }) => detail).join(' '), remedy };
}

/** Profiles that the instance no longer has permit nothing; taking them away would only suspend people by mistake. */
function vanishedProfiles({ instance, link }: Facts): readonly string[] {
  const known = new Set(instance.catalog?.contents.securityProfiles.map(({ id }) => id));
  return (link?.linked?.actual.securityProfileIds ?? []).filter((id) => !known.has(id));
}

/** Who was suspended for `deleteAfterDays` is deleted when his turn comes; not who is away for a time. */
async function wantedInTime({ db, key, instance, link }: Facts, wanted: Wanted): Promise<Wanted> {
  if (wanted.kind !== 'suspended' || wanted.cause === 'access') return wanted;
  if (instance.config.leavers.deleteAfterDays === null || link?.linked?.lifecycle !== 'suspended')
    return wanted;
  return (await isExpired(db, key)) ? { kind: 'deleted', cause: 'expired' } : wanted;
}

async function formerUser({ db, key, link }: Facts, { username }: DesiredUser): Promise<Link | null> {
  if (link?.linked && link.linked.lifecycle !== 'deleted') return null;
  const holder = await usernameHolder(db, key, link, username);
  return holder.kind === 'former' ? holder.link : null;
}

function wantedWithoutAccess({ instance, user }: Facts): Wanted {
  const { leavers } = instance.config;
  const cause = user ? 'deactivated' : 'deleted';
  const policy = user ? leavers.deactivate : leavers.delete;
  return policy === 'delete' ? { kind: 'deleted', cause } : { kind: 'suspended', cause };
}

function planInput(facts: Facts, wanted: Wanted, mapping: Mapping | null, takesOver: Link | null): PlanInput {
  const { runtime, key, instance, link } = facts;
  return {
    wanted,
    link:
      takesOver && wanted.kind === 'active'
        ? takenOver(takesOver.linked!, wanted.user)
        : (link?.linked ?? null),
    ownership: mapping?.ownership ?? DEFAULT_OWNERSHIP,
    identityManagementType: instance.catalog?.contents.identityManagementType ?? 'SAML',
    suspend: instance.suspend,
    tags: ownershipTags(runtime.config.bridgeId, key.userId),
    withhold: [],
  };
}
