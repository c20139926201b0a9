import { describe, expect, onTestFinished, test } from 'vitest';
import { loadMapping } from '../../../src/config/mapping-config.ts';
import { openStore } from '../../../src/store/database.ts';
import { addMembers } from '../../../src/store/group-members.ts';
import { insertGroup } from '../../../src/store/groups.ts';
import { upsertLink } from '../../../src/store/links.ts';
import { activateMapping, proposeMapping } from '../../../src/store/mapping-versions.ts';
import { insertUser } from '../../../src/store/users.ts';
import { runPass } from '../../../src/sync/planning/everybody/passes.ts';
import type { PassName } from '../../../src/sync/planning/everybody/passes.ts';
import { planningJob } from '../../../src/sync/planning/everybody/planning-job.ts';
import { PlanningThread } from '../../../src/sync/planning/everybody/planning-thread.ts';
import { hasPostgres, temporaryDatabase } from '../../postgres/database.ts';
import { storeUrl, temporaryFolder } from '../../store/temporary-store.ts';
import { MAPPING, linkOf, planningContext } from './directory.ts';

/** A thread takes a second to start, so PostgreSQL is asked one thing. */
const engines = [
  {
    engine: 'sqlite',
    newUrl: async () => storeUrl(await temporaryFolder()),
    asked: ['samlCheck', 'causedEffects'],
  },
  ...(hasPostgres ? [{ engine: 'postgres', newUrl: () => temporaryDatabase(), asked: ['whatIf'] }] : []),
];

/** Sixty in sales, of whom some are in Connect, and some who are in no group; MAPPING is active. */
async function filled(url: string) {
  const { context, directory } = planningContext();
  const store = await openStore({ url, clock: context.clock, pid: 1, poolSize: 1 });
  onTestFinished(() => store.close());
  await store.write(async (tx) => {
    await insertGroup(tx, { id: 'sales', directory: 'main', doc: { displayName: 'Sales' }, at: 0 });
    for (let n = 0; n < 70; n++) {
      const doc = {
        schemas: [],
        userName: `user${n}@acme.test`,
        name: { givenName: 'Ana', familyName: 'Lima' },
        active: n % 7 > 0,
      };
      await insertUser(tx, { id: `id${n}`, directory: 'main', doc, at: 0 });
      if (n < 60) await addMembers(tx, 'sales', [{ value: `id${n}` }]);
      const key = { userId: `id${n}`, instance: 'uk' };
      if (n % 2 > 0) await upsertLink(tx, linkOf(key, { username: `user${n}`, lifecycle: 'active' }, null));
    }
    const version = await proposeMapping(tx, {
      directory: 'main',
      hash: 'a',
      text: MAPPING,
      author: null,
      at: 0,
    });
    await activateMapping(tx, version, { at: 0 });
    directory.mapping = { version: version.seq, mapping: loadMapping(MAPPING, 'mapping.yaml') };
  });
  const at = { ...context, config: { ...context.config, storage: { url, poolSize: 1 } } };
  return { store, directory, context: at };
}

type Filled = Awaited<ReturnType<typeof filled>>;

/** Sales lose their rule. */
const OTHER = MAPPING.replace('group: Sales', 'group: Other');

const passes: readonly { pass: PassName; options: object }[] = [
  { pass: 'plan', options: {} },
  { pass: 'whatIf', options: {} },
  { pass: 'samlCheck', options: { expression: 'user.userName' } },
  { pass: 'causedSummaries', options: {} },
  { pass: 'causedEffects', options: {} },
  { pass: 'ruleUse', options: {} },
];

const jobOf = ({ context, directory }: Filled, asked: (typeof passes)[number], proposed: string | null) =>
  planningJob(context, directory, { ...asked, proposed });

function planningThread(limitMs?: number): PlanningThread {
  const thread = new PlanningThread(limitMs);
  onTestFinished(() => thread.stop());
  return thread;
}

describe.each(engines)('a thread on $engine', ({ newUrl, asked }) => {
  test('answers as the event loop does', async () => {
    const full = await filled(await newUrl());
    const everybody = { ...full, db: full.store.read, mapping: loadMapping(OTHER, 'mapping.yaml') };
    const thread = planningThread();
    const some = passes.filter(({ pass }) => asked.includes(pass));
    const answers = some.map((each) => thread.run(jobOf(full, each, OTHER)));
    const here = some.map(({ pass, options }) => runPass(pass, everybody, options as never));
    expect(await Promise.all(answers)).toEqual(await Promise.all(here));
  });
});

test.each(passes)('what comes of $pass can be copied from thread to thread', async ({ pass, options }) => {
  const full = await filled(storeUrl(await temporaryFolder()));
  const mapping = loadMapping(OTHER, 'mapping.yaml');
  const answer = await runPass(pass, { ...full, db: full.store.read, mapping }, options as never);
  expect(structuredClone(answer)).toEqual(answer);
  if (pass === 'causedEffects')
    expect(answer).toEqual({
      effects: [{ instance: 'uk', effect: 'deactivate', userIds: expect.arrayContaining(['id1']) }],
      grants: [],
    });
});

test('a job that fails says so, and the next one works', async () => {
  const full = await filled(storeUrl(await temporaryFolder()));
  const thread = planningThread();
  const [plan] = passes;
  const lost = { ...jobOf(full, plan!, null), storeUrl: storeUrl('/nowhere') };
  await expect(thread.run(lost)).rejects.toMatchObject({
    code: 'planningFailed',
    message: 'Planning everybody failed, and nothing was changed: unable to open database file',
  });
  expect(await thread.run(jobOf(full, plan!, null))).toHaveProperty('summaries');
});

test('a job that takes too long is given up, and the reply says what to do', async () => {
  const full = await filled(storeUrl(await temporaryFolder()));
  await expect(planningThread(1).run(jobOf(full, passes[0]!, null))).rejects.toMatchObject({
    status: 503,
    code: 'planningTimeLimit',
    message: 'Planning everybody took longer than 0.001 s, and was given up. Nothing was changed.',
    remedy: expect.stringContaining('Ask again'),
  });
});

test('what runs and what waits ends with the bridge', async () => {
  const full = await filled(storeUrl(await temporaryFolder()));
  const thread = planningThread();
  const ends = passes.slice(0, 2).map((asked) => expect(thread.run(jobOf(full, asked, OTHER))).rejects);
  const rejections = ends.map((end) => end.toMatchObject({ code: 'stopping' }));
  await thread.stop();
  await Promise.all(rejections);
  await expect(thread.run(jobOf(full, passes[0]!, null))).rejects.toMatchObject({ code: 'stopping' });
});
