import { describe, expect, test } from 'vitest';
import { claimOf, ownershipTags } from '../../src/connect/user.ts';

describe('the claim on a Connect user', () => {
  const cases = [
    { name: 'ours by both tags', tags: ownershipTags('acme-prod', 'u1'), claim: 'ours' },
    {
      name: 'ours among other tags',
      tags: { ...ownershipTags('acme-prod', 'u1'), site: 'leeds' },
      claim: 'ours',
    },
    { name: 'unowned without tags', tags: {}, claim: 'unowned' },
    { name: 'unowned with tags of others', tags: { site: 'leeds' }, claim: 'unowned' },
    { name: 'foreign by another bridge', tags: ownershipTags('acme-test', 'u1'), claim: 'foreign' },
    { name: 'foreign for another SCIM user', tags: ownershipTags('acme-prod', 'u2'), claim: 'foreign' },
    { name: 'foreign without a SCIM user', tags: { 'scim-bridge:id': 'acme-prod' }, claim: 'foreign' },
  ] as const;
  test.each(cases)('is $name', ({ tags, claim }) => {
    expect(claimOf(tags, 'acme-prod', 'u1')).toBe(claim);
  });
});
