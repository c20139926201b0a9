import type { ConnectInstance } from '../../connect/instance.ts';
import { claimOf } from '../../connect/user.ts';
import type { ActualUser, ConnectUserId } from '../../connect/user.ts';
import type { Runtime } from '../runtime.ts';
import { ParkedError } from './parked-error.ts';

/**
 * The Connect user of that username, when it is this SCIM user's; null when there is none. The search index lags
 * behind writes by seconds, so what it does not know is looked for in the list, which does not lag.
 *
 * @throws ParkedError when the username is another's
 */
export async function ownUser(
  runtime: Runtime,
  connect: ConnectInstance,
  scimUserId: string,
  username: string,
): Promise<ActualUser | null> {
  const id = (await connect.findUserByUsername(username)) ?? (await listedId(connect, username));
  if (!id) return null;
  const actual = await connect.describeUser(id);
  const claim = claimOf(actual.tags, runtime.config.bridgeId, scimUserId);
  if (claim === 'ours') return actual;
  throw new ParkedError({
    code: 'usernameTaken',
    detail: `Connect has a user "${username}" already (${id}), which ${claim === 'unowned' ? 'no bridge made' : 'belongs to another SCIM user or bridge'}.`,
    remedy:
      'Delete or rename that user in Connect, or give this one another username; then run "bridge retry".',
    waitsFor: username,
  });
}

async function listedId(connect: ConnectInstance, username: string): Promise<ConnectUserId | null> {
  for await (const user of connect.listUsers()) if (user.username === username) return user.id;
  return null;
}
