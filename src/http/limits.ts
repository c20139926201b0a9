import type { ServerOptions } from 'node:http';

/**
 * A group of about 20 000 members sent in one piece (Okta, PUT or replace). More, and reading it would keep the
 * event loop busy for longer than 50 ms; less, and a large group could not be pushed.
 */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** A page has up to a thousand of them. 200 e-mail addresses, phone numbers and addresses each are 50 KiB. */
export const MAX_USER_BYTES = 64 * 1024;

/**
 * Filters over members other than by `value`, in one request. Each looks at every member, while all other writes
 * wait; identity providers send none.
 */
export const MAX_MEMBER_FILTERS = 10;

/** IGA clients send `attributes=` lists of some 2 KiB. More than the headers allow would be cut off by Node, without a body. */
export const URL_LIMIT_BYTES = 8 * 1024;

/** One by one in a request; each is a durable write of about a millisecond, during which others take turns. */
export const MAX_BULK_OPERATIONS = 100;

/**
 * Users refused for one cause within {@link REFUSAL_WINDOW_MS}; the next ones are accepted and parked. More, and
 * one mistake can fail a whole job of the identity provider; fewer, and its admin never sees it in his log.
 */
export const MAX_REFUSED_USERS = 20;

/** The same as a share of the directory's users, where that is fewer. */
export const MAX_REFUSED_PERCENT = 5;

/** These many are refused whatever share they are: in a directory of ten, one is no pattern. */
export const ALWAYS_REFUSED_USERS = 5;

export const REFUSAL_WINDOW_MS = 10 * 60_000;

/** How long requests that are being answered may take to end when the server stops. Entra gives up after 30 s. */
export const SHUTDOWN_GRACE_MS = 10_000;

/** An IdP keeps tens of connections; each idle one costs some 10 KiB and a file descriptor. */
export const MAX_CONNECTIONS = 1_000;

/**
 * A client that takes nothing of its reply for this long is cut off, or a few of them would hold all connections.
 * The slowest reply begins within some 20 s; Okta waits 60 s.
 */
export const STALLED_CONNECTION_MS = 90_000;

export const serverOptions: ServerOptions = {
  // Request line and headers together. Tokens are at most 4 KiB; beyond it Node answers 431.
  maxHeaderSize: 16 * 1024,
  // A client that sends its headers slower than this holds a connection, not us.
  headersTimeout: 10_000,
  // The whole request. BODY_LIMIT_BYTES in this time is 0.3 Mbit/s.
  requestTimeout: 30_000,
  // How often the two above are looked at; Node's own 30 s would let a slow client stay for 40.
  connectionsCheckingInterval: 2_000,
  // Longer than the 60 s of the usual load balancers, so that it is they who close idle connections.
  keepAliveTimeout: 65_000,
  // Two framings of one request are how requests are smuggled past a proxy (RFC 9112 §6.1).
  insecureHTTPParser: false,
  requireHostHeader: true,
};
