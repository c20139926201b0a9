import { getMeta, setMeta } from '../../../store/engine/meta.ts';
import type { Db, Tx } from '../../../store/schema.ts';
import { countUsers } from '../../../store/users.ts';
import type { DirectoryRuntime, Runtime } from '../../../sync/runtime.ts';
import {
  ALWAYS_REFUSED_USERS,
  MAX_REFUSED_PERCENT,
  MAX_REFUSED_USERS,
  REFUSAL_WINDOW_MS,
} from '../../limits.ts';

/** A cause for which users are accepted and parked in place of being refused. */
export interface OpenCause {
  readonly cause: string;
  /** UTC milliseconds. */
  readonly since: number;
  /** It closes when it was not met for {@link REFUSAL_WINDOW_MS}; each time that it is met moves this. */
  readonly until: number;
  /** Writes that were accepted. */
  readonly accepted: number;
}

/**
 * Keeps one mistake, in the mapping or in an attribute of everybody, from failing so many requests that the IdP
 * puts its whole job into quarantine (Entra) or needs an admin to repeat every task (Okta).
 *
 * Whom it lets pass is stored, and known to every process and after a restart. The refusals that count towards it
 * are in memory: a restart begins to count anew.
 */
export class VerdictBreaker {
  readonly #runtime: Runtime;
  readonly #directory: DirectoryRuntime;
  /** When each user was refused last, by cause. */
  readonly #refused = new Map<string, Map<string, number>>();
  #mappingVersion: number | undefined;

  constructor(runtime: Runtime, directory: DirectoryRuntime) {
    this.#runtime = runtime;
    this.#directory = directory;
  }

  /**
   * Whether a user is accepted for whom the cause speaks; if not, he is counted as refused.
   *
   * @param who tells users apart, through repetitions of one request
   */
  async lets(tx: Tx, cause: string, who: string): Promise<boolean> {
    const now = this.#runtime.clock.now();
    const open = await openCauses(tx, this.#directory, now);
    const known = open.find((one) => one.cause === cause);
    if (!known && !(await this.#isTooMany(tx, this.#count(cause, who, now)))) return false;
    if (!known) this.#alert(cause);
    const others = open.filter((one) => one !== known);
    const { since, accepted } = known ?? { since: now, accepted: 0 };
    const causes = [...others, { cause, since, until: now + REFUSAL_WINDOW_MS, accepted: accepted + 1 }];
    await setMeta(
      tx,
      metaKey(this.#directory),
      JSON.stringify({ mapping: versionOf(this.#directory), causes }),
    );
    return true;
  }

  /** How many users the cause has been met for within the window; a new mapping may have cured it. */
  #count(cause: string, who: string, now: number): number {
    const version = versionOf(this.#directory);
    if (version !== this.#mappingVersion) this.#refused.clear();
    this.#mappingVersion = version;
    const users = this.#refused.get(cause) ?? new Map<string, number>();
    for (const [user, at] of users) if (at <= now - REFUSAL_WINDOW_MS) users.delete(user);
    this.#refused.set(cause, users.set(who, now));
    return users.size;
  }

  async #isTooMany(tx: Tx, users: number): Promise<boolean> {
    if (users > MAX_REFUSED_USERS) return true;
    if (users <= ALWAYS_REFUSED_USERS) return false;
    return users > (MAX_REFUSED_PERCENT / 100) * (await countUsers(tx, this.#directory.alias));
  }

  #alert(cause: string): void {
    this.#runtime.log.error(
      { directory: this.#directory.alias, cause },
      'too many users are refused for one cause: from now on they are accepted and parked; correct the mapping, or what the identity provider sends',
    );
  }
}

/** What the breaker of the directory lets pass at present. */
export async function openCauses(
  db: Db,
  directory: DirectoryRuntime,
  now: number,
): Promise<readonly OpenCause[]> {
  const stored = await getMeta(db, metaKey(directory));
  if (stored === null) return [];
  const { mapping, causes } = JSON.parse(stored) as { mapping: number; causes: readonly OpenCause[] };
  return mapping === versionOf(directory) ? causes.filter(({ until }) => until > now) : [];
}

/** The same in words for an operator. */
export async function openCausesInWords(
  { store, clock }: Runtime,
  directory: DirectoryRuntime,
): Promise<readonly string[]> {
  const open = await openCauses(store.read, directory, clock.now());
  return open.map(
    ({ cause, since, accepted }) =>
      `too many users were refused for one cause (${cause}): since ${new Date(since).toISOString()} ${accepted} writes were accepted all the same, and the users are parked. Correct the mapping, or what the identity provider sends`,
  );
}

function metaKey({ alias }: DirectoryRuntime): string {
  return `acceptedCauses/${alias}`;
}

function versionOf({ mapping }: DirectoryRuntime): number | undefined {
  return mapping?.version;
}
