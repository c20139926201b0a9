import type { UserSearchSummary } from '@aws-sdk/client-connect';
import { missingMember } from '../error.ts';
import type { ActualUser, ConnectUserId } from '../user.ts';
import type { Connection, Turn } from './connection.ts';
import { userFields } from './user-shape.ts';

export interface ListedUser {
  readonly id: ConnectUserId;
  readonly username: string;
  /** UTC milliseconds; null when Connect does not say. */
  readonly lastModifiedTime: number | null;
}

/** Every user, 1,000 a call. Throws in the middle when a page fails: what was yielded is then not the whole. */
export async function* listUsers(connection: Connection, turn: Turn): AsyncGenerator<ListedUser, void> {
  const pages = connection.pages('ListUsers', turn, (api, NextToken) =>
    api.listUsers({ InstanceId: connection.instanceId, MaxResults: 1_000, NextToken }),
  );
  for await (const { UserSummaryList = [] } of pages) {
    for (const { Id, Username, LastModifiedTime } of UserSummaryList) {
      if (!Id || !Username) throw missingMember('ListUsers', 'Id or Username');
      yield {
        id: Id as ConnectUserId,
        username: Username,
        lastModifiedTime: LastModifiedTime?.getTime() ?? null,
      };
    }
  }
}

/**
 * The user of exactly this name, case included. The index is some seconds behind: null does not prove that there
 * is no such user, `listUsers` does.
 */
export async function findUserByUsername(
  connection: Connection,
  turn: Turn,
  username: string,
): Promise<ConnectUserId | null> {
  const pages = connection.pages('SearchUsers', turn, (api, NextToken) =>
    api.searchUsers({
      InstanceId: connection.instanceId,
      MaxResults: 500,
      NextToken,
      SearchCriteria: {
        StringCondition: { FieldName: 'Username', Value: username, ComparisonType: 'EXACT' },
      },
    }),
  );
  // Whether EXACT folds case is not documented.
  for await (const { Users = [] } of pages) {
    const found = Users.find((user) => user.Username === username);
    if (found?.Id) return found.Id as ConnectUserId;
  }
  return null;
}

/** Every user as the search index has it, 500 a call: some seconds behind, and without addresses and mobile. */
export async function* searchUsers(connection: Connection, turn: Turn): AsyncGenerator<ActualUser, void> {
  const pages = connection.pages('SearchUsers', turn, (api, NextToken) =>
    api.searchUsers({ InstanceId: connection.instanceId, MaxResults: 500, NextToken }),
  );
  for await (const { Users = [] } of pages) for (const user of Users) yield indexedUser(user);
}

function indexedUser(user: UserSearchSummary): ActualUser {
  if (!user.Id || !user.Username) throw missingMember('SearchUsers', 'Id or Username');
  const { email: _email, secondaryEmail: _secondaryEmail, mobile: _mobile, ...fields } = userFields(user);
  return {
    id: user.Id as ConnectUserId,
    username: user.Username,
    // Milliseconds here, seconds everywhere else (API reference, UserSearchSummary).
    fields: { ...fields, afterContactWorkTimeLimit: fields.afterContactWorkTimeLimit / 1_000 },
    tags: user.Tags ?? {},
  };
}
