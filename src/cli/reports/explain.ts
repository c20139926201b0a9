import type { Ownership } from '../../connect/user.ts';
import type { Explanation } from '../../mapping/explain.ts';
import type { FieldTrace } from '../../mapping/mapping.ts';
import type { ParkReason } from '../../plan/plan.ts';
import { indent } from './indent.ts';

interface ExplainedField extends FieldTrace {
  /** As admins call the field. */
  readonly parameter: string;
  /** Null where nobody but the mapping can decide. */
  readonly ownership: Ownership | null;
  /** Null when it is not known, or when Connect has no user. */
  readonly inConnect: string | null;
}

interface ExplainedInstance {
  readonly instance: string;
  readonly mode: 'observe' | 'live';
  readonly lifecycle: string;
  readonly sync: string;
  readonly wanted: string;
  readonly cause: string | null;
  readonly username: string | null;
  readonly has: readonly string[];
  readonly why: (Omit<Explanation, 'fields'> & { readonly fields: readonly ExplainedField[] }) | null;
  readonly access: {
    readonly active: boolean;
    readonly cause: 'notYet' | 'ended' | 'suspendWhen' | null;
    readonly because: string;
    readonly nextChangeAt: string | null;
  } | null;
  readonly parked: ParkReason | null;
  readonly held: readonly string[];
  readonly wouldDo: readonly string[];
  readonly due: { readonly at: string; readonly stage: 'plan' | 'apply'; readonly attempts: number } | null;
}

/** Reply of the admin API to `users/{id}/explain`, as far as the terminal shows it. */
export interface ExplainReply {
  readonly userId: string;
  readonly userName: string;
  readonly instances: readonly (
    | ExplainedInstance
    | { readonly instance: string; readonly waiting: string }
  )[];
}

export function renderExplain({ userId, userName, instances }: ExplainReply): readonly string[] {
  return [
    `${userName} (SCIM id ${userId})`,
    ...instances.flatMap((one) =>
      'waiting' in one
        ? [`instance ${one.instance}: waits, because ${one.waiting}`]
        : [heading(one), ...indent(body(one))],
    ),
  ];
}

function heading({ instance, lifecycle, sync, wanted, cause }: ExplainedInstance): string {
  return `instance ${instance}: ${lifecycle}, ${sync}${cause ? `, wanted ${wanted} (${cause})` : ''}`;
}

function body(one: ExplainedInstance): readonly string[] {
  const { username, has, why, access, parked, held } = one;
  const explained = why && why.fields.length > 0;
  return [
    ...(why ? whyLines(why) : []),
    ...(!explained && has.length > 0 ? [`Connect has ${username}: ${has.join(', ')}`] : []),
    ...(access ? accessLines(access) : []),
    ...(parked && !isAmongProblems(parked, why) ? [`parked: ${parked.detail}`, `  ${parked.remedy}`] : []),
    ...(held.length > 0 ? [`held: ${held.join(', ')} (bridge held)`] : []),
    ...toDo(one),
  ];
}

/** Then the explanation has said it already: the reason is all of them in one text. */
function isAmongProblems(parked: ParkReason, why: ExplainedInstance['why']): boolean {
  return why?.kind === 'invalid' && why.problems.map(({ detail }) => detail).join(' ') === parked.detail;
}

function whyLines({ kind, fields, problems, closest }: NonNullable<ExplainedInstance['why']>) {
  switch (kind) {
    case 'mapped':
      return parameters(fields);
    case 'invalid':
      return [
        'cannot be made as the rules want:',
        ...problems.flatMap(({ detail, remedy }) => [`  ${detail}`, `    ${remedy}`]),
        ...parameters(fields),
      ];
    case 'unmatched':
      return [
        'no rule grants a security profile here; the closest:',
        ...closest.slice(0, MAX_CLOSEST).map(({ rule, missing }) => `  rule "${rule}": ${missing}`),
      ];
    default:
      return kind satisfies never;
  }
}

/** A reader looks for the one rule that he had in mind; after a handful he reads the file instead. */
const MAX_CLOSEST = 5;

function parameters(fields: readonly ExplainedField[]): readonly string[] {
  return [...Map.groupBy(fields, ({ field }) => field).values()].flatMap(parameter);
}

function parameter(traces: readonly ExplainedField[]): readonly string[] {
  const [{ parameter: label, ownership, inConnect }] = traces as [ExplainedField];
  const values = [...new Set(traces.map(({ value }) => shown(value)))];
  const notes = [
    ...(ownership === null ? [] : [OWNED[ownership]]),
    ...(inConnect === null ? [] : [`Connect has ${inConnect || 'none'}`]),
  ];
  return [
    `${label}: ${values.join(' + ')}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
    ...traces.flatMap((trace) => indent(origin(trace, values.length > 1))),
  ];
}

const OWNED: Readonly<Record<Ownership, string>> = {
  enforce: 'enforced',
  follow: 'follows the rules, edits in Connect stay until these change',
  seed: 'set at creation only',
  ignore: 'never written',
};

/** @param several whether it has to be said which of the values it is */
function origin({ value, rule, at, because, lost }: ExplainedField, several: boolean): readonly string[] {
  const place = at === null ? rule : placeOf({ rule, at });
  return [
    `${several ? `${shown(value)}: ` : ''}from ${place}, because ${because}`,
    ...lost.map((loser) => `${placeOf(loser)} comes later with ${shown(loser.value)}`),
  ];
}

function placeOf({ rule, at }: Pick<FieldTrace['lost'][number], 'rule' | 'at'>): string {
  return `rule "${rule}" (${at.file}:${at.line})`;
}

function shown(value: unknown): string {
  if (value === null || value === '') return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const CLOSED = { notYet: 'has not begun', ended: 'has ended', suspendWhen: 'is suspended' } as const;

function accessLines({ cause, because, nextChangeAt }: NonNullable<ExplainedInstance['access']>) {
  return [
    ...(cause === null ? [] : [`access ${CLOSED[cause]}, because ${because}`]),
    ...(nextChangeAt === null ? [] : [`access changes by date at ${nextChangeAt}`]),
  ];
}

function toDo({ wouldDo, due, mode }: ExplainedInstance): readonly string[] {
  const when = due && `due ${due.at}${due.attempts > 0 ? `, after ${due.attempts} failed attempts` : ''}`;
  if (wouldDo.length === 0) return [when ? `nothing to do; to be looked at again, ${when}` : 'nothing to do'];
  const observed = mode === 'observe' ? ['not done: the instance is in mode observe'] : [];
  return [...wouldDo.map((change) => `would do: ${change}`), ...(when ? [`  ${when}`] : []), ...observed];
}
