/** A request as an IdP makes it. `${name}` stands for the id of the resource that was created under that name. */
export interface DayRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** What a POST creates. */
  readonly creates?: { readonly name: string; readonly filter: string };
}

/** Requests that are sent at the same time. */
type Step = readonly DayRequest[];

/** What happens before the IdP rests. */
export type Hour = readonly Step[];

const AGENTS = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'gil', 'hana', 'ivo', 'jo', 'kim', 'lou'];
const SALES = AGENTS.slice(0, 6);
const SUPPORT = AGENTS.slice(6, 11);
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/**
 * Joiners, movers, leavers, one who comes back, a surname, a rename of a group and of a user, deletes.
 * A mover joins before he leaves: the other way round, a restart in between outlasts the settling, and the
 * bridge rightly suspends him for a moment, which the agent's status shows ever after.
 */
export const day: readonly Hour[] = [
  [
    AGENTS.slice(0, 4).map(createUser),
    AGENTS.slice(4, 8).map(createUser),
    AGENTS.slice(8).map(createUser),
    [
      createGroup('sales', 'Connect Sales', SALES),
      createGroup('support', 'Connect Support', SUPPORT),
      createGroup('supervisors', 'Connect Supervisors', ['lou']),
    ],
  ],
  [
    [patch('/Groups/${support}', { op: 'add', path: 'members', value: members('ada', 'ben') })],
    [
      patch('/Groups/${sales}', { op: 'Remove', path: 'members', value: members('ada', 'ben') }),
      patch('/Users/${cleo}', { op: 'Replace', path: 'name.familyName', value: 'King' }),
      patch('/Users/${eve}', {
        op: 'Add',
        path: 'phoneNumbers[type eq "mobile"].value',
        value: '020 7946 0007',
      }),
      {
        method: 'PUT',
        path: '/Users/${dan}',
        body: user('dan', { displayName: 'Dan D', nickName: 'Danny' }),
      },
    ],
    [patch('/Groups/${support}', { op: 'replace', value: { displayName: 'Connect Service' } })],
  ],
  [
    [
      patch('/Users/${ada}', { op: 'Replace', path: 'active', value: 'False' }),
      patch('/Users/${gil}', { op: 'replace', value: { active: false } }),
      { method: 'DELETE', path: '/Users/${finn}' },
      patch('/Groups/${sales}', { op: 'remove', path: `members[value eq "\${eve}"]` }),
      createUser('mia'),
    ],
    [patch('/Groups/${sales}', { op: 'add', path: 'members', value: members('mia') })],
  ],
  [
    [
      patch('/Users/${ada}', { op: 'Replace', path: 'active', value: 'True' }),
      patch('/Users/${hana}', { op: 'Replace', path: 'userName', value: 'hana.new@acme.test' }),
      { method: 'DELETE', path: '/Groups/${supervisors}' },
    ],
    [{ method: 'PUT', path: '/Groups/${sales}', body: group('Connect Sales', ['cleo', 'dan', 'mia']) }],
  ],
];

export function createUser(name: string): DayRequest {
  const filter = `userName eq "${name}@acme.test"`;
  return { method: 'POST', path: '/Users', body: user(name), creates: { name, filter } };
}

function user(name: string, more: object = {}): object {
  return {
    schemas: [`${CORE}:User`],
    userName: `${name}@acme.test`,
    externalId: `ext-${name}`,
    name: { givenName: name.toUpperCase(), familyName: 'Byron' },
    emails: [{ value: `${name}@acme.test`, type: 'work', primary: true }],
    active: true,
    ...more,
  };
}

export function createGroup(name: string, displayName: string, names: readonly string[]): DayRequest {
  const filter = `displayName eq "${displayName}"`;
  return { method: 'POST', path: '/Groups', body: group(displayName, names), creates: { name, filter } };
}

function group(displayName: string, names: readonly string[]): object {
  return { schemas: [`${CORE}:Group`], displayName, members: members(...names) };
}

export function members(...names: readonly string[]): readonly object[] {
  return names.map((name) => ({ value: `\${${name}}` }));
}

export function patch(path: string, operation: object): DayRequest {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
  return { method: 'PATCH', path, body };
}
