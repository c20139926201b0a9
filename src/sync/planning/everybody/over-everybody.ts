import type { Mapping } from '../../../mapping/mapping.ts';
import { linksWithoutUserAfter } from '../../../store/fan-outs.ts';
import type { Db } from '../../../store/schema.ts';
import { countUsers } from '../../../store/users.ts';
import type { DirectoryRuntime, Runtime } from '../../runtime.ts';
import { runPass } from './passes.ts';
import type { PassName, PassOptions, PassResult } from './passes.ts';
import { planningJob } from './planning-job.ts';

/**
 * Plans, one for each user and instance. A thread takes 0.4 s of processor time to start, as long as it takes to make
 * ten thousand. So many are made in the event loop, in pages of a few milliseconds with turns for other work in between.
 */
const IN_EVENT_LOOP = 1_000;

export interface PassRequest<Name extends PassName> {
  readonly pass: Name;
  readonly options: PassOptions<Name>;
  /** The mapping to plan under; the active one when left out. */
  readonly proposed?: { readonly text: string; readonly mapping: Mapping };
}

/**
 * Asks something of everybody's plans; of many users' in a thread, which sees the store as it is when it begins.
 *
 * @throws AdminError `planningTimeLimit`, `planningFailed` or `stopping`
 */
export async function overEverybody<Name extends PassName>(
  runtime: Runtime,
  directory: DirectoryRuntime,
  { pass, options, proposed }: PassRequest<Name>,
): Promise<PassResult<Name>> {
  const db = runtime.store.read;
  if (await isLarge(db, directory)) {
    const job = planningJob(runtime, directory, { pass, options, proposed: proposed?.text ?? null });
    return (await runtime.planning.run(job)) as PassResult<Name>;
  }
  const mapping = proposed?.mapping ?? directory.mapping?.mapping ?? null;
  return runPass(pass, { context: runtime, db, directory, mapping }, options);
}

/** Whom the identity provider deleted is planned too. */
async function isLarge(db: Db, { alias, config }: DirectoryRuntime): Promise<boolean> {
  if ((await countUsers(db, alias)) * config.instances.length > IN_EVENT_LOOP) return true;
  const former = await linksWithoutUserAfter(db, alias, 0, IN_EVENT_LOOP + 1);
  return former.length > IN_EVENT_LOOP;
}
