import { bulk } from './bulk.ts';
import { discovery } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import { group, groups } from './groups/groups.ts';
import { me } from './me.ts';
import { searches } from './lists/search.ts';
import { user, users } from './users/users.ts';

/** Everything below `/scim/v2`. The searches stand before `/:id`, which would take `.search` for an id. */
export const endpoints: readonly Endpoint[] = [
  ...searches,
  users,
  user,
  groups,
  group,
  ...discovery,
  bulk,
  me,
];
