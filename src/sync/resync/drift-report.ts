import type { ActualUser, UserFields } from '../../connect/user.ts';
import { driftOf } from '../../plan/drift.ts';
import type { Drift } from '../../plan/drift.ts';
import type { LinkedUser } from '../../plan/plan.ts';
import { renderFields } from '../../plan/render.ts';
import { seenLinksAfter } from '../../store/link/seen.ts';
import type { Link } from '../../store/links.ts';
import { nameOf } from '../planning/name-of.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import { scanInstance } from './scan.ts';
import type { Finding } from './scan.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';
import { AdminError } from '../admin/admin-error.ts';

/** One thing that somebody else changed in Connect. */
interface DriftItem {
  readonly instance: string;
  /** Of the SCIM user; null when no user of the store has what was found. */
  readonly userId: string | null;
  readonly userName: string | null;
  /** In Connect. */
  readonly username: string;
  readonly field: Drift['field'] | 'tags' | 'link';
  readonly kind: Drift['kind'];
  /** In names, one entry per field. */
  readonly was: readonly string[];
  readonly is: readonly string[];
}

/** A reply that a person can still read. */
const MAX_LISTED = 1_000;
const BATCH = 100;

/**
 * Compares Connect with what the bridge made, now, and says what a resync would make of each difference. Nothing is
 * written or changed; it takes the calls of a resync, in the last lane.
 */
export async function drift(runtime: Runtime, { instance: alias }: { readonly instance?: string }) {
  const items: DriftItem[] = [];
  for (const instance of chosen(runtime, alias)) items.push(...(await driftIn(runtime, instance)));
  return { total: items.length, items: items.slice(0, MAX_LISTED), nextCursor: null };
}

function chosen({ instances }: Runtime, alias: string | undefined): readonly InstanceRuntime[] {
  if (alias === undefined) return [...instances.values()];
  const instance = instances.get(alias);
  if (instance) return [instance];
  throw new AdminError(
    404,
    'noSuchInstance',
    `There is no instance "${alias}".`,
    `Name one of: ${[...instances.keys()].join(', ')}.`,
  );
}

async function driftIn(runtime: Runtime, instance: InstanceRuntime): Promise<readonly DriftItem[]> {
  const found = new Map<string, Finding>();
  const strangers: DriftItem[] = [];
  for await (const finding of scanInstance(runtime, instance))
    if (finding.kind === 'unlinked') strangers.push(strangerItem(instance, finding.actual));
    else found.set(finding.seen.link.userId, finding);
  const items: DriftItem[] = [];
  for (let after = 0, ended = false; !ended; ) {
    const batch = await seenLinksAfter(runtime.store.read, instance.alias, after, BATCH);
    for (const { link } of batch)
      items.push(...(await linkItems(runtime, instance, link, found.get(link.userId))));
    after = batch.at(-1)?.seq ?? after;
    ended = batch.length < BATCH;
  }
  return [...items, ...strangers];
}

function strangerItem(instance: InstanceRuntime, actual: ActualUser): DriftItem {
  return {
    instance: instance.alias,
    userId: null,
    userName: null,
    username: actual.username,
    field: 'link',
    kind: 'report',
    was: [],
    is: renderFields(actual.fields, nameOf(instance)),
  };
}

async function linkItems(
  runtime: Runtime,
  instance: InstanceRuntime,
  link: Link,
  finding: Finding | undefined,
): Promise<readonly DriftItem[]> {
  const user = await planForUser(runtime, runtime.store.read, link);
  if ('reason' in user) return [];
  const names = nameOf(instance);
  const item = {
    instance: instance.alias,
    userId: link.userId,
    userName: link.userName,
    username: link.linked!.username,
  };
  if (finding?.kind === 'notOurs') return [{ ...item, field: 'tags', kind: 'report', was: [], is: [] }];
  const render = (fields: Partial<UserFields>) => renderFields(fields, names);
  return driftOf({ ...user.input, link: asFound(link.linked!, finding) }).map(
    ({ field, kind, applied, actual }) => ({
      ...item,
      field,
      kind,
      was: render(applied),
      is: render(actual),
    }),
  );
}

function asFound(linked: LinkedUser, finding: Finding | undefined): LinkedUser {
  if (finding?.kind === 'gone') return { ...linked, lifecycle: 'deleted' };
  return finding?.kind === 'read' ? { ...linked, actual: finding.actual.fields } : linked;
}
