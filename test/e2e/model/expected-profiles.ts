import type { Effect } from '../../../src/plan/plan.ts';
import { type ConnectUserSnapshot, isSuspended, NO_ACCESS } from './expected-user.ts';
import type { Wish } from './rules.ts';

/** What the product says of a user; whether it may say so is judged here. */
export interface Verdict {
  readonly held: readonly Effect[];
  readonly parked: string | null;
}

export interface Moment {
  readonly now: number;
  /** All users in Connect. */
  readonly users: readonly ConnectUserSnapshot[];
  readonly verdict: Verdict;
  /** Whether Connect was compared with the store, so that edits are known. */
  readonly resynced: boolean;
}

/** One way in which a user's security profiles can stand. */
export interface ProfileStanding {
  /** What the rules granted when they were last written or found right. */
  readonly applied: readonly string[] | undefined;
  readonly value: readonly string[];
  readonly suspended: boolean;
}

/** How they can stand after the bridge has carried out a wish. */
export function profilesAfter(
  { applied, value, suspended }: ProfileStanding,
  wish: Wish,
): readonly ProfileStanding[] {
  const suspension = { applied, value: [NO_ACCESS], suspended: true };
  switch (wish.kind) {
    case 'suspended':
      return [suspension];
    case 'parked': {
      const left = value.filter((name) => wish.profiles.includes(name));
      if (left.length > 0 && !suspended) return [{ applied, value: left, suspended }];
      // Whom somebody else left without access is left so.
      return [suspension, { applied, value: [NO_ACCESS], suspended: false }];
    }
    case 'active': {
      // What was taken by hand is not given back until the rules grant something else.
      const isKept = !suspended && String(applied) === String(wish.profiles);
      const left = isKept ? wish.profiles.filter((name) => value.includes(name)) : wish.profiles;
      return [{ applied: wish.profiles, value: left.length > 0 ? left : [NO_ACCESS], suspended: false }];
    }
    default:
      return wish satisfies never;
  }
}

/** @param isHeldBack whether he may have been made without some of what he is granted */
export function profilesOfNew(granted: readonly string[], isHeldBack: boolean): readonly ProfileStanding[] {
  const made = { applied: granted, value: granted, suspended: false };
  return isHeldBack ? [made, { applied: undefined, value: [], suspended: false }] : [made];
}

/** Of whom a rename left behind, and who is the user's again since the other was deleted by hand. */
export const LEFT_BEHIND: ProfileStanding = { applied: undefined, value: [NO_ACCESS], suspended: false };

/**
 * While the guard holds a part: something of what he had or was granted meanwhile, and all of it that he is granted
 * still.
 */
export function isRightWhenHeld(
  value: readonly string[],
  open: readonly ProfileStanding[],
  final: Wish,
): boolean {
  const may = new Set([NO_ACCESS, ...open.flatMap((one) => one.value)]);
  const granted = final.kind === 'suspended' ? [] : final.profiles;
  const must = granted.filter((name) => open.every((one) => one.value.includes(name)));
  return value.every((name) => may.has(name)) && must.every((name) => value.includes(name));
}

export function profilesWhenHeld(
  value: readonly string[],
  open: readonly ProfileStanding[],
): readonly ProfileStanding[] {
  const given = value.filter((name) => name !== NO_ACCESS);
  return [given, ...open.map(({ applied }) => applied)].flatMap((applied) =>
    [true, false].map((suspended) => ({ applied, value, suspended })),
  );
}

/**
 * What the mapping does not grant, nobody keeps who is at rest. A held suspension leaves all as it is; a held loss what
 * the bridge itself gave, and nothing that was added by hand or is forbidden.
 *
 * @param given what the bridge may ever have granted
 */
export function unsafe(
  own: readonly ConnectUserSnapshot[],
  final: Wish,
  { verdict, resynced }: Moment,
  given: ReadonlySet<string>,
): readonly string[] {
  const active = own.filter((user) => !isSuspended(user));
  const names = active.map(({ username }) => username);
  const problems = active.length > 1 ? [`${names.join(' and ')} are both active`] : [];
  if (!resynced || verdict.held.includes('deactivate')) return problems;
  const granted = final.kind === 'suspended' ? [] : final.profiles;
  const may = new Set([NO_ACCESS, ...granted, ...(verdict.held.includes('reduce') ? given : [])]);
  for (const { username, securityProfiles } of active) {
    const over = securityProfiles.filter((name) => !may.has(name));
    if (over.length > 0)
      problems.push(`${username} has ${over.join(', ')}; the rules grant ${granted.join(', ') || 'nothing'}`);
  }
  return problems;
}
