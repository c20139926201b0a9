import type { UserField, UserProficiency } from '../../connect/user.ts';
import { explainUser } from '../../mapping/explain.ts';
import type { FieldTrace, MappedField } from '../../mapping/mapping.ts';
import type { LinkedUser, Plan } from '../../plan/plan.ts';
import { FIELD_LABELS, renderFields, renderPlan, renderValue } from '../../plan/render.ts';
import type { NameOf } from '../../plan/render.ts';
import { WAITS_FOR_DATE, workOfUser } from '../../store/work-items.ts';
import type { WorkItem } from '../../store/work-items.ts';
import { nameOf } from '../planning/name-of.ts';
import { guardedPlan } from '../planning/guard-plan.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import type { UserKey, UserPlan } from '../planning/plan-for-user.ts';
import type { Runtime } from '../runtime.ts';
import { resolveUser } from './users.ts';

/** Why a user has what he has, in every instance of his directory, and what would be done and when. */
export async function explain(runtime: Runtime, idOrUserName: string) {
  const { directory, userId, userName } = await resolveUser(runtime, idOrUserName);
  const work = await workOfUser(runtime.store.read, userId);
  const instances = [];
  for (const instance of directory.config.instances) {
    const item = work.find((one) => one.instance === instance && one.lastError !== WAITS_FOR_DATE);
    instances.push(await explainIn(runtime, { directory: directory.alias, userId, instance }, item));
  }
  return { userId, userName, directory: directory.alias, instances };
}

async function explainIn(runtime: Runtime, key: UserKey, item: WorkItem | undefined) {
  const db = runtime.store.read;
  const user = await planForUser(runtime, db, key);
  if ('reason' in user) return { instance: key.instance, waiting: user.reason };
  const instance = runtime.instances.get(key.instance)!;
  const names = nameOf(instance);
  const { plan, held } = await guardedPlan(db, user);
  const connect = user.link?.linked;
  return {
    instance: key.instance,
    mode: instance.config.mode,
    lifecycle: connect?.lifecycle ?? 'absent',
    sync: syncOf(user, plan, item),
    wanted: user.input.wanted.kind,
    cause: 'cause' in user.input.wanted ? user.input.wanted.cause : null,
    connectUserId: connect?.userId ?? null,
    username: connect?.username ?? null,
    has: connect ? renderFields(connect.actual, names) : [],
    why: whyOf(user, names),
    access: accessIn(user),
    parked: plan.parked ?? user.link?.reason ?? null,
    held,
    wouldDo: renderPlan(held.length > 0 ? user.plan : plan, names),
    due: item ? { at: iso(item.dueAt), stage: item.stage, attempts: item.attempts } : null,
    ownership: user.input.ownership,
  };
}

/** What was settled last is not where a user stands while something is still to be done for him. */
function syncOf({ link }: UserPlan, plan: Plan, item: WorkItem | undefined) {
  const settled = link?.sync ?? 'synced';
  return settled === 'synced' && (item || plan.changes.length > 0) ? 'pending' : settled;
}

function accessIn({ access }: UserPlan) {
  if (!access) return null;
  const { active, cause, because, nextBoundaryAt } = access;
  return { active, cause, because, nextChangeAt: nextBoundaryAt === null ? null : iso(nextBoundaryAt) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The mapping's explanation, each parameter with its name, with who decides it, and with what Connect has. */
function whyOf({ result, input, link }: UserPlan, names: NameOf) {
  if (!result) return null;
  const why = explainUser(result);
  const fields = why.fields.map((trace) => ({
    ...trace,
    parameter: parameterOf(trace.field),
    ownership: trace.field in input.ownership ? input.ownership[trace.field as UserField] : null,
    inConnect: link?.linked ? inConnect(link.linked, trace, names) : null,
  }));
  return { ...why, fields };
}

/** What admins call it. */
export function parameterOf(field: MappedField): string {
  return LABELS[field];
}

const LABELS: Readonly<Record<MappedField, string>> = {
  username: 'username',
  directoryUserId: 'directory user id',
  ...FIELD_LABELS,
  tags: 'tags',
  proficiencies: 'proficiencies',
};

/** What was last seen of it; null when that is not known. */
function inConnect(
  { username, actual, tags, proficiencies }: LinkedUser,
  { field }: FieldTrace,
  names: NameOf,
): string | null {
  if (field === 'username') return username;
  if (field === 'directoryUserId') return null;
  if (field === 'tags') return listed(Object.entries(tags.actual).map(([key, value]) => `${key}=${value}`));
  if (field === 'proficiencies') return proficiencies.actual && listed(proficiencies.actual.map(levelOf));
  return actual[field] === undefined ? null : renderValue(field, actual[field], names);
}

function listed(items: readonly string[]): string {
  return items.join(' + ');
}

function levelOf({ attributeName, attributeValue, level }: UserProficiency): string {
  return `${attributeName}: ${attributeValue} ${level}`;
}
