import { chmod, mkdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, ListenOptions } from 'node:net';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { ConfigSources } from '../config/bridge-config.ts';
import type { Runtime } from '../sync/runtime.ts';
import { adminApp } from './admin/admin-app.ts';
import { MAX_CONNECTIONS, SHUTDOWN_GRACE_MS, STALLED_CONNECTION_MS, serverOptions } from './limits.ts';
import { publicApp } from './public-app.ts';

/** An address that bridge.yaml names cannot be had. */
class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface HttpServer {
  /** Rejects when an address is taken. `url` is of the SCIM listener, with the port that was given to it. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes no new connection and resolves when the requests at hand are answered, or cut off after 10 s. */
  close(): Promise<void>;
}

/**
 * The edge: SCIM, health and metrics over TCP, the admin API over a Unix socket.
 *
 * @param options.env what `env:NAME` in a bridge.yaml to be validated refers to
 */
export function createServer(runtime: Runtime, { env }: { readonly env: ConfigSources['env'] }): HttpServer {
  const { config } = runtime;
  const scim = createHttpServer(serverOptions, publicApp(runtime));
  const admin = createHttpServer(
    serverOptions,
    adminApp({ runtime, env, actor: `operator:uid ${userInfo().uid}` }),
  );
  scim.maxConnections = MAX_CONNECTIONS;
  scim.setTimeout(STALLED_CONNECTION_MS);
  return {
    listen: async () => {
      await listen(scim, config.server.listen).catch((cause: Error) => {
        const { host, port } = config.server.listen;
        throw new ListenError(`server.listen ${host}:${port} cannot be had (${cause.message}).`, { cause });
      });
      await listenOnSocket(admin, config.adminSocket);
      return { url: urlOf(scim, config.server.listen.host) };
    },
    close: async () => {
      const closed = new AbortController();
      void runtime.clock.sleep(SHUTDOWN_GRACE_MS, closed.signal).then(() => {
        scim.closeAllConnections();
        admin.closeAllConnections();
      });
      await Promise.all([close(scim), close(admin)]);
      closed.abort();
    },
  };
}

/** Who may open the socket may do everything, so that is the operator's account alone. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  // Made closed, because the socket itself is open to the umask until it is there to be changed.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await answers(path))
    throw new ListenError(
      `Another bridge answers at the adminSocket ${path}. Give this one an adminSocket of its own, or stop the other.`,
    );
  // Left behind by a process that was killed.
  await rm(path, { force: true });
  await listen(server, { path });
  await chmod(path, 0o600);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Its only error is that it was not listening, which is what is wanted.
    server.close(() => resolve());
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
