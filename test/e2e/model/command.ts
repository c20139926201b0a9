import * as fc from 'fast-check';
import { BRIDGE_FILES, type BridgeFile } from './bridge-files.ts';

/** Places for people and groups; a command about one that is not there does nothing. */
const SLOTS = 5;
export const GROUPS = ['Connect Sales', 'Connect Support', 'Connect Supervisors', 'Site Leeds'] as const;
export const MAPPING_FILES = ['base', 'generous', 'strict', 'broken'] as const;
export type MappingFile = (typeof MAPPING_FILES)[number];

const FAULTY = ['*', 'CreateUser', 'UpdateUserSecurityProfiles', 'UpdateUserRoutingProfile', 'DescribeUser'];

const EDITS = [
  'addAdmin',
  'addAnalyst',
  'takeProfiles',
  'moveRouting',
  'firstName',
  'lastName',
  'mobile',
  'secondaryEmail',
  'hierarchy',
  'deskPhone',
  'softPhone',
  'tagOff',
] as const;
export type Edit = (typeof EDITS)[number];

type Group = (typeof GROUPS)[number];
type Attribute = 'givenName' | 'familyName' | 'mobile' | 'email' | 'department' | 'grant';

/** One thing that happens in a history. Plain data, so that what fails can be shrunk, printed and repeated. */
export type Command =
  | { readonly kind: 'createUser'; readonly slot: number; readonly groups: readonly Group[] }
  | { readonly kind: 'replaceUser'; readonly slot: number; readonly familyName: string }
  | {
      readonly kind: 'setAttribute';
      readonly slot: number;
      readonly value: { readonly attribute: Attribute; readonly value: string };
    }
  | {
      readonly kind: 'setDate';
      readonly slot: number;
      readonly side: 'startDate' | 'endDate';
      /** From now; null empties. */
      readonly inMinutes: number | null;
    }
  | { readonly kind: 'rename' | 'deleteUser'; readonly slot: number }
  | { readonly kind: 'setActive'; readonly slot: number; readonly active: boolean }
  | { readonly kind: 'join' | 'leave'; readonly slot: number; readonly group: Group }
  | { readonly kind: 'joinUnknown' | 'createGroup' | 'renameGroup' | 'deleteGroup'; readonly group: Group }
  | { readonly kind: 'writeMapping'; readonly file: MappingFile }
  | { readonly kind: 'writeBridge'; readonly file: BridgeFile }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'rest'; readonly approve: boolean }
  | { readonly kind: 'editInConnect'; readonly slot: number; readonly edit: Edit }
  | { readonly kind: 'deleteInConnect' | 'disown' | 'reown' | 'strangerGoes'; readonly slot: number }
  | { readonly kind: 'strangerComes'; readonly slot: number; readonly bridge: 'none' | 'other' | 'ours' }
  | { readonly kind: 'renameRoutingProfile' | 'fillQuota' }
  | {
      readonly kind: 'fault';
      readonly fault: 'throttle' | 'serverError' | 'reset' | 'slow';
      readonly operation: string;
      readonly when: 'beforeCommit' | 'afterCommit';
      readonly count: number;
    }
  | { readonly kind: 'crash'; readonly afterMs: number; readonly downSeconds: number };

const slot = fc.nat({ max: SLOTS - 1 });
const group = fc.constantFrom(...GROUPS);
const seconds = fc.constantFrom(1, 10, 31, 100, 700);

type OfKind<K> = Command extends infer C
  ? C extends { kind: infer Kinds }
    ? K extends Kinds
      ? C
      : never
    : never
  : never;
type Arbitraries<C> = { readonly [K in Exclude<keyof C, 'kind'>]: fc.Arbitrary<C[K]> };

function of<K extends Command['kind']>(weight: number, kind: K, more: Arbitraries<OfKind<K>>) {
  const arbitrary = fc.record({ kind: fc.constant(kind), ...more });
  return { weight, arbitrary: arbitrary as unknown as fc.Arbitrary<Command> };
}

function commandArbitrary() {
  return fc.oneof(
    of(4, 'createUser', { slot, groups: fc.subarray([...GROUPS]) }),
    of(3, 'replaceUser', { slot, familyName: fc.constantFrom('Byron', 'King') }),
    of(8, 'setAttribute', {
      slot,
      value: fc.constantFrom(
        { attribute: 'givenName', value: 'Anna' },
        { attribute: 'givenName', value: 'Ann' },
        { attribute: 'familyName', value: 'King' },
        { attribute: 'mobile', value: '+447700900001' },
        { attribute: 'mobile', value: '+447700900002' },
        { attribute: 'mobile', value: '' },
        { attribute: 'email', value: 'one@mail.test' },
        { attribute: 'email', value: '' },
        { attribute: 'department', value: 'Quality' },
        { attribute: 'department', value: 'Trade' },
        { attribute: 'grant', value: 'Admin' },
        { attribute: 'grant', value: 'QualityAnalyst' },
        { attribute: 'grant', value: '' },
      ),
    }),
    of(3, 'setDate', {
      slot,
      side: fc.constantFrom('startDate', 'endDate'),
      inMinutes: fc.constantFrom(null, -60, -1, 2, 30, 90),
    }),
    of(4, 'rename', { slot }),
    of(6, 'setActive', { slot, active: fc.boolean() }),
    of(4, 'deleteUser', { slot }),
    of(10, 'join', { slot, group }),
    of(8, 'leave', { slot, group }),
    of(1, 'joinUnknown', { group }),
    of(2, 'createGroup', { group }),
    of(2, 'renameGroup', { group }),
    of(1, 'deleteGroup', { group }),
    of(4, 'writeMapping', { file: fc.constantFrom(...MAPPING_FILES) }),
    of(4, 'writeBridge', { file: fc.constantFrom(...BRIDGE_FILES) }),
    of(5, 'pass', { seconds }),
    of(5, 'rest', { approve: fc.boolean() }),
    of(10, 'editInConnect', {
      slot,
      edit: fc.constantFrom(...EDITS),
    }),
    of(3, 'deleteInConnect', { slot }),
    of(2, 'disown', { slot }),
    of(2, 'reown', { slot }),
    of(3, 'strangerComes', { slot, bridge: fc.constantFrom('none', 'other', 'ours') }),
    of(2, 'strangerGoes', { slot }),
    of(2, 'renameRoutingProfile', {}),
    of(6, 'fault', {
      fault: fc.constantFrom('throttle', 'serverError', 'reset', 'slow'),
      operation: fc.constantFrom(...FAULTY),
      when: fc.constantFrom('beforeCommit', 'afterCommit'),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    of(2, 'fillQuota', {}),
    of(4, 'crash', {
      afterMs: fc.constantFrom(0, 200, 1_000, 31_000, 33_000),
      downSeconds: fc.constantFrom(20, 20, 3_600, 30 * 3_600),
    }),
  );
}

const creation = of(1, 'createUser', { slot, groups: fc.subarray([...GROUPS]) }).arbitrary;

/** @param size how many commands at most after the first people have come */
export function historyArbitrary(size: number): fc.Arbitrary<readonly Command[]> {
  const first = fc.array(creation, { minLength: 1, maxLength: SLOTS });
  const rest = fc.array(commandArbitrary(), { minLength: 1, maxLength: size, size: 'max' });
  return fc.tuple(first, rest).map(([people, commands]) => [...people, ...commands]);
}
