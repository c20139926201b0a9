import { hash, timingSafeEqual } from 'node:crypto';
import { ScimError } from '../scim/error.ts';
import type { DirectoryRuntime } from '../sync/runtime.ts';

/** The IdP behind a credential. */
export interface ProvisioningClient {
  readonly directory: DirectoryRuntime;
  /** Its alias in `clients` of bridge.yaml. */
  readonly client: string;
}

/**
 * Finds the client of the directory whose token it is. A token of another directory is as good as none.
 *
 * @param authorization the header: `Bearer TOKEN`, or the token alone, as Okta sends it in "HTTP header" mode
 * @throws ScimError 401
 */
export function authenticate(
  directory: DirectoryRuntime,
  authorization: string | undefined,
): ProvisioningClient {
  const token = authorization?.replace(/^bearer +/i, '').trim();
  if (!token) {
    throw new ScimError(401, undefined, 'No token was sent. Send the header Authorization: Bearer TOKEN.');
  }
  const client = clientOf(directory, token);
  if (client === undefined) {
    throw new ScimError(
      401,
      undefined,
      `The token is not valid for directory "${directory.alias}". Check the token and the base URL in the identity provider.`,
    );
  }
  return { directory, client };
}

/** Looks at every client whatever it finds, so that the time taken says nothing about a token. */
function clientOf(directory: DirectoryRuntime, token: string): string | undefined {
  const sent = hash('sha256', token, 'buffer');
  let found: string | undefined;
  for (const [client, known] of hashesOf(directory.config.clients)) {
    if (known.length === sent.length && timingSafeEqual(known, sent)) found = client;
  }
  return found;
}

type Clients = DirectoryRuntime['config']['clients'];
type Hashes = readonly (readonly [client: string, known: Buffer])[];

const knownHashes = new WeakMap<Clients, Hashes>();

function hashesOf(clients: Clients): Hashes {
  const known = knownHashes.get(clients);
  if (known) return known;
  const hashes = Object.entries(clients).map(
    ([client, { tokenHash }]) => [client, Buffer.from(tokenHash, 'hex')] as const,
  );
  knownHashes.set(clients, hashes);
  return hashes;
}
