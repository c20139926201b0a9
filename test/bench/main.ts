import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureMapping } from './mapping.ts';
import { printMapping, printMembers, printRates, printRss, printSync, printWhatIf } from './print.ts';
import { measureScim } from './scim.ts';
import type { Server } from './servers.ts';
import { startBridge, startFloor } from './servers.ts';
import { measureSync } from './sync/scenarios.ts';
import { measureWhatIf } from './what-if.ts';

/** As many as a large directory has; they are made one by one, so they need no store. */
const MAPPED_USERS = 100_000;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    /** The name of one measure, as it is printed; "members" for the groups, "mapping" for the rules alone, "what-if", "sync" for the reconciler. */
    only: { type: 'string' },
    /** The folder in which the bridge's CPU profile is left. */
    profile: { type: 'string' },
  },
});

const wanted = (measure: string) => values.only === undefined || values.only === measure;
const progress = (what: string) => process.stderr.write(`  ${what} …\n`);
if (wanted('mapping')) {
  progress('mapping');
  printMapping(measureMapping(MAPPED_USERS));
}
if (wanted('sync')) printSync(await measureSync(progress));
if (values.only !== 'mapping' && values.only !== 'sync') await measureServers(Number(values.users));

async function measureServers(users: number): Promise<void> {
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
    const { rates, members } = await measureScim({ floor, bridge, users, only: values.only, progress });
    printRates(rates);
    if (members.length > 0) printMembers(members);
    if (wanted('what-if')) {
      progress('what-if');
      printWhatIf(await measureWhatIf(bridge, join(folder, 'bridge')));
    }
    printRss({ floor: floor.rss(), bridge: bridge.rss(), bridgeAtStart: rssAtStart });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  }
}
