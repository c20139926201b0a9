import type { LinkedUser } from '../../plan/plan.ts';
import { appendAudit } from '../../store/audit.ts';
import { parkedCauses } from '../../store/link/parked-causes.ts';
import { linkOf, linkOfFormerUser, linksByUsernameFolded, listLinks, upsertLink } from '../../store/links.ts';
import type { LinkQuery } from '../../store/links.ts';
import type { Tx } from '../../store/schema.ts';
import { userById, userByUserName } from '../../store/users.ts';
import { enqueue } from '../../store/work-items.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import type { UserKey } from '../planning/plan-for-user.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';

/** Users with their state in each instance, as far as the bridge has touched or parked them. */
export async function listUsers(runtime: Runtime, query: LinkQuery) {
  const { items, nextCursor } = await listLinks(runtime.store.read, query);
  return {
    items: items.map(({ userId, userName, directory, instance, linked, sync, reason, syncedAt }) => ({
      userId,
      userName,
      directory,
      instance,
      connectUserId: linked?.userId ?? null,
      username: linked?.username ?? null,
      lifecycle: linked?.lifecycle ?? 'absent',
      sync,
      reason,
      syncedAt: syncedAt === null ? null : new Date(syncedAt).toISOString(),
    })),
    nextCursor,
  };
}

/** Who cannot become what the rules want, and what to do: by cause, since one is put right for all of its users. */
export async function parked(runtime: Runtime, query: LinkQuery) {
  const causes = await parkedCauses(runtime.store.read);
  return { causes, ...(await listUsers(runtime, { ...query, sync: 'parked' })) };
}

/** Looks at a parked user again now, in Connect too; what was taken from him by hand in Connect is given back. */
export async function retry(runtime: Runtime, idOrUserName: string, actor: string) {
  const { directory, userId, userName } = await resolveUser(runtime, idOrUserName);
  const at = runtime.clock.now();
  for (const instance of directory.config.instances) runtime.instances.get(instance)?.userQuota.doubt();
  await runtime.store.write(async (tx) => {
    for (const instance of directory.config.instances) {
      const link = await linkOf(tx, userId, instance);
      if (link?.linked) await upsertLink(tx, { ...link, linked: withoutVerdicts(link.linked) });
      const inDoubt = [
        userId,
        ...(await holdersOfName(runtime, tx, { directory: directory.alias, userId, instance })),
      ];
      for (const id of inDoubt)
        await enqueue(tx, {
          ...DUE_NOW,
          userId: id,
          directory: directory.alias,
          instances: [instance],
          dueAt: at,
          receivedAt: at,
        });
    }
    await appendAudit(tx, { at, directory: directory.alias, actor, action: 'user.retry', userId });
  });
  runtime.wake();
  return { userId, userName };
}

/** What is known to have been taken by hand is given back: the user himself, or security profiles of his. */
function withoutVerdicts(linked: LinkedUser): LinkedUser | null {
  if (linked.lifecycle === 'deleted') return null;
  const { securityProfileIds = [], ...lastApplied } = linked.lastApplied;
  const taken = securityProfileIds.some((id) => !linked.actual.securityProfileIds?.includes(id));
  return taken ? { ...linked, lastApplied } : linked;
}

const DUE_NOW = { lane: 'joiner', readFirst: true } as const;

/** SCIM ids of those whose Connect username is the one that this user should have. */
async function holdersOfName(runtime: Runtime, tx: Tx, key: UserKey): Promise<readonly string[]> {
  const user = await planForUser(runtime, tx, key);
  if ('reason' in user || user.result?.kind !== 'mapped') return [];
  const holders = await linksByUsernameFolded(tx, key.instance, user.result.user.username);
  return holders.map(({ userId }) => userId).filter((id) => id !== key.userId);
}

interface ResolvedUser {
  readonly directory: DirectoryRuntime;
  readonly userId: string;
  readonly userName: string;
}

/** By SCIM id, or by userName in any case; a former user, by his link, only where no directory has a living one. */
export async function resolveUser(runtime: Runtime, idOrUserName: string): Promise<ResolvedUser> {
  const db = runtime.store.read;
  for (const directory of runtime.directories.values()) {
    const user =
      (await userById(db, directory.alias, idOrUserName)) ??
      (await userByUserName(db, directory.alias, idOrUserName));
    if (user) return { directory, userId: user.id, userName: user.userName };
  }
  for (const directory of runtime.directories.values()) {
    const link = await linkOfFormerUser(db, directory.alias, idOrUserName);
    if (link) return { directory, userId: link.userId, userName: link.userName };
  }
  throw new AdminError(
    404,
    'noSuchUser',
    `No user has the id or userName "${idOrUserName}".`,
    'The IdP has not sent this user, or under another userName: search with GET /scim/v2/Users?filter=…',
  );
}
