import { StoreError } from '../../store/engine/store-error.ts';
import { hasFanOut } from '../../store/fan-outs.ts';
import { countUnresolved } from '../../store/group/unresolved-members.ts';
import { countLinks } from '../../store/links.ts';
import type { LinkCount } from '../../store/links.ts';
import { holders } from '../../store/ownership/ownership.ts';
import { openLeavers } from '../../store/link/open-leavers.ts';
import type { OpenLeaver } from '../../store/link/open-leavers.ts';
import { latestMapping } from '../../store/mapping-versions.ts';
import { countUsers } from '../../store/users.ts';
import { countWork } from '../../store/work/count-work.ts';
import type { WorkCount } from '../../store/work/count-work.ts';
import { scopeOf } from '../ownership/scope.ts';
import { secondsToConverge } from '../converge.ts';
import type { InstanceRuntime, ResyncState, Runtime } from '../runtime.ts';
import { troublesOf } from '../runtime.ts';
import { announced } from '../leaving/retention.ts';
import { timeToRevoke } from '../leaving/time-to-revoke.ts';
import { isFileAside } from '../activation/set-aside.ts';
import { held } from './held.ts';

/** What an operator looks at first. */
export async function status(runtime: Runtime) {
  const { store, clock, config } = runtime;
  // Before the work that it becomes, so that nothing is missing from both.
  const fanningOut = await hasFanOut(store.read);
  const work = await countWork(store.read);
  const links = await countLinks(store.read);
  const owners = store.shared ? await holders(store.read) : null;
  return {
    now: new Date(clock.now()).toISOString(),
    bridgeId: config.bridgeId,
    config: configStatus(runtime),
    directories: await Promise.all(
      [...runtime.directories.values()].map((one) => directoryStatus(runtime, one.alias)),
    ),
    instances: await Promise.all(
      [...runtime.instances.values()].map((one) => instanceStatus(runtime, one, links, owners)),
    ),
    /** Not in bridge.yaml any more, and left as they are. */
    removedInstances: removed(runtime, links),
    /** A change is being spread to many users, who are not all in `work` yet. */
    fanningOut,
    work,
    /** At the earliest, while nothing else comes. */
    secondsToConverge: slowestScope(runtime, work),
    /** Quota left, of the operations called since the start. */
    buckets: runtime.bucketLevels(),
    held: (await held(runtime)).items,
    /** Who should have lost his access and has not. */
    leavers: (await openLeavers(store.read, MAX_LEAVERS)).map(leaverStatus),
    timeToRevoke: await timeToRevoke(runtime),
  };
}

/** Accounts and Regions have quotas of their own. */
function slowestScope({ config }: Runtime, work: readonly WorkCount[]): number {
  const configured = work.filter(({ instance }) => config.instances[instance]);
  const scopes = Map.groupBy(configured, ({ instance }) => scopeOf(config.instances[instance]!));
  return Math.max(0, ...[...scopes.values()].map((scoped) => secondsToConverge(scoped, config.budget)));
}

/** More than a person reads; the counts of work are of all. */
const MAX_LEAVERS = 200;

function leaverStatus({ receivedAt, dueAt, ...leaver }: OpenLeaver) {
  return { ...leaver, receivedAt: isoOrNull(receivedAt), nextTryAt: isoOrNull(dueAt) };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

async function directoryStatus({ store, directories }: Runtime, alias: string) {
  const directory = directories.get(alias)!;
  const latest = await latestMapping(store.read, alias);
  return {
    directory: alias,
    users: await countUsers(store.read, alias),
    /** Members of groups who are no users here; null when it takes too long to count them. */
    unresolvedMembers: await countUnresolved(store.scan, alias).catch(unlessSlow),
    instances: directory.config.instances,
    activeMapping: directory.mapping?.version ?? null,
    latestMapping: latest && { version: latest.seq, state: latest.state, error: latest.error },
    /** The mapping came another way, and the file is not proposed until it changes. */
    mappingFileSetAside: await isFileAside(store.read, alias),
    degraded: directory.degraded,
  };
}

function unlessSlow(error: unknown): null {
  if (error instanceof StoreError && error.code === 'timeLimit') return null;
  throw error;
}

async function instanceStatus(
  runtime: Runtime,
  instance: InstanceRuntime,
  links: readonly LinkCount[],
  owners: ReadonlyMap<string, string> | null,
) {
  const { alias, config, catalog, resync } = instance;
  const scope = scopeOf(config);
  return {
    instance: alias,
    mode: config.mode,
    region: config.region,
    /** Account and Region, whose quota and worker it shares. */
    scope,
    /** The process that calls Connect there; null when none does, and where there is one process only. */
    owner: owners?.get(scope) ?? null,
    identityManagementType: catalog?.contents.identityManagementType ?? null,
    catalogReadAt: catalog ? new Date(catalog.contents.readAt).toISOString() : null,
    users: links.filter((count) => count.instance === alias),
    degraded: troublesOf(instance),
    resync: resync && resyncStatus(resync),
    toBeDeleted: await announced(runtime, instance),
  };
}

function configStatus({ configFile }: Runtime) {
  if (!configFile) return null;
  const { path, hash, loadedAt, refused } = configFile;
  return {
    file: path,
    hash,
    loadedAt: new Date(loadedAt).toISOString(),
    refused: refused && { at: new Date(refused.at).toISOString(), error: refused.error },
  };
}

function removed({ instances }: Runtime, links: readonly LinkCount[]) {
  const gone = links.filter(({ instance, lifecycle }) => !instances.has(instance) && lifecycle !== 'absent');
  return [...Map.groupBy(gone, ({ instance }) => instance)].map(([instance, counts]) => ({
    instance,
    users: counts.reduce((sum, { users }) => sum + users, 0),
  }));
}

function resyncStatus({ startedAt, endedAt, ...counts }: ResyncState) {
  return {
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    ...counts,
  };
}
