import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectOperation } from '../../../../src/connect/operation.ts';
import type { ConnectUserId } from '../../../../src/connect/user.ts';
import { approve, held } from '../../../../src/sync/admin.ts';
import { expire } from '../../../../src/sync/leaving/retention.ts';
import type { DayRequest } from '../day.ts';
import { createGroup, createUser, members, patch } from '../day.ts';
import type { Life } from './life.ts';

/** Something that a person or an IdP does. Begun and not ended, it is done again. */
type Act = (life: Life) => Promise<void>;

export interface Story {
  readonly bridge?: (yaml: string) => string;
  readonly mapping?: (yaml: string) => string;
  /** What was done, and came to rest, before the story begins. */
  readonly before: readonly Act[];
  /** How long the bridge stood still between the two, in days. */
  readonly daysBetween?: number;
  readonly acts: readonly Act[];
  /** Steps that it must not be without. */
  readonly passes: readonly string[];
  /** The change in Connect that it is about; null when it makes none. */
  readonly main: ConnectOperation | null;
  /** Calls that may be made twice, the first of them without an answer: no read of the user shows what became of it. */
  readonly repeatable?: RegExp;
}

const rest: Act = (life) => life.quiet();

/** What an IdP sends, at the same time. */
function send(...requests: readonly DayRequest[]): Act {
  return ({ idp }) => idp.live([requests]);
}

const ana = send(createUser('ana'));
const anaInSales = [ana, send(createGroup('sales', 'Connect Sales', ['ana'])), rest];
const deactivated = (...names: readonly string[]) =>
  send(...names.map((name) => patch(`/Users/\${${name}}`, { op: 'replace', path: 'active', value: false })));

/** Somebody makes the quick connect "Operations desk" lead to Ana. */
const quickConnectToAna: Act = async ({ runtime }) => {
  const { connect } = runtime.instances.get('uk')!;
  const ids = new Map<string, ConnectUserId>();
  for await (const { username, id } of connect.listUsers()) ids.set(username, id);
  const [desk] = await connect.quickConnectsTo(ids.get('breakglass')!);
  await connect.updateQuickConnectConfig(desk!, ids.get('ana@acme.test')!);
};

const approveAll: Act = async ({ runtime }) => {
  for (const { batch } of (await held(runtime)).items) await approve(runtime, batch, 'operator:test');
};

/** The hourly look for who was suspended for long enough. */
const retention: Act = ({ runtime }) => expire(runtime, runtime.instances.get('uk')!);

const editMapping =
  (edit: (yaml: string) => string): Act =>
  async ({ folder, runtime }) => {
    const file = join(folder, 'mapping.yaml');
    const before = runtime.directories.get('main')!.mapping?.version;
    const text = await readFile(file, 'utf8');
    await writeFile(file, edit(text));
    for (let turn = 0; turn < 20; turn++) {
      if (runtime.directories.get('main')!.mapping?.version !== before) return;
      if ((await held(runtime)).items.length > 0) return;
      await runtime.clock.sleep(500);
    }
  };

const nobodyLeavesUnseen = (yaml: string) =>
  yaml.replace(
    /deactivate: \{ count: 5,.*\}/,
    'deactivate: { count: 0, percent: 0, percentOfRoutingProfile: 0 }',
  );

/**
 * By name. Each is told to a bridge that is killed at one of its steps. In each of them calls are made for one user
 * only, so that the steps come in the same order every time.
 */
export const stories: Readonly<Record<string, Story>> = {
  create: {
    mapping: (yaml) =>
      yaml.replace(
        'hierarchy: [EMEA, London, Sales]',
        'hierarchy: [EMEA, London, Sales]\n      proficiencies: { Product: { CRM: 4 } }\n      tags: { team: sales }',
      ),
    before: [],
    acts: anaInSales,
    main: 'CreateUser',
    passes: [
      'user.create committed',
      'plan committed',
      'claim committed',
      'create announced committed',
      'CreateUser made',
      'connect.createUser committed',
      'AssociateUserProficiencies made',
      'user.synced committed',
    ],
  },
  update: {
    before: [...anaInSales, send(createGroup('support', 'Connect Support', []))],
    acts: [
      send(
        patch('/Users/${ana}', { op: 'replace', path: 'name.familyName', value: 'King' }),
        patch('/Groups/${support}', { op: 'add', path: 'members', value: members('ana') }),
        patch('/Groups/${sales}', { op: 'remove', path: 'members[value eq "${ana}"]' }),
      ),
      send(createGroup('supervisors', 'Connect Supervisors', ['ana'])),
      rest,
    ],
    main: 'UpdateUserRoutingProfile',
    passes: [
      'group.update committed',
      'UpdateUserRoutingProfile made',
      'UpdateUserHierarchy made',
      'UpdateUserIdentityInfo made',
      'UpdateUserSecurityProfiles made',
    ],
  },
  suspend: {
    before: anaInSales,
    acts: [deactivated('ana'), rest],
    main: 'UpdateUserSecurityProfiles',
    passes: [
      'user.update committed',
      'UpdateUserSecurityProfiles made',
      'connect.updateUserSecurityProfiles committed',
      'UpdateUserRoutingProfile made',
      'PutUserStatus made',
    ],
  },
  reactivate: {
    before: [...anaInSales, deactivated('ana'), rest],
    acts: [send(patch('/Users/${ana}', { op: 'replace', path: 'active', value: true })), rest],
    main: 'UpdateUserSecurityProfiles',
    passes: [
      'UpdateUserRoutingProfile made',
      'UpdateUserSecurityProfiles made',
      'connect.updateUserSecurityProfiles committed',
    ],
  },
  rename: {
    mapping: (yaml) => yaml.replace('rename: ask', 'rename: recreate'),
    before: [...anaInSales, quickConnectToAna],
    acts: [
      send(patch('/Users/${ana}', { op: 'replace', path: 'userName', value: 'ana.king@acme.test' })),
      rest,
    ],
    main: 'CreateUser',
    passes: [
      'create announced committed',
      'CreateUser made',
      'UpdateQuickConnectConfig made',
      'UpdateUserSecurityProfiles made',
    ],
    repeatable: /^(UpdateQuickConnectConfig |PutUserStatus |UpdateUser\w+ ana@)/,
  },
  delete: {
    bridge: (yaml) => yaml.replace(/^ {6}delete: suspend/m, '      delete: delete'),
    before: [...anaInSales, quickConnectToAna],
    acts: [send({ method: 'DELETE', path: '/Users/${ana}' }), rest],
    main: 'DeleteUser',
    passes: [
      'user.delete committed',
      'DeleteQuickConnect made',
      'DeleteUser made',
      'connect.deleteUser committed',
    ],
  },
  'delete after days': {
    bridge: (yaml) => yaml.replace('deleteAfterDays: null', 'deleteAfterDays: 1'),
    before: [...anaInSales, deactivated('ana'), rest],
    daysBetween: 2,
    acts: [retention, rest],
    main: 'DeleteUser',
    passes: ['user.expired committed', 'DeleteUser made', 'connect.deleteUser committed'],
  },
  hold: {
    bridge: nobodyLeavesUnseen,
    before: [ana, send(createUser('ben')), send(createGroup('sales', 'Connect Sales', ['ana', 'ben'])), rest],
    acts: [deactivated('ana'), rest, deactivated('ben'), rest],
    main: null,
    passes: ['user.update committed', 'plan, user.held committed'],
  },
  approve: {
    bridge: nobodyLeavesUnseen,
    before: [
      ana,
      send(createUser('ben')),
      send(createGroup('sales', 'Connect Sales', ['ana', 'ben'])),
      rest,
      deactivated('ana'),
      rest,
    ],
    acts: [approveAll, rest],
    main: 'UpdateUserSecurityProfiles',
    passes: [
      'user.approved committed',
      'UpdateUserSecurityProfiles made',
      'connect.updateUserSecurityProfiles committed',
    ],
  },
  settle: {
    before: [...anaInSales, send(createGroup('support', 'Connect Support', []))],
    acts: [
      send(patch('/Groups/${sales}', { op: 'remove', path: 'members[value eq "${ana}"]' })),
      send(patch('/Groups/${support}', { op: 'add', path: 'members', value: members('ana') })),
      rest,
    ],
    main: 'UpdateUserRoutingProfile',
    passes: [
      'group.update committed',
      'plan committed',
      'UpdateUserRoutingProfile made',
      'user.synced committed',
    ],
  },
  'fan-out': {
    before: [
      ana,
      send(createUser('ben')),
      send(createGroup('sales', 'Connect Sales', ['ana', 'ben'])),
      send(createGroup('support', 'Connect Support', ['ana', 'ben'])),
      rest,
      deactivated('ben'),
      rest,
    ],
    acts: [send({ method: 'DELETE', path: '/Groups/${sales}' }), rest],
    main: 'UpdateUserRoutingProfile',
    passes: ['group.delete committed', 'fan-out batch committed', 'UpdateUserRoutingProfile made'],
  },
  activation: {
    before: anaInSales,
    acts: [editMapping((yaml) => yaml.replace('routingProfile: Sales', 'routingProfile: Support')), rest],
    main: 'UpdateUserRoutingProfile',
    passes: [
      'mapping.proposed committed',
      'mapping.activated committed',
      'fan-out batch committed',
      'UpdateUserRoutingProfile made',
    ],
  },
  'held activation': {
    bridge: nobodyLeavesUnseen,
    before: anaInSales,
    acts: [
      editMapping((yaml) => yaml.replace('{ group: Connect Sales }', '{ group: Connect Nobody }')),
      rest,
      approveAll,
      rest,
    ],
    main: 'UpdateUserSecurityProfiles',
    passes: ['mapping.held committed', 'mapping.activated committed', 'UpdateUserSecurityProfiles made'],
  },
};
