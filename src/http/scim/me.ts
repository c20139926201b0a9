import { ScimError } from '../../scim/error.ts';
import type { Endpoint, Handler } from './endpoint.ts';

/** Behind a provisioning token is an IdP, not a person, so there is no "me" (RFC 7644 §3.11 allows 501). */
const refuse: Handler = async () => {
  throw new ScimError(501, undefined, 'A provisioning token belongs to no user. Use /Users/{id}.');
};

export const me: Endpoint = {
  path: '/Me',
  methods: { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse },
};
