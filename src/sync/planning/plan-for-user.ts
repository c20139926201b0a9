import type { Mapping } from '../../mapping/mapping.ts';
import type { Db } from '../../store/schema.ts';
import { userById } from '../../store/users.ts';
import type { StoredUser } from '../../store/users.ts';
import type { PlanningContext } from './context.ts';
import { decided, draftOf } from './decision/decide.ts';
import { factsOf } from './decision/facts.ts';
import { answersFor } from './decision/open-questions.ts';
import type { UserKey, UserPlan, Waiting } from './user-plan.ts';

export type { UserKey, UserPlan, Waiting } from './user-plan.ts';

/**
 * The one way from stored facts to a plan: worker, `bridge explain` and the admin API call it, and `planAll` for
 * everybody.
 *
 * @param mapping the mapping to plan under; the active one unless a proposal is being tried
 */
export async function planForUser(
  context: PlanningContext,
  db: Db,
  key: UserKey,
  mapping = context.directories.get(key.directory)?.mapping?.mapping ?? null,
): Promise<UserPlan | Waiting> {
  const user = await userById(db, key.directory, key.userId);
  const users = new Map(user ? [[user.id, user]] : []);
  const plans = await planForUsers(context, db, { keys: [key], users }, [mapping]);
  return plans[0]![0]!;
}

/** Users of one directory who are planned together. */
export interface Together {
  readonly keys: readonly UserKey[];
  /** By id; of the deleted none. */
  readonly users: ReadonlyMap<string, StoredUser>;
}

/**
 * As `planForUser`, with as many reads for a page of users as for one.
 *
 * @param mappings each user is planned under each of them, on the same facts
 * @returns in the order of the keys, and of the mappings
 */
export async function planForUsers(
  context: PlanningContext,
  db: Db,
  { keys, users }: Together,
  mappings: readonly (Mapping | null)[],
): Promise<readonly (readonly (UserPlan | Waiting)[])[]> {
  const facts = await factsOf(db, keys, users);
  const drafts = facts.map((ofUser) => mappings.map((mapping) => draftOf(context, ofUser, mapping)));
  const answers = await answersFor(
    db,
    drafts.flat().flatMap((draft) => ('reason' in draft ? [] : [draft])),
  );
  return drafts.map((ofUser) =>
    ofUser.map((draft) => ('reason' in draft ? draft : decided(context, draft, answers))),
  );
}
