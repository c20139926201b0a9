import { NO_ACCESS } from './expected-user.ts';
import type { Wish } from './rules.ts';

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
