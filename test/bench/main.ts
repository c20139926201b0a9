import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printMembers, printRates, printRss } from './print.ts';
import { measureScim } from './scim.ts';
import type { Server } from './servers.ts';
import { startBridge, startFloor } from './servers.ts';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    /** The name of one measure, as it is printed; "members" for the groups. */
    only: { type: 'string' },
    /** The folder in which the bridge's CPU profile is left. */
    profile: { type: 'string' },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'bridge-bench-'));
const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
const servers: Server[] = [];
const started = async (server: Promise<Server>) => {
  servers.push(await server);
  return server;
};
try {
  const floor = await started(startFloor(join(folder, 'floor')));
  const bridge = await started(startBridge(join(folder, 'bridge'), profiling));
  const rssAtStart = bridge.rss();
  const progress = (what: string) => process.stderr.write(`  ${what} …\n`);
  const users = Number(values.users);
  const { rates, members } = await measureScim({ floor, bridge, users, only: values.only, progress });
  printRates(rates);
  if (members.length > 0) printMembers(members);
  printRss({ floor: floor.rss(), bridge: bridge.rss(), bridgeAtStart: rssAtStart });
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true });
}
