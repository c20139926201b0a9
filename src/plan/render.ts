import type { UserField, UserFields, UserProficiency } from '../connect/user.ts';
import type { Change, Plan } from './plan.ts';

/** Names for ids, as the catalog has them. */
export type NameOf = (
  kind: 'securityProfiles' | 'routingProfiles' | 'hierarchyGroups' | 'agentStatuses',
  id: string,
) => string;

/** One line per Connect call, in the admin's names. What is done to a user who was replaced says so. */
export function renderPlan(plan: Pick<Plan, 'changes'>, nameOf: NameOf): readonly string[] {
  const replaced = plan.changes.flatMap((change) =>
    change.kind === 'createUser' ? (change.replaces ?? []) : [],
  );
  return plan.changes.map((change) => {
    const old = replaced.find(({ userId }) => change.kind !== 'createUser' && change.userId === userId);
    return `${old ? `${old.username}: ` : ''}${renderChange(change, nameOf)}`;
  });
}

export function renderChange(change: Change, nameOf: NameOf): string {
  switch (change.kind) {
    case 'createUser': {
      const tags = Object.entries(change.mappedTags).map(([key, value]) => `tag ${key}=${value}`);
      const fields = [...renderFields(change.to, nameOf), ...tags].join(', ');
      const replaces = change.replaces ? ` in place of ${change.replaces.username}` : '';
      return `create ${change.username}${replaces}: ${fields}`;
    }
    case 'updateUserIdentityInfo':
    case 'updateUserPhoneConfig':
      return changedFields(change.from, change.to, nameOf);
    case 'updateUserRoutingProfile':
      return `routing profile ${changed('routingProfileId', change.from, change.to, nameOf)}`;
    case 'updateUserHierarchy':
      return `hierarchy ${changed('hierarchyGroupId', change.from, change.to, nameOf)}`;
    case 'updateUserSecurityProfiles':
      return `security profiles ${changed('securityProfileIds', change.from, change.to, nameOf)}`;
    case 'tagResource':
      return `tags ${list(Object.entries(change.to).map(([key, value]) => `${key}=${value}`))}`;
    case 'untagResource':
      return `tags off ${list(Object.keys(change.from))}`;
    case 'associateUserProficiencies':
    case 'updateUserProficiencies':
      return `proficiencies ${list(change.to.map(proficiency))}`;
    case 'disassociateUserProficiencies':
      return `proficiencies off ${list(change.from.map(proficiency))}`;
    case 'putUserStatus':
      return `agent status → ${nameOf('agentStatuses', change.to)}`;
    case 'updateQuickConnectConfig':
      return `quick connect ${change.quickConnect.name} → the new user`;
    case 'deleteQuickConnect':
      return `delete quick connect ${change.quickConnect.name}`;
    case 'deleteUser':
      return 'delete the user';
    default:
      return change satisfies never;
  }
}

function list(items: readonly string[]): string {
  return items.join(', ');
}

function proficiency({ attributeName, attributeValue, level }: UserProficiency): string {
  return `${attributeName} ${attributeValue} ${level}`;
}

/** What admins call the fields. */
export const FIELD_LABELS: Readonly<Record<UserField, string>> = {
  firstName: 'first name',
  lastName: 'last name',
  email: 'e-mail',
  secondaryEmail: 'secondary e-mail',
  mobile: 'mobile',
  securityProfileIds: 'security profiles',
  routingProfileId: 'routing profile',
  hierarchyGroupId: 'hierarchy',
  phoneType: 'phone type',
  deskPhoneNumber: 'desk phone number',
  autoAccept: 'auto-accept',
  afterContactWorkTimeLimit: 'after-contact work (s)',
  persistentConnection: 'persistent connection',
};

/** `label value` per field, in names. */
export function renderFields(fields: Partial<UserFields>, nameOf: NameOf): readonly string[] {
  const labels = Object.keys(FIELD_LABELS) as UserField[];
  return labels
    .filter((field) => fields[field] !== undefined && fields[field] !== '')
    .map((field) => `${FIELD_LABELS[field]} ${renderValue(field, fields[field], nameOf)}`);
}

/** In names. */
export function renderValue(field: UserField, value: unknown, nameOf: NameOf): string {
  if (field === 'securityProfileIds')
    return (value as readonly string[]).map((id) => nameOf('securityProfiles', id)).join(' + ');
  if (field === 'routingProfileId') return nameOf('routingProfiles', value as string);
  if (field === 'hierarchyGroupId') return nameOf('hierarchyGroups', value as string);
  return String(value);
}

function changedFields(from: Partial<UserFields>, to: Partial<UserFields>, nameOf: NameOf): string {
  return (Object.keys(to) as UserField[])
    .filter((field) => (from[field] ?? '') !== to[field])
    .map((field) => `${FIELD_LABELS[field]} ${changed(field, from[field], to[field], nameOf)}`)
    .join(', ');
}

function changed(field: UserField, from: unknown, to: unknown, nameOf: NameOf): string {
  const [before, after] = [from, to].map((value) =>
    value === undefined || value === '' ? '' : renderValue(field, value, nameOf),
  );
  return `${before ? `${before} ` : ''}→ ${after || 'none'}`;
}
