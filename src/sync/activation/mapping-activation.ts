import type { Mapping } from '../../mapping/mapping.ts';
import { groupName, namedGroups } from '../../mapping/named-groups.ts';
import { guardLimit, guardWindowMs } from '../../plan/guard.ts';
import { EFFECTS } from '../../plan/plan.ts';
import type { Effect } from '../../plan/plan.ts';
import type { JsonObject } from '../../scim/resource.ts';
import { appendAudit } from '../../store/audit.ts';
import { groupByDisplayName } from '../../store/groups.ts';
import { countedSince } from '../../store/guard-effects.ts';
import { pinGroup } from '../../store/group-pins.ts';
import { activeCount } from '../../store/links.ts';
import * as versions from '../../store/mapping-versions.ts';
import type { MappingVersion } from '../../store/mapping-versions.ts';
import type { Tx } from '../../store/schema.ts';
import { enqueueMany } from '../enqueue.ts';
import { checkMapping } from './check-mapping.ts';
import { inTurn } from './in-turn.ts';
import { mappingHash } from './mapping-hash.ts';
import { approveCaused } from '../planning/approve-effects.ts';
import { overEverybody } from '../planning/everybody/over-everybody.ts';
import type { Caused } from '../planning/everybody/passes/caused-effects.ts';
import type { PlanSummary } from '../planning/plan-all.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';

/**
 * Takes a mapping file's text as a proposal: checked, planned over all stored users and, when what it causes stays
 * within the guard's limits, activated; else held. The text that is active is no proposal. One that was judged
 * before is judged again only when it was refused and an instance has been read anew, or when somebody proposes it
 * himself. To be called `inTurn`.
 *
 * @param author who proposes it, as an actor of the audit; null for a file, which does not say who wrote it
 * @returns null when there is nothing new to judge, or while an instance has not been read yet
 */
export async function proposeMapping(
  runtime: Runtime,
  directory: DirectoryRuntime,
  text: string,
  author: string | null = null,
): Promise<MappingVersion | null> {
  const hash = mappingHash(text);
  const latest = await versions.latestMapping(runtime.store.read, directory.alias);
  const active = await versions.activeMapping(runtime.store.read, directory.alias);
  if (active?.hash === hash) return dropProposal(runtime, active, latest);
  const known = latest?.hash === hash && !isDone(latest, author) ? latest : null;
  if (!isToBeJudged(runtime, directory, known)) return null;
  const version = known ?? (await record(runtime, directory, { hash, text, author }));
  const mapping = checked(runtime, directory, text);
  if (mapping === 'catalogMissing') return null;
  if ('refused' in mapping) return refuse(runtime, directory, version, mapping.refused);
  const asked = { pass: 'causedSummaries', options: {}, proposed: { text, mapping } } as const;
  const summaries = await overEverybody(runtime, directory, asked);
  const exceeded = await exceededLimits(runtime, summaries);
  if (exceeded.length > 0) return hold(runtime, directory, version, { summaries, exceeded });
  await activate(runtime, directory, version, mapping, { actor: 'bridge', summaries });
  return current(runtime, directory, version);
}

/** What came to an end is a new version when somebody proposes it again; a file says the same all the time. */
function isDone({ state }: MappingVersion, author: string | null): boolean {
  return author !== null && state !== 'proposed' && state !== 'held';
}

/** The file says again what is active: whatever was proposed in between is off the table. */
async function dropProposal(
  { store }: Runtime,
  active: MappingVersion,
  latest: MappingVersion | null,
): Promise<null> {
  if (latest && latest.seq !== active.seq && latest.state !== 'superseded')
    await store.write((tx) => versions.supersedeMapping(tx, latest.seq));
  return null;
}

function isToBeJudged(runtime: Runtime, directory: DirectoryRuntime, known: MappingVersion | null): boolean {
  const catalogs = directory.config.instances.map((alias) => runtime.instances.get(alias)?.catalog ?? null);
  const anew = catalogs.some((catalog, n) => catalog !== directory.judgedWith[n]);
  if (known?.state === 'held' || known?.state === 'superseded') return false;
  if (known?.state === 'refused' && !anew) return false;
  directory.judgedWith = catalogs;
  return true;
}

async function record(
  runtime: Runtime,
  directory: DirectoryRuntime,
  proposal: { hash: string; text: string; author: string | null },
) {
  const at = runtime.clock.now();
  return runtime.store.write(async (tx) => {
    await audit(tx, runtime, directory, {
      action: 'mapping.proposed',
      actor: proposal.author ?? 'bridge',
      detail: proposal.hash,
    });
    return versions.proposeMapping(tx, { directory: directory.alias, at, ...proposal });
  });
}

function checked(
  runtime: Runtime,
  directory: DirectoryRuntime,
  text: string,
): Mapping | 'catalogMissing' | { readonly refused: string } {
  const { instances } = directory.config;
  if (instances.some((alias) => !runtime.instances.get(alias)?.catalog)) return 'catalogMissing';
  const result = checkMapping(runtime, directory, text);
  return 'error' in result ? { refused: result.error } : result.mapping;
}

async function refuse(
  runtime: Runtime,
  directory: DirectoryRuntime,
  version: MappingVersion,
  error: string,
): Promise<MappingVersion | null> {
  if (version.error === error) return version;
  runtime.log.error(
    { directory: directory.alias, version: version.seq, error },
    'mapping refused; the active one stays',
  );
  await runtime.store.write(async (tx) => {
    await versions.refuseMapping(tx, version.seq, error);
    await audit(tx, runtime, directory, { action: 'mapping.refused', actor: 'bridge', detail: version.hash });
  });
  return current(runtime, directory, version);
}

export interface Exceeded {
  readonly instance: string;
  readonly effect: Effect;
  readonly users: number;
  readonly limit: number;
}

/** Where a mapping would reach more users than the guard lets pass. */
export async function exceededLimits(
  runtime: Runtime,
  summaries: Readonly<Record<string, Pick<PlanSummary, 'effects'>>>,
): Promise<readonly Exceeded[]> {
  const exceeded: Exceeded[] = [];
  const db = runtime.store.read;
  for (const [instance, summary] of Object.entries(summaries)) {
    const limits = runtime.instances.get(instance)!.config.guard;
    for (const effect of EFFECTS) {
      const since = runtime.clock.now() - guardWindowMs(effect, limits);
      const counted = await countedSince(db, { instance }, effect, since);
      const limit = guardLimit(effect, limits, (await activeCount(db, instance)) + counted) - counted;
      const users = summary.effects[effect];
      if (users > limit) exceeded.push({ instance, effect, users, limit: Math.max(0, limit) });
    }
  }
  return exceeded;
}

async function hold(
  runtime: Runtime,
  directory: DirectoryRuntime,
  version: MappingVersion,
  summary: { summaries: Readonly<Record<string, PlanSummary>>; exceeded: readonly Exceeded[] },
): Promise<MappingVersion | null> {
  runtime.log.warn(
    { directory: directory.alias, version: version.seq, exceeded: summary.exceeded },
    'mapping held: it exceeds the guard; approve it or correct the file',
  );
  await runtime.store.write(async (tx) => {
    await versions.holdMapping(tx, version.seq, asJson(summary));
    await audit(tx, runtime, directory, { action: 'mapping.held', actor: 'bridge', detail: version.hash });
  });
  return current(runtime, directory, version);
}

/**
 * Makes a held version the active one; its effects as of now are approved with it.
 *
 * @throws Error when the version does not load any more; AdminError when everybody cannot be planned
 */
export async function approveMapping(
  runtime: Runtime,
  directory: DirectoryRuntime,
  version: MappingVersion,
  actor: string,
): Promise<void> {
  return inTurn(directory, () => approveInTurn(runtime, directory, version, actor));
}

async function approveInTurn(
  runtime: Runtime,
  directory: DirectoryRuntime,
  version: MappingVersion,
  actor: string,
): Promise<void> {
  const mapping = checked(runtime, directory, version.text);
  if (mapping === 'catalogMissing') throw new Error('an instance of this directory cannot be read');
  if ('refused' in mapping) throw new Error(mapping.refused);
  const proposed = { text: version.text, mapping };
  const covered = await overEverybody(runtime, directory, { pass: 'causedEffects', options: {}, proposed });
  if (!(await activate(runtime, directory, version, mapping, { actor, covered })))
    throw new Error(`mapping version ${version.seq} does not wait any more: another took its place`);
}

interface Activation {
  readonly actor: string;
  /** What it changes; left out, what was found when it was held stays. */
  readonly summaries?: Readonly<Record<string, PlanSummary>>;
  /** What is approved with it. */
  readonly covered?: Caused;
}

function asJson(summary: object): JsonObject {
  return JSON.parse(JSON.stringify(summary)) as JsonObject;
}

/** Returns false, and changes nothing, when another process has made this one or a later one active meanwhile. */
async function activate(
  runtime: Runtime,
  directory: DirectoryRuntime,
  version: MappingVersion,
  mapping: Mapping,
  { actor, summaries, covered }: Activation,
): Promise<boolean> {
  const at = runtime.clock.now();
  const activated = await runtime.store.write(async (tx) => {
    const now = await versions.mappingBySeq(tx, directory.alias, version.seq);
    if (now === null || now.state === 'active' || now.state === 'superseded') return false;
    await versions.activateMapping(tx, version, { at, ...(summaries && { summary: asJson({ summaries }) }) });
    if (covered) await approveCaused(tx, directory.alias, covered, { actor, at });
    await pinNamedGroups(tx, directory, mapping);
    await enqueueMany(tx, runtime, directory, null);
    await audit(tx, runtime, directory, { action: 'mapping.activated', actor, detail: version.hash });
    return true;
  });
  if (!activated) return false;
  directory.mapping = { version: version.seq, mapping };
  runtime.log.info({ directory: directory.alias, version: version.seq }, 'mapping active');
  runtime.wake();
  return true;
}

/** Groups that the rules name are pinned to the resource they match first. */
async function pinNamedGroups(tx: Tx, directory: DirectoryRuntime, mapping: Mapping): Promise<void> {
  for (const name of namedGroups(mapping)) {
    const group = await groupByDisplayName(tx, directory.alias, name);
    if (group && groupName(group.displayName) === name)
      await pinGroup(tx, { directory: directory.alias, name, groupId: group.id });
  }
}

async function current(runtime: Runtime, directory: DirectoryRuntime, { seq }: MappingVersion) {
  return versions.mappingBySeq(runtime.store.read, directory.alias, seq);
}

async function audit(
  tx: Tx,
  { clock }: Runtime,
  { alias }: DirectoryRuntime,
  entry: { action: string; actor: string; detail: string },
): Promise<void> {
  const { action, actor, detail } = entry;
  await appendAudit(tx, { at: clock.now(), directory: alias, actor, action, detail: { hash: detail } });
}
