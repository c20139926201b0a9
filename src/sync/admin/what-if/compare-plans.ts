import { isDeepStrictEqual } from 'node:util';
import type { UserField } from '../../../connect/user.ts';
import type { FieldTrace, MappedField } from '../../../mapping/mapping.ts';
import { UNSET } from '../../../plan/field-targets.ts';
import type { Waiting, UserPlan } from '../../planning/plan-for-user.ts';

/** Where a user stands in an instance under one mapping, once its plan is carried out. */
export interface Standing {
  readonly kind: 'active' | 'suspended' | 'deleted' | 'absent' | 'parked';
  /** Whether the bridge has a user for him in Connect then. */
  readonly exists: boolean;
  /** Ids; of the suspended none, whatever stands in. */
  readonly securityProfileIds: readonly string[];
  readonly routingProfileId: string | null;
}

/** Under a mapping that cannot be asked, as if nobody were wanted. */
export function standingOf(user: UserPlan | Waiting): Standing {
  if ('reason' in user) return NOWHERE;
  const { plan, link, input } = user;
  const { wanted } = input;
  const linked = input.link?.lifecycle === 'deleted' ? null : input.link;
  if (wanted.kind === 'active' && !plan.parked) {
    const { securityProfileIds, routingProfileId } = wanted.user.fields;
    return { kind: 'active', exists: true, securityProfileIds, routingProfileId };
  }
  if (plan.parked) {
    const keeps = wanted.kind === 'parked' ? wanted.grantedSecurityProfileIds : [];
    const { securityProfileIds = [], routingProfileId = null } =
      linked?.lifecycle === 'active' ? linked.actual : {};
    const kept = securityProfileIds.filter((id) => keeps.includes(id));
    return { kind: 'parked', exists: linked !== null, securityProfileIds: kept, routingProfileId };
  }
  if (wanted.kind === 'suspended') return { ...NOWHERE, kind: 'suspended', exists: link?.linked != null };
  return wanted.kind === 'deleted' ? { ...NOWHERE, kind: 'deleted' } : NOWHERE;
}

const NOWHERE: Standing = { kind: 'absent', exists: false, securityProfileIds: [], routingProfileId: null };

/** What another mapping makes of a user, beside what differs of his fields. */
export type Move = 'created' | 'reactivated' | 'suspended' | 'deleted' | 'withdrawn' | 'parked' | 'released';

/** Null when he stays where he is. withdrawn: he was to be created, or was only parked, and is not wanted now. */
export function moveOf(before: Standing, after: Standing): Move | null {
  if (before.kind === after.kind) return null;
  switch (after.kind) {
    case 'active':
      if (before.kind === 'parked') return 'released';
      return before.kind === 'absent' ? 'created' : 'reactivated';
    case 'suspended':
    case 'deleted':
    case 'parked':
      return after.kind;
    case 'absent':
      return 'withdrawn';
    default:
      return after.kind satisfies never;
  }
}

/** A field of which two mappings want different values. */
export interface FieldDifference {
  readonly field: MappedField;
  /** The rules, or parts of the file, that say what it is now and what it would be. */
  readonly rules: readonly string[];
}

/** Of a user whom both want active; what is written at creation only, or never, does not differ for one who exists. */
export function fieldDifferences(before: UserPlan | Waiting, after: UserPlan): readonly FieldDifference[] {
  if ('reason' in before || before.result?.kind !== 'mapped' || after.result?.kind !== 'mapped') return [];
  const [was, is] = [flat(before.result.user), flat(after.result.user)];
  const differing = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => !isDeepStrictEqual(was[field], is[field]))
    .filter((field) => after.link?.linked == null || isWritten(after, field)) as MappedField[];
  if (differing.length === 0) return [];
  const traces = [before.result.trace(), after.result.trace()];
  return differing.map((field) => ({ field, rules: rulesOf(field, traces) }));
}

type MappedUser = Extract<NonNullable<UserPlan['result']>, { kind: 'mapped' }>['user'];

/** A field that is set to what it is without being set is no difference: nothing would be written. */
function flat({ fields, ...rest }: MappedUser): Readonly<Record<string, unknown>> {
  return { ...rest, ...UNSET, ...fields };
}

function isWritten({ input }: UserPlan, field: string): boolean {
  if (field === 'directoryUserId') return false;
  const ownership = input.ownership[field as UserField];
  return ownership !== 'seed' && ownership !== 'ignore';
}

/** The rules that differ between both traces; when it is the same rule that says something else, that one. */
function rulesOf(field: MappedField, traces: readonly (readonly FieldTrace[])[]): readonly string[] {
  const [was = [], is = []] = traces.map((trace) => trace.filter((one) => one.field === field));
  const known = (side: readonly FieldTrace[], { rule, value }: FieldTrace) =>
    side.some((one) => one.rule === rule && isDeepStrictEqual(one.value, value));
  const differing = [...was.filter((one) => !known(is, one)), ...is.filter((one) => !known(was, one))];
  return [...new Set(differing.map(({ rule }) => rule))];
}
