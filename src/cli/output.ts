import type { ParkReason } from '../plan/plan.ts';
import { effectOn, exceededLimit } from './reports/effects.ts';
import { indent } from './reports/indent.ts';
import { renderSpeed } from './speed-output.ts';
import type { SpeedReply } from './speed-output.ts';

/** Replies of the admin API, as far as the terminal shows them. */
export interface StatusReply extends SpeedReply {
  readonly bridgeId: string;
  readonly config: {
    readonly file: string;
    readonly hash: string;
    readonly loadedAt: string;
    readonly refused: { readonly at: string; readonly error: string } | null;
  } | null;
  readonly removedInstances: readonly { readonly instance: string; readonly users: number }[];
  readonly directories: readonly {
    readonly directory: string;
    readonly users: number;
    readonly unresolvedMembers: number | null;
    readonly activeMapping: number | null;
    readonly latestMapping: {
      readonly version: number;
      readonly state: string;
      readonly error: string | null;
    } | null;
    readonly mappingFileSetAside: boolean;
    readonly degraded: readonly string[];
  }[];
  readonly instances: readonly {
    readonly instance: string;
    readonly mode: string;
    readonly scope: string;
    readonly owner: string | null;
    readonly identityManagementType: string | null;
    readonly users: readonly { readonly lifecycle: string; readonly sync: string; readonly users: number }[];
    readonly degraded: readonly string[];
  }[];
  readonly fanningOut: boolean;
  readonly work: readonly {
    readonly instance: string;
    readonly stage: string;
    readonly lane: string;
    readonly items: number;
  }[];
  readonly held: readonly HeldItem[];
  readonly leavers: readonly {
    readonly userName: string;
    readonly instance: string;
    readonly reason: ParkReason | null;
    readonly receivedAt: string | null;
    readonly attempts: number;
    readonly nextTryAt: string | null;
  }[];
}

export interface ParkedReply {
  readonly causes: readonly {
    readonly instance: string;
    readonly code: string;
    readonly remedy: string;
    readonly users: number;
  }[];
  readonly items: readonly ParkedUser[];
}

interface ParkedUser {
  readonly userName: string;
  readonly instance: string;
  readonly lifecycle: string;
  readonly reason: ParkReason | null;
}

export type HeldItem =
  | {
      readonly kind: 'users';
      readonly batch: string;
      readonly instance: string;
      readonly effect: string;
      readonly users: number;
      readonly causes: Readonly<Record<string, number>>;
      readonly people: readonly {
        readonly userName: string;
        readonly cause: string;
        readonly changes: readonly string[];
      }[];
    }
  | {
      readonly kind: 'mapping';
      readonly batch: string;
      readonly directory: string;
      readonly exceeded: readonly { instance: string; effect: string; users: number; limit: number }[];
    };

export interface PlanReply {
  readonly directory: string;
  readonly waiting: readonly string[];
  readonly summaries: Readonly<Record<string, Readonly<Record<string, number | object>>>>;
  readonly users: readonly {
    readonly userName: string;
    readonly instance: string;
    readonly outcome: string;
    readonly parked: ParkReason | null;
    readonly changes: readonly string[];
  }[];
}

export function renderStatus(status: StatusReply): readonly string[] {
  return [
    `bridge ${status.bridgeId}`,
    ...renderConfig(status.config),
    ...status.directories.flatMap(renderDirectory),
    ...status.instances.flatMap(renderInstance),
    ...status.removedInstances.map(
      ({ instance, users }) =>
        `instance ${instance}: not in bridge.yaml any more; ${users} users left as they are`,
    ),
    ...(status.fanningOut ? ['a change is being spread to many users'] : []),
    ...status.work.map(
      ({ instance, stage, lane, items }) => `waiting in ${instance}: ${items} to ${stage} (${lane})`,
    ),
    ...renderSpeed(status),
    ...(status.held.length > 0 ? ['held:', ...indent(renderHeld(status.held))] : []),
    ...(status.leavers.length > 0
      ? ['leavers who still have access:', ...status.leavers.flatMap(renderLeaver)]
      : []),
  ];
}

function renderConfig(config: StatusReply['config']): readonly string[] {
  if (!config) return [];
  const { file, hash, loadedAt, refused } = config;
  return [
    `${file}: ${hash.slice(0, 12)}, in force since ${loadedAt}`,
    ...(refused
      ? [
          `  changed since, and refused at ${refused.at}:`,
          ...indent(refused.error.split('\n')).flatMap((line) => indent([line])),
        ]
      : []),
  ];
}

function renderInstance(status: StatusReply['instances'][number]): readonly string[] {
  const { instance, mode, scope, owner, identityManagementType, users, degraded } = status;
  return [
    `instance ${instance}: ${mode}, ${identityManagementType ?? 'not read yet'}, on the quota of ${scope}`,
    ...(owner === null ? [] : [`  called by ${owner}`]),
    ...indent(users.map((count) => `${count.users} ${count.lifecycle}, ${count.sync}`)),
    ...indent(degraded.map((problem) => `degraded: ${problem}`)),
  ];
}

function renderDirectory(status: StatusReply['directories'][number]): readonly string[] {
  const { directory, users, unresolvedMembers, activeMapping, latestMapping, degraded } = status;
  const mapping = activeMapping === null ? 'no active mapping' : `mapping version ${activeMapping}`;
  return [
    `directory ${directory}: ${users} users, ${mapping}`,
    ...(latestMapping && latestMapping.version !== activeMapping
      ? [
          `  mapping version ${latestMapping.version} is ${latestMapping.state}`,
          ...indent(latestMapping.error?.split('\n') ?? []),
        ]
      : []),
    ...(status.mappingFileSetAside
      ? [
          '  the mapping file is not read until it changes: the mapping came another way (bridge mapping history)',
        ]
      : []),
    ...(unresolvedMembers
      ? [`  ${unresolvedMembers} members of groups are no users here: bridge unresolved`]
      : []),
    ...indent(degraded),
  ];
}

function renderLeaver(leaver: StatusReply['leavers'][number]): readonly string[] {
  const { userName, instance, reason, receivedAt, attempts, nextTryAt } = leaver;
  const since = receivedAt === null ? '' : `, since ${receivedAt}`;
  const tries = nextTryAt === null ? '' : `, ${attempts} failed attempts, next at ${nextTryAt}`;
  return [
    `  ${userName} in ${instance}${since}${tries}`,
    ...(reason ? [`    ${reason.detail}`, `    ${reason.remedy}`] : []),
  ];
}

export function renderParked({ causes, items }: ParkedReply): readonly string[] {
  if (causes.length === 0) return ['nobody is parked'];
  return causes.flatMap(({ instance, code, remedy, users }) => {
    const theirs = items.filter(
      ({ reason, ...item }) =>
        item.instance === instance && reason?.code === code && reason.remedy === remedy,
    );
    return [
      `${people(users)} in ${instance}: ${code}`,
      ...indent([remedy, ...renderParkedUsers(theirs.slice(0, MAX_NAMES))]),
      ...(users > MAX_NAMES ? [`  and ${users - Math.min(MAX_NAMES, theirs.length)} more`] : []),
    ];
  });
}

/** What still fits a screen; `--json` names everybody. */
const MAX_NAMES = 20;

/** What is said of all of them alike is said once. */
function renderParkedUsers(users: readonly ParkedUser[]): readonly string[] {
  return [...Map.groupBy(users, ({ reason }) => reason!.detail)].flatMap(([detail, alike]) => [
    detail,
    ...indent([alike.map(({ userName, lifecycle }) => `${userName} (${lifecycle})`).join(', ')]),
  ]);
}

export function renderHeld(items: readonly HeldItem[]): readonly string[] {
  if (items.length === 0) return ['nothing is held'];
  return items.flatMap((item) => {
    if (item.kind === 'mapping')
      return [
        `${item.batch}  the mapping file of directory ${item.directory}`,
        ...indent(item.exceeded.map(exceededLimit)),
        `  bridge approve ${item.batch}`,
      ];
    const causes = Object.entries(item.causes).map(([cause, users]) => `${users} ${cause}`);
    return [
      `${item.batch}  ${effectOn(item.effect, item.users)} in ${item.instance} (${causes.join(', ')})`,
      ...item.people.flatMap(({ userName, cause, changes }) => [
        `  ${userName} (${cause})`,
        ...indent(indent(changes)),
      ]),
      `  bridge approve ${item.batch}`,
    ];
  });
}

export function renderPlanReply({ waiting, summaries, users }: PlanReply): readonly string[] {
  if (waiting.length > 0) return waiting.map((reason) => `nobody is planned: ${reason}`);
  return [
    ...users.flatMap(({ userName, instance, outcome, parked, changes }) => [
      `${userName} in ${instance}: ${outcome}`,
      ...indent(changes),
      ...indent(parked ? [`parked: ${parked.detail}`, `  ${parked.remedy}`] : []),
    ]),
    ...Object.entries(summaries).map(([instance, summary]) => {
      const counts = Object.entries(summary).filter(([key, count]) => key !== 'effects' && Number(count) > 0);
      return `${instance}: ${counts.map(([key, count]) => `${Number(count)} ${key}`).join(', ') || 'no users'}`;
    }),
  ];
}

export function people(users: number): string {
  return users === 1 ? '1 user' : `${users} users`;
}
