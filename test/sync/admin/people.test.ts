import { expect, test } from 'vitest';
import { PeopleByName } from '../../../src/sync/admin/what-if/people.ts';

test('people are counted under each name, most people first, and the first hundred are listed', () => {
  const people = new PeopleByName();
  people.add('few', 'ana');
  for (let n = 0; n < 150; n++) people.add('many', `user${n}`);
  const [many, few] = people.entries();
  expect(few).toEqual({ name: 'few', users: 1, listed: ['ana'] });
  expect([many!.name, many!.users, many!.listed.length, many!.listed[99]]).toEqual([
    'many',
    150,
    100,
    'user99',
  ]);
});

test('names beyond a limit are told together, so that a reason that names its user does not fill the memory', () => {
  const people = new PeopleByName({ names: 2, others: 'other reasons' });
  for (const name of ['a', 'b', 'c', 'd', 'a', 'c']) people.add(name, `user of ${name}`);
  expect(people.entries().map(({ name, users }) => `${name} ${users}`)).toEqual([
    'other reasons 3',
    'a 2',
    'b 1',
  ]);
});
