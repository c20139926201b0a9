import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { withPhoneConfig } from './instance/contact-handling.ts';
import { type Instance, named } from './instance/instance.ts';
import { contactStates, type Resource, type UserRecord } from './instance/records.ts';
import { type InstanceSnapshot, instanceSnapshot } from './snapshot.ts';
import { userSeed } from './seed.ts';

/** What an operator changes in a user, by names. A hierarchy of null takes the user out of it. */
export const userEdit = z
  .strictObject({
    firstName: z.string(),
    lastName: z.string(),
    email: z.string(),
    secondaryEmail: z.string(),
    mobile: z.string(),
    routingProfile: z.string(),
    securityProfiles: z.array(z.string()).min(1).max(10),
    hierarchy: z.array(z.string()).min(1).max(5).nullable(),
    phone: z.strictObject({
      type: z.enum(['SOFT_PHONE', 'DESK_PHONE']),
      number: z.string().optional(),
      autoAccept: z.boolean().optional(),
      afterContactWorkSeconds: z.int().min(0).optional(),
    }),
    tags: z.record(z.string(), z.string()),
    /** The contacts that the agent has in hand: what callers do rather than an operator. */
    contacts: z.array(
      z.strictObject({
        contactId: z.string(),
        channel: z.enum(['VOICE', 'CHAT', 'TASK', 'EMAIL']),
        state: z.enum(contactStates),
      }),
    ),
  })
  .partial();

type UserEdit = z.output<typeof userEdit>;
type NewUser = z.input<typeof userSeed>;

/** For whoever plays the operator: nothing has that name, or it cannot be done as things are. */
export class OperatorError extends Error {}

/**
 * An operator in the Connect console, to whom neither throttle nor journal applies. Instances are named by id or
 * alias, everything else by name.
 */
export class Operator {
  readonly #instances: readonly Instance[];
  readonly #clock: Clock;

  constructor(instances: readonly Instance[], clock: Clock) {
    this.#instances = instances;
    this.#clock = clock;
  }

  snapshot(instance: string): InstanceSnapshot {
    return instanceSnapshot(this.#instance(instance));
  }

  /** @returns the new user's id */
  createUser(instance: string, user: NewUser): string {
    const found = this.#instance(instance);
    if (found.users.named(user.username)) throw new OperatorError(`There is a "${user.username}" already.`);
    const seed = userSeed.parse({ ...user, id: user.id ?? found.newUserId(user.username) });
    return refusingUnknownNames(() => found.addUser(seed, this.#clock.now()).id);
  }

  editUser(instance: string, username: string, edit: UserEdit): void {
    const found = this.#instance(instance);
    const nowMs = this.#clock.now();
    const user = this.#user(found, username);
    const edited = refusingUnknownNames(() => editedUser(found, user, edit));
    found.users.put({ ...edited, lastModifiedMs: nowMs }, nowMs);
  }

  deleteUser(instance: string, username: string): void {
    const found = this.#instance(instance);
    found.users.delete(this.#user(found, username), this.#clock.now());
  }

  /**
   * Connect does not delete a profile that users have (ResourceInUseException of DeleteSecurityProfile), so the
   * operator gives them another one first.
   */
  deleteSecurityProfile(instance: string, name: string, moveUsersTo?: string): void {
    const found = this.#instance(instance);
    const profile = profileNamed(found.securityProfiles, name);
    const users = [...found.users.all()].filter(({ securityProfileIds: ids }) => ids.includes(profile.id));
    const other = replacement(found.securityProfiles, profile, users, moveUsersTo);
    for (const user of users) {
      const ids = user.securityProfileIds.map((id) => (id === profile.id ? other : id));
      this.#put(found, { ...user, securityProfileIds: [...new Set(ids)] });
    }
    found.securityProfiles.delete(profile.id);
  }

  /** As with security profiles, users are moved first. */
  deleteRoutingProfile(instance: string, name: string, moveUsersTo?: string): void {
    const found = this.#instance(instance);
    const profile = profileNamed(found.routingProfiles, name);
    const users = [...found.users.all()].filter(({ routingProfileId }) => routingProfileId === profile.id);
    const other = replacement(found.routingProfiles, profile, users, moveUsersTo);
    for (const user of users) this.#put(found, { ...user, routingProfileId: other });
    found.routingProfiles.delete(profile.id);
  }

  renameRoutingProfile(instance: string, name: string, to: string): void {
    const found = this.#instance(instance);
    const profile = profileNamed(found.routingProfiles, name);
    found.routingProfiles.set(profile.id, { ...profile, name: to });
  }

  /**
   * The values of a predefined attribute, which is made when there is none of that name; none deletes it. What agents
   * have as proficiencies stays (admin guide, predefined attributes).
   */
  setPredefinedAttribute(instance: string, name: string, values: readonly string[]): void {
    const found = this.#instance(instance);
    const user = [...found.users.all()].find(({ proficiencies }) =>
      proficiencies.some((one) => one.AttributeName === name && !values.includes(one.AttributeValue)),
    );
    if (user)
      throw new OperatorError(`"${user.name}" has a proficiency in a value of "${name}" that would go.`);
    if (values.length === 0) return void found.predefinedAttributes.delete(name);
    const order = found.predefinedAttributes.get(name)?.order ?? found.nextOrder();
    found.predefinedAttributes.set(name, { name, values, order, lastModifiedMs: this.#clock.now() });
  }

  setUserQuota(instance: string, userQuota: number): void {
    this.#instance(instance).userQuota = userQuota;
  }

  #instance(value: string): Instance {
    const found = this.#instances.find(({ id, alias }) => id === value || alias === value);
    if (!found) throw new OperatorError(`There is no instance "${value}".`);
    return found;
  }

  #user(instance: Instance, username: string): UserRecord {
    const found = instance.users.named(username);
    if (!found) throw new OperatorError(`There is no user "${username}".`);
    return found;
  }

  #put(instance: Instance, user: UserRecord): void {
    const nowMs = this.#clock.now();
    instance.users.put({ ...user, lastModifiedMs: nowMs }, nowMs);
  }
}

function editedUser(instance: Instance, user: UserRecord, edit: UserEdit): UserRecord {
  const { phone, hierarchy, routingProfile, securityProfiles } = edit;
  const group = hierarchy && instance.groupAt(hierarchy);
  if (hierarchy && !group) throw new Error(`There is no hierarchy group ${hierarchy.join(' > ')}.`);
  return {
    ...user,
    identity: {
      FirstName: edit.firstName ?? user.identity.FirstName,
      LastName: edit.lastName ?? user.identity.LastName,
      Email: edit.email ?? user.identity.Email,
      SecondaryEmail: edit.secondaryEmail ?? user.identity.SecondaryEmail,
      Mobile: edit.mobile ?? user.identity.Mobile,
    },
    routingProfileId: routingProfile
      ? named(instance.routingProfiles, routingProfile).id
      : user.routingProfileId,
    securityProfileIds:
      securityProfiles?.map((name) => named(instance.securityProfiles, name).id) ?? user.securityProfileIds,
    hierarchyGroupId: hierarchy === undefined ? user.hierarchyGroupId : group?.id,
    contactHandling: phone ? withPhone(user, phone) : user.contactHandling,
    tags: edit.tags ?? user.tags,
    contacts: edit.contacts ?? user.contacts,
  };
}

const withPhone = ({ contactHandling }: UserRecord, phone: NonNullable<UserEdit['phone']>) =>
  withPhoneConfig(contactHandling, {
    PhoneType: phone.type,
    DeskPhoneNumber: phone.number,
    AutoAccept: phone.autoAccept,
    AfterContactWorkTimeLimit: phone.afterContactWorkSeconds,
  });

function profileNamed<T extends Resource>(profiles: Map<string, T>, name: string): T {
  return refusingUnknownNames(() => named(profiles, name));
}

function replacement<T extends Resource>(
  profiles: Map<string, T>,
  profile: T,
  users: readonly UserRecord[],
  moveUsersTo: string | undefined,
): string {
  if (moveUsersTo !== undefined) return profileNamed(profiles, moveUsersTo).id;
  if (users.length === 0) return profile.id;
  const names = users.slice(0, 3).map((user) => user.name);
  throw new OperatorError(
    `"${profile.name}" is in use by ${users.length} users (${names.join(', ')}). Say which profile to move them to.`,
  );
}

function refusingUnknownNames<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new OperatorError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
