import { foldCase } from '../../../scim/value/text.ts';
import { linksByUsernames } from '../../../store/link/links-of-users.ts';
import { expiredUsers } from '../../../store/link/retention.ts';
import type { Link } from '../../../store/links.ts';
import type { Db } from '../../../store/schema.ts';
import type { Answers, Draft } from './draft.ts';
import { approvedGrants, grantKey } from '../../../store/guard/approved-grants.ts';
import { sensitiveGrants } from './sensitive-grants.ts';
import { ownUsername } from './username-holder.ts';

/** What the store has to be asked once it is known what the rules want. */
export async function answersFor(db: Db, drafts: readonly Draft[]): Promise<Answers> {
  const holders = new Map<string, ReadonlyMap<string, readonly Link[]>>();
  const expired = new Map<string, ReadonlySet<string>>();
  for (const [instance, ofInstance] of Map.groupBy(drafts, ({ facts }) => facts.key.instance)) {
    const names = ofInstance.flatMap((draft) => nameInQuestion(draft) ?? []);
    if (names.length > 0) holders.set(instance, await linksByUsernames(db, instance, names));
    const ids = ofInstance.filter(mayBeExpired).map(({ facts }) => facts.key.userId);
    if (ids.length > 0) expired.set(instance, await expiredUsers(db, instance, ids));
  }
  const approved = await approvedAmong(db, drafts);
  return {
    isApproved: ({ directory, instance }, { securityProfileId, sources }) =>
      sources.some((source) => approved.has(grantKey({ directory, instance, securityProfileId, source }))),
    holders: (instance, username) => holders.get(instance)?.get(foldCase(username)) ?? [],
    isExpired: ({ instance, userId }) => expired.get(instance)?.has(userId) ?? false,
  };
}

/** As `grantKey`s. */
async function approvedAmong(db: Db, drafts: readonly Draft[]): Promise<ReadonlySet<string>> {
  const sources = drafts.flatMap((draft) => sensitiveGrants(draft).flatMap((grant) => grant.sources));
  return sources.length === 0 ? new Set() : approvedGrants(db, sources);
}

/** The Connect username that the rules want and the user does not have. */
function nameInQuestion({ facts, mapped }: Draft): string | null {
  if (mapped?.result.kind !== 'mapped' || !mapped.access.active) return null;
  const { username } = mapped.result.user;
  return ownUsername(facts.link) === username ? null : username;
}

function mayBeExpired({ facts: { link }, instance }: Draft): boolean {
  return instance.config.leavers.deleteAfterDays !== null && link?.linked?.lifecycle === 'suspended';
}
