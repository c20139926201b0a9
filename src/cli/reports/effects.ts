interface ExceededLimit {
  readonly instance: string;
  readonly effect: string;
  readonly users: number;
  readonly limit: number;
}

/** What a mapping would do to more users than the guard lets pass, as one line. */
export function exceededLimit({ instance, effect, users, limit }: ExceededLimit): string {
  const what = `would ${effectOn(effect, users)} in ${instance}`;
  return effect === 'sensitive'
    ? `${what}, which always waits for approval`
    : `${what}; the limit is ${limit}`;
}

/** `deactivate 7 users`. */
export function effectOn(effect: string, users: number): string {
  return `${WORDS[effect] ?? effect} ${users === 1 ? '1 user' : `${users} users`}`;
}

const WORDS: Readonly<Record<string, string>> = {
  grant: 'grant security profiles to',
  sensitive: 'newly grant sensitive security profiles to',
  reduce: 'take security profiles from',
  routing: 'change the routing profile of',
};
