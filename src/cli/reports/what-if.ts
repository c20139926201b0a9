import type { Room } from '../../sync/admin/what-if/what-if.ts';
import { indent } from './indent.ts';

interface People {
  readonly users: number;
  readonly listed: readonly string[];
}

type NamedPeople = People & { readonly name: string };

export interface InstanceChanges {
  readonly instance: string;
  readonly usersInConnect: { readonly before: number; readonly after: number };
  readonly room: Room;
  readonly created: People;
  readonly reactivated: People;
  readonly suspended: People;
  readonly deleted: People;
  readonly withdrawn: People;
  readonly parked: People;
  readonly released: People;
  readonly recreated: People;
  readonly parkedBecause: readonly NamedPeople[];
  readonly changed: People;
  readonly changedByField: readonly NamedPeople[];
  readonly changedByRule: readonly NamedPeople[];
  readonly securityProfiles: readonly {
    readonly name: string;
    readonly gain: People;
    readonly lose: People;
  }[];
  readonly routingProfiles: readonly {
    readonly name: string;
    readonly before: number;
    readonly after: number;
  }[];
  readonly held: readonly { readonly effect: string; readonly users: number; readonly limit: number }[];
}

/** Reply of the admin API to a plan under another mapping. */
export interface WhatIfReply {
  readonly directory: string;
  readonly activeVersion: number | null;
  readonly instances: readonly InstanceChanges[];
}

/** What can happen to a user, as CI gates name it, in words. */
export const OUTCOMES = {
  created: 'created in Connect',
  reactivated: 'given access again',
  changed: 'changed',
  recreated: 'made anew under another username',
  suspended: 'suspended',
  deleted: 'deleted in Connect',
  withdrawn: 'not wanted any more, and not in Connect yet',
  parked: 'parked',
  released: 'not parked any more',
} as const;

export type Outcome = keyof typeof OUTCOMES;

const ORDER = Object.keys(OUTCOMES) as readonly Outcome[];

/** Names that a line of text shows; the JSON has more. */
const MAX_NAMES = 8;

export function renderWhatIf({ directory, activeVersion, instances }: WhatIfReply): readonly string[] {
  const than = activeVersion === null ? 'no mapping' : `mapping version ${activeVersion}`;
  return [
    `directory ${directory}, compared with ${than}`,
    ...instances.flatMap((one) => [`instance ${one.instance}:`, ...indent(instanceLines(one))]),
  ];
}

function instanceLines(one: InstanceChanges): readonly string[] {
  const { usersInConnect: users, held, room } = one;
  return [
    ...(isUnchanged(one) ? ['nobody changes'] : []),
    ...ORDER.filter((outcome) => one[outcome].users > 0).flatMap((outcome) => [
      `${OUTCOMES[outcome]}: ${counted(one[outcome])}`,
      ...indent(details(one, outcome)),
    ]),
    ...section('security profiles', profileLines(one)),
    ...section('routing profiles, users before → after', headLines(one)),
    `users in Connect: ${users.before} → ${users.after}`,
    ...indent([roomInWords(room)]),
    ...held.map(
      (limit) =>
        `would be held: ${limit.effect} of ${limit.users} users, where ${limit.limit} may pass without approval`,
    ),
  ];
}

export function roomInWords({ users, quota, missing }: Room): string {
  if (quota === null) return 'what AWS allows is not known: set userQuota of the instance in bridge.yaml';
  if (users === null) return `those of others were not counted yet; AWS allows ${quota}`;
  const all = `${users} with those of others; AWS allows ${quota}`;
  return missing ? `${all}: no room for ${missing}` : all;
}

export function isUnchanged(one: InstanceChanges): boolean {
  return ORDER.every((outcome) => one[outcome].users === 0);
}

function details(one: InstanceChanges, outcome: Outcome): readonly string[] {
  if (outcome === 'parked') return one.parkedBecause.map((cause) => `${cause.name} ${counted(cause)}`);
  if (outcome !== 'changed') return [];
  return [
    ...one.changedByField.map((field) => `${field.name}: ${counted(field)}`),
    ...one.changedByRule.map((rule) => `by "${rule.name}": ${counted(rule)}`),
  ];
}

function profileLines({ securityProfiles }: InstanceChanges): readonly string[] {
  return securityProfiles.flatMap(({ name, gain, lose }) => [
    ...(gain.users > 0 ? [`${name} gained by ${counted(gain)}`] : []),
    ...(lose.users > 0 ? [`${name} lost by ${counted(lose)}`] : []),
  ]);
}

function headLines({ routingProfiles }: InstanceChanges): readonly string[] {
  return routingProfiles.map(({ name, before, after }) => `${name}: ${before} → ${after}`);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? [`${title}:`, ...indent(lines)] : [];
}

function counted(people: People): string {
  return `${people.users} (${names(people)})`;
}

export function names({ users, listed }: People): string {
  const shown = listed.slice(0, MAX_NAMES);
  const more = users - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
