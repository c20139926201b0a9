import { z } from 'zod';
import { invalidParameter, invalidRequest } from '../wire/errors.ts';
import type { Instance } from '../instance/instance.ts';
import { byPosition, page } from '../wire/paging.ts';
import type { Proficiency, UserRecord } from '../instance/records.ts';
import { calledUser, type InstanceCall, lastModified, listPage, parseBody } from '../wire/request.ts';

/** Proficiencies per agent (admin guide, service limits; AWS can raise it). */
const maxProficiencies = 10;

const name = z.string().min(1).max(100);
// Typed as float in the model, but levels are the integers 1 to 5 (admin guide, proficiencies).
const proficiency = z.object({ AttributeName: name, AttributeValue: name, Level: z.int().min(1).max(5) });
const proficiencies = z.object({ UserProficiencies: z.array(proficiency).min(1) });
const disassociations = z.object({
  UserProficiencies: z.array(z.object({ AttributeName: name, AttributeValue: name })).min(1),
});

/** What happens to one that is already associated is not documented; it is refused here. */
export function associateUserProficiencies(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { UserProficiencies } = parseBody(proficiencies, call);
  for (const wanted of UserProficiencies) {
    checkPredefined(call.instance, wanted);
    if (find(user, wanted)) throw invalidRequest(`${wanted.AttributeName} is already associated.`);
  }
  const all = [...user.proficiencies, ...UserProficiencies];
  if (all.length > maxProficiencies) {
    throw invalidRequest(`A user can have ${maxProficiencies} proficiencies.`);
  }
  write(call, user, all);
}

/** Sets levels; it adds nothing (API reference: the proficiencies must be associated). */
export function updateUserProficiencies(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { UserProficiencies } = parseBody(proficiencies, call);
  const missing = UserProficiencies.find((wanted) => !find(user, wanted));
  if (missing) throw invalidParameter(`${missing.AttributeName} is not associated`);
  write(
    call,
    user,
    user.proficiencies.map((current) => UserProficiencies.find((wanted) => same(wanted, current)) ?? current),
  );
}

/** Whether one that is not associated is an error is not documented; it is none here, as with UntagResource. */
export function disassociateUserProficiencies(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { UserProficiencies } = parseBody(disassociations, call);
  write(
    call,
    user,
    user.proficiencies.filter((current) => !UserProficiencies.some((gone) => same(gone, current))),
  );
}

export function listUserProficiencies(call: InstanceCall) {
  const user = calledUser(call);
  const { items, NextToken } = page(byPosition(user.proficiencies), listPage(call, 100));
  return {
    UserProficiencyList: items.map(({ value }) => value),
    NextToken,
    ...lastModified(call.instance, user.proficienciesModifiedMs),
  };
}

type Key = Pick<Proficiency, 'AttributeName' | 'AttributeValue'>;

const same = (a: Key, b: Key): boolean =>
  a.AttributeName === b.AttributeName && a.AttributeValue === b.AttributeValue;

const find = (user: UserRecord, wanted: Key) => user.proficiencies.find((current) => same(wanted, current));

function checkPredefined(instance: Instance, { AttributeName, AttributeValue }: Key): void {
  if (!instance.predefinedAttributes.get(AttributeName)?.values.includes(AttributeValue)) {
    throw invalidParameter(`${AttributeName} ${AttributeValue}`);
  }
}

function write(call: InstanceCall, user: UserRecord, all: readonly Proficiency[]): void {
  const changed = { ...user, proficiencies: all, proficienciesModifiedMs: call.nowMs };
  call.instance.users.put(changed, call.nowMs);
}
