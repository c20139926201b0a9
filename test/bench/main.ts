import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureMapping } from './mapping.ts';
import { printMapping, printMembers, printRates, printRss, printSync, printWhatIf } from './print.ts';
import { measureScim } from './scim.ts';
import type { EngineName, Server } from './servers.ts';
import { startBridge, startEngine, startFloor } from './servers.ts';
import { measureSync } from './sync/scenarios.ts';
import { measureWhatIf } from './what-if.ts';

/** As many as a large directory has; they are made one by one, so they need no store. */
const MAPPED_USERS = 100_000;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    /** sqlite or postgres: where the bridge keeps its store. The floor is on SQLite in any case. */
    engine: { type: 'string', default: 'sqlite' },
    /** 10,000 and 100,000 users on both engines, SCIM only: about an hour. */
    all: { type: 'boolean', default: false },
    /** The name of one measure, as it is printed; "scim" for all of SCIM, "members" for the groups, "mapping" for the rules alone, "what-if", "sync" for the reconciler. */
    only: { type: 'string' },
    /** The folder in which the bridge's CPU profile is left. */
    profile: { type: 'string' },
  },
});

const wanted = (measure: string) => !values.all && (values.only === undefined || values.only === measure);
const progress = (what: string) => process.stderr.write(`  ${what} …\n`);
if (wanted('mapping')) {
  progress('mapping');
  printMapping(measureMapping(MAPPED_USERS));
}
const sync = values.all ? [] : await measureSync(values.only ?? 'sync', progress);
if (sync.length > 0) printSync(sync);
if (values.all) {
  for (const engine of ['sqlite', 'postgres'] as const)
    for (const users of [10_000, 100_000]) await measureServers(engine, users);
} else if (values.only === undefined || (values.only !== 'mapping' && sync.length === 0)) {
  await measureServers(values.engine === 'postgres' ? 'postgres' : 'sqlite', Number(values.users));
}

async function measureServers(engineName: EngineName, users: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-bench-'));
  const engine = await startEngine(engineName, folder);
  if (engine === null) {
    console.log(
      '\nPostgreSQL is not installed, so it is not measured. Get it with: apt-get install postgresql',
    );
    return;
  }
  console.log(`\n${users.toLocaleString('en-GB')} users, the bridge on ${engineName}, the floor on sqlite`);
  const nodeOptions = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const servers: Server[] = [];
  const started = async (server: Promise<Server>) => {
    servers.push(await server);
    return server;
  };
  try {
    const floor = await started(startFloor(join(folder, 'floor')));
    const bridge = await started(
      startBridge(join(folder, 'bridge'), { nodeOptions, storageUrl: engine.storageUrl }),
    );
    const rssAtStart = bridge.rss();
    const { rates, members } = await measureScim({
      floor,
      bridge,
      users,
      only: values.only === 'scim' ? undefined : values.only,
      progress,
    });
    printRates(rates);
    if (members.length > 0) printMembers(members);
    if (wanted('what-if')) {
      progress('what-if');
      printWhatIf(await measureWhatIf(bridge, join(folder, 'bridge')));
    }
    printRss({ floor: floor.rss(), bridge: bridge.rss(), bridgeAtStart: rssAtStart });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await engine.stop();
    await rm(folder, { recursive: true });
  }
}
