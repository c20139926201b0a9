import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdentityManagementType } from '../../src/connect/user.ts';
import { edgeVerdict } from '../../src/mapping/edge-verdict.ts';
import { mappedUsername } from '../../src/mapping/identity/identity.ts';
import { sanitizedUsername, usernameProblem } from '../../src/mapping/identity/username.ts';
import { ana, mappingOf } from './acme.ts';

describe('a Connect username', () => {
  const legal: readonly [string, IdentityManagementType][] = [
    ['ana', 'SAML'],
    ['al', 'SAML'],
    ['ana@acme.test', 'SAML'],
    ['Ana.Lima-7_x@mail.acme.test', 'SAML'],
    ['a'.repeat(64), 'SAML'],
    ['a', 'CONNECT_MANAGED'],
    ['resource-test-terraform-1234567890123456789', 'CONNECT_MANAGED'],
    ['a'.repeat(64), 'EXISTING_DIRECTORY'],
  ];
  it.each(legal)('%s is legal on %s', (username, type) => {
    expect(usernameProblem(username, type)).toBeNull();
  });

  const illegal: readonly [string, IdentityManagementType, string][] = [
    ['', 'SAML', 'The Connect username is empty.'],
    ['a', 'SAML', 'has 1 characters. Allowed are 2 to 64.'],
    ['a'.repeat(65), 'SAML', 'has 65 characters. Allowed are 2 to 64.'],
    ['a'.repeat(65), 'CONNECT_MANAGED', 'has 65 characters. Allowed are 1 to 64.'],
    ['ana lima', 'SAML', '"ana lima" contains a space.'],
    ['zoë@acme.test', 'SAML', 'contains "ë" (U+00EB).'],
    ['аna@acme.test', 'SAML', 'contains "а" (U+0430).'],
    ['ana+x@acme.test', 'SAML', 'contains "+" (U+002B).'],
    ['ana\u200b', 'SAML', 'contains U+200B.'],
    ['ana\n', 'CONNECT_MANAGED', '"ana\\n" contains U+000A.'],
    ['👩‍💻', 'SAML', 'contains "👩" (U+1F469), U+200D, "💻" (U+1F4BB).'],
    ['testuser@example', 'SAML', 'contains @ but is not an e-mail address like name@example.com.'],
    ['a@b@acme.test', 'SAML', 'contains @ but is not'],
    ['@acme.test', 'CONNECT_MANAGED', 'contains @ but is not'],
    ['ana@.test', 'SAML', 'contains @ but is not'],
    ['ana@-acme.test', 'SAML', 'contains @ but is not'],
  ];
  it.each(illegal)('%j is illegal on %s', (username, type, detail) => {
    const problem = usernameProblem(username, type);
    expect(problem?.detail).toContain(detail);
    expect(problem).toMatchObject({ code: 'usernameInvalid', field: 'username' });
    expect(problem?.remedy.includes('RoleSessionName')).toBe(type === 'SAML');
  });
});

describe('a username sanitized', () => {
  it.each([
    ['ana lima', 'SAML', 'analima', 'removed a space'],
    ['zoë@acme.test', 'SAML', 'zo@acme.test', 'removed "ë" (U+00EB)'],
    ['zoe\u0308', 'SAML', 'zo', 'removed "ë" (U+00EB)'],
    ['ana+b c@acme.test', 'SAML', 'anabc@acme.test', 'removed "+" (U+002B) and a space'],
    ['ana@acme', 'SAML', 'anaacme', 'removed "@"'],
    ['x'.repeat(70), 'SAML', 'x'.repeat(64), 'removed the last 6 characters'],
    ['a b@acme', 'CONNECT_MANAGED', 'abacme', 'removed a space and "@"'],
    ['é', 'SAML', '', 'removed "é" (U+00E9)'],
  ] as const)('%j on %s is %j', (text, type, username, removed) => {
    expect(sanitizedUsername(text, type)).toEqual({ username, removed });
  });

  it('is legal or is refused with what was wrong before', () => {
    const mapping = mappingOf('  - { name: x, when: { group: A }, set: { securityProfiles: [Agent] } }', {
      invalid: 'sanitize',
    });
    const unit = fc.constantFrom('a', 'Z', '9', '.', '@', ' ', 'é', '👍', '\u0301', '-');
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 90 }),
        fc.constantFrom('SAML', 'CONNECT_MANAGED'),
        (userName, type) => {
          const { username, problems } = mappedUsername(
            mapping,
            { user: { userName }, groups: new Set() },
            type,
          );
          expect(usernameProblem(username, type) === null).toBe(problems.length === 0);
          if (usernameProblem(userName, type) === null) expect(username).toBe(userName);
        },
      ),
    );
  });

  it('says in the trace what was removed', () => {
    const mapping = mappingOf('  - { name: x, when: { group: A }, set: { securityProfiles: [Agent] } }', {
      invalid: 'sanitize',
    });
    const subject = { user: { userName: 'ana lima' }, groups: new Set<string>() };
    expect(mappedUsername(mapping, subject, 'SAML').trace()).toMatchObject([
      { value: 'analima', because: 'user.userName = "ana lima"; sanitized: removed a space' },
    ]);
  });
});

describe('the verdict at the edge', () => {
  const mapping = mappingOf('  - { name: x, when: { group: A }, set: { securityProfiles: [Agent] } }');

  it('lets a user pass whom the rules give nothing: only username and identity are judged', () => {
    expect(edgeVerdict(ana, mapping, ['SAML'])).toBeNull();
  });

  it('names the first thing that keeps a user out', () => {
    expect(edgeVerdict({ ...ana, userName: 'ana lima', name: {} }, mapping, ['SAML'])).toMatchObject({
      code: 'usernameInvalid',
    });
    expect(edgeVerdict({ ...ana, name: { givenName: 'Ana' } }, mapping, ['SAML'])).toEqual({
      code: 'nameInvalid',
      field: 'lastName',
      detail: 'The last name is empty; Connect requires one.',
      remedy: 'Correct it in the identity provider, or choose another attribute in `identity.lastName`.',
    });
    expect(edgeVerdict({ ...ana, emails: [{ value: 'ana at acme' }] }, mapping, ['SAML'])).toMatchObject({
      code: 'emailInvalid',
      field: 'secondaryEmail',
    });
  });

  it('lets a user pass who is legal in one of the instances', () => {
    const short = { ...ana, userName: 'a' };
    expect(edgeVerdict(short, mapping, ['SAML'])).toMatchObject({ code: 'usernameInvalid' });
    expect(edgeVerdict(short, mapping, ['SAML', 'CONNECT_MANAGED'])).toBeNull();
  });

  it('knows nothing wrong while no instance is known', () => {
    expect(edgeVerdict({}, mapping, [])).toBeNull();
  });
});
