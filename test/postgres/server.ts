import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server of its own, reached through a socket in its folder. */
export interface PostgresServer {
  readonly folder: string;
  /** Ends it as its operator would, without waiting for clients. */
  stop(): Promise<void>;
}

/** Speed for safety: what is tested is not whether PostgreSQL survives the loss of power. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'max_connections=200',
  'shared_buffers=64MB',
  'listen_addresses=',
];

/** Where the server's programs are, or null. Debian keeps them off the PATH. */
export function postgresPrograms(): string | null {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();
  const folders = [newest, ...(process.env['PATH'] ?? '').split(':')];
  return folders.find((folder) => folder && existsSync(join(folder, 'initdb'))) ?? null;
}

/** Makes an empty folder for a server, which will not run as root. */
export async function serverFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-pg-'));
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  return folder;
}

/** Starts a server in the folder, making its data first if there are none. It does not wait until it answers. */
export function startServer(programs: string, folder: string, settings = SETTINGS): PostgresServer {
  const server = spawn('sh', ['-c', script(programs, folder, settings)], {
    ...account(),
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  return { folder, stop: () => stopped(server) };
}

export async function removeServer(server: PostgresServer): Promise<void> {
  await server.stop();
  await rm(server.folder, { recursive: true, force: true });
}

/** @param query further parameters of the URI */
export function databaseUrl(folder: string, database: string, query = ''): string {
  return `postgres://bridge@localhost/${database}?host=${folder}${query}`;
}

/** The server goes when our end of its standard input does, however we end. */
function script(programs: string, folder: string, settings: readonly string[]): string {
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  return `
    [ -d data ] || ${programs}/initdb -D data --no-sync -A trust -U bridge -E UTF8 --locale=C.UTF-8 >initdb.log 2>&1 || exit 1
    ${programs}/postgres -D data -k ${folder} ${options} >>server.log 2>&1 </dev/null &
    cat >/dev/null
    kill -INT $!
    wait $!`;
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.stdin!.end();
  await once(server, 'exit');
}

/** PostgreSQL refuses to run as root. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, existsUser('postgres') ? 'postgres' : 'nobody']));
  return { uid: id('-u'), gid: id('-g') };
}

function existsUser(name: string): boolean {
  try {
    execFileSync('id', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
