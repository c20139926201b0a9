import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/error.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';

/** The file that each case breaks at one place. */
const GOOD = `version: 1
username:
  value: user.userName
  invalid: reject
identity:
  firstName: user.name.givenName
  lastName: user.name.familyName
rules:
  - name: sales
    when: { group: Sales }
    set:
      routingProfile: Sales
      securityProfiles: [Agent]
      hierarchy: [EMEA, London]
      phone: { type: DESK_PHONE, number: "+442079460958" }
`;

describe('a mapping file', () => {
  it('is read with its defaults', () => {
    const mapping = loadMapping(GOOD, 'mapping.yaml');
    expect(mapping.username).toMatchObject({ invalid: 'reject', rename: 'ask' });
    expect(mapping.unmatched).toEqual({ new: 'skip', existing: 'suspend' });
    expect(mapping.ownership).toEqual({
      firstName: 'enforce',
      lastName: 'enforce',
      email: 'enforce',
      secondaryEmail: 'enforce',
      mobile: 'enforce',
      securityProfileIds: 'enforce',
      routingProfileId: 'follow',
      hierarchyGroupId: 'follow',
      phoneType: 'follow',
      deskPhoneNumber: 'follow',
      autoAccept: 'follow',
      afterContactWorkTimeLimit: 'follow',
      persistentConnection: 'follow',
    });
    expect(mapping.rules[0]).toMatchObject({
      name: 'sales',
      when: { kind: 'group', name: 'Sales' },
      instances: null,
      at: { file: 'mapping.yaml', line: 9, column: 5 },
    });
  });

  it('names ownership in its own words', () => {
    const { ownership } = loadMapping(
      `${GOOD}ownership: { mobile: seed, routingProfile: enforce, hierarchy: ignore, phone: seed }\n`,
      'mapping.yaml',
    );
    expect(ownership).toMatchObject({
      mobile: 'seed',
      routingProfileId: 'enforce',
      hierarchyGroupId: 'ignore',
      phoneType: 'seed',
      persistentConnection: 'seed',
    });
  });

  /** What is replaced, by what, where the error is, and what it says. */
  const bad: readonly [replaced: string, by: string, at: string, message: RegExp][] = [
    ['version: 1', 'version: 2', '1:10', /^found 2, expected 1\.$/],
    ['version: 1\n', '', '1:1', /^missing key "version"\.$/],
    [
      'version: 1',
      'version: 1\nversion: 1',
      '2:1',
      /^not valid YAML: the key "version" stands twice in one map\. Keep one of them\.$/,
    ],
    ['username:', 'usrname:', '2:1', /^unknown key "usrname"\. Closest: "username"\./],
    ['  value: user.userName', '  valu: user.userName', '3:3', /^unknown key "valu"\. Closest: "value"\./],
    [
      'user.userName',
      'user.username',
      '3:15',
      /^in `user\.username`: no attribute .* Closest: user\.userName\.$/,
    ],
    ['user.userName', '"user.username"', '3:16', /Closest: user\.userName/],
    ['user.userName', 'user.userName.matches("x")', '3:24', /matches cannot be used/],
    ['user.userName', 'user.active', '3:10', /yields a bool, where a string is expected/],
    ['user.userName', 'groups[0]', '3:10', /groups can be read in rules only/],
    ['user.userName', 'user.userName +', '3:25', /not a CEL expression/],
    ['user.userName', '""', '3:10', /^found "", expected at least 1 character\.$/],
    [
      'invalid: reject',
      'invalid: strip',
      '4:12',
      /^found "strip", expected "reject" or "park" or "sanitize"/,
    ],
    ['invalid: reject', 'rename: always', '4:11', /^found "always", expected "ask" or "recreate"\.$/],
    ['  lastName: user.name.familyName\n', '', '6:3', /^missing key "lastName"\.$/],
    [
      'lastName:',
      'lastname: user.id\n  lastName:',
      '7:3',
      /^unknown key "lastname"\. Closest: "lastName"\.\nKeys here: firstName,/,
    ],
    ['user.name.familyName', 'user.name', '7:13', /an attribute with parts, where a string is expected/],
    [
      'user.name.familyName',
      'user.emails.value',
      '7:25',
      /user\.emails is a list\. Use primary\(user\.emails\)/,
    ],
    ['  - name: sales', '  - nam: sales', '9:5', /^unknown key "nam"\. Closest: "name"\./],
    ['name: sales', 'name: 7', '9:11', /^found 7, expected a text\. Put it in quotes\.$/],
    [
      'when: { group: Sales }',
      'when: { grup: Sales }',
      '10:13',
      /^unknown key "grup"\. Closest: "group"\.\nKeys here: group, anyGroup,/,
    ],
    [
      'when: { group: Sales }',
      'when: \'"Sales" in group\'',
      '10:23',
      /^in `"Sales" in group`: Unknown variable: group\. There are user and, in rules, groups\. Closest: groups\.$/,
    ],
    [
      'when: { group: Sales }',
      'when: { group: Sales, anyGroup: [X] }',
      '10:11',
      /^found group and anyGroup, expected one of/,
    ],
    ['when: { group: Sales }', 'when: {}', '10:11', /^found no condition, expected one of/],
    ['when: { group: Sales }', 'when: { anyGroup: Sales }', '10:23', /^found "Sales", expected a list\.$/],
    [
      'when: { group: Sales }',
      'when: { allGroups: [] }',
      '10:24',
      /^found an empty list, expected at least 1 entry\.$/,
    ],
    ['when: { group: Sales }', 'when: { prefix: Sales }', '10:13', /^unknown key "prefix"\./],
    [
      'routingProfile: Sales',
      'routingProfil: Sales',
      '12:7',
      /^unknown key "routingProfil"\. Closest: "routingProfile"/,
    ],
    [
      'routingProfile: Sales',
      'routingProfile: 5',
      '12:23',
      /^found 5, expected a text or \{ cel: … \}\. Put it in quotes\.$/,
    ],
    ['routingProfile: Sales', 'routingProfile: [Sales]', '12:23', /^found a list, expected a text or/],
    [
      'routingProfile: Sales',
      'routingProfile: { cel: user.titel }',
      '12:35',
      /^in `user\.titel`: no attribute .*user\.title\.$/,
    ],
    [
      'routingProfile: Sales',
      'routingProfile: { cell: user.title }',
      '12:25',
      /^unknown key "cell"\. Closest: "cel"\./,
    ],
    ['routingProfile: Sales', 'tags: { scim-bridge:id: leeds }', '12:15', /^found .*, expected a tag key/],
    [
      'routingProfile: Sales',
      'proficiencies: { Product: { CRM: 6 } }',
      '12:40',
      /^found 6, expected at most 5/,
    ],
    ['when: { group: Sales }', 'when: user.active &&', '10:25', /not a CEL expression/],
    ['when: { group: Sales }', 'when: user.title', '10:11', /yields a string, where a bool is expected/],
    ['when: { group: Sales }', 'when: ""', '10:11', /^found "", expected at least 1 character\.$/],
    [
      'when: { group: Sales }',
      'when: 7',
      '10:11',
      /^found 7, expected a condition like \{ group: … \}, or an expression\.$/,
    ],
    [
      'when: { group: Sales }',
      'when: { groupPrefix: "" }',
      '10:26',
      /^found "", expected at least 1 character\.$/,
    ],
    [
      'when: { group: Sales }',
      'when: { groupPrefx: A }',
      '10:13',
      /^unknown key "groupPrefx"\. Closest: "groupPrefix"/,
    ],
    [
      'when: { group: Sales }',
      'when: user.enterprise.departmnt == "x"',
      '10:27',
      /no attribute "departmnt" in user\.enterprise\. Closest: user\.enterprise\.department\.$/,
    ],
    [
      'user.userName',
      'lookup("sites", user.id)',
      '3:17',
      /no table "sites" under tables\. The file has none\.$/,
    ],
    ['user.userName', 'user.userName.re3("x")', '3:24', /there is no function "re3"/],
    [
      'user.userName',
      'primary(user.emails.filter(e, e.value.re2("(")))',
      '3:52',
      /RE2 takes: missing closing \)/,
    ],
    ['user.userName', 'user.acme.badge', '3:15', /no attribute "acme" in user/],
    ['user.userName', 'truncate(user.userName, "2")', '3:10', /no matching overload|truncate/],
    ['rules:', 'tables: { sites: [LDS] }\nrules:', '8:18', /^found a list, expected a map of keys\.$/],
    [
      'rules:',
      'tables: { sites: { LDS: 7 } }\nrules:',
      '8:25',
      /^found 7, expected a text\. Put it in quotes\.$/,
    ],
    ['rules:', 'tables: sites\nrules:', '8:9', /^found "sites", expected a map of keys\.$/],
    ['rules:', 'access: {}\nrules:', '8:9', /^found no condition, expected from, until or suspendWhen\.$/],
    [
      'rules:',
      'access: { from: user.title, zone: London }\nrules:',
      '8:35',
      /^found "London", expected a time zone like Europe\/London\.$/,
    ],
    ['rules:', 'access: { from: user.active }\nrules:', '8:17', /yields a bool, where a string is expected/],
    [
      'rules:',
      'access: { suspendWhen: user.title }\nrules:',
      '8:24',
      /yields a string, where a bool is expected/,
    ],
    [
      'rules:',
      'access: { suspendWhen: \'"A" in groups\' }\nrules:',
      '8:25',
      /groups can be read in rules only/,
    ],
    [
      'rules:',
      'access: { since: user.title }\nrules:',
      '8:11',
      /^unknown key "since"\.\nKeys here: from, until,/,
    ],
    ['rules:', 'tests: { name: x }\nrules:', '8:8', /^found a map of keys, expected a list\.$/],
    [
      'rules:',
      'tests: [{ name: x, user: { usrName: ana }, expect: unmatched }]\nrules:',
      '8:28',
      /^no attribute "usrName" in user\./,
    ],
    [
      'rules:',
      'tests: [{ name: x, user: {}, expect: absent }]\nrules:',
      '8:38',
      /^found "absent", expected "unmatched" or "suspended" or "invalid"\.$/,
    ],
    [
      'rules:',
      'tests: [{ name: x, user: {}, at: noon, expect: suspended }]\nrules:',
      '8:34',
      /^found "noon", expected a date/,
    ],
    ['rules:', 'tests: [{ name: x, user: {} }]\nrules:', '8:9', /^missing key "expect"\.$/],
    [
      'rules:',
      'tests: [{ name: x, user: {}, expect: { routingprofile: A } }]\nrules:',
      '8:40',
      /^unknown key "routingprofile"\. Closest: "routingProfile"/,
    ],
    [
      'rules:',
      'tests: [{ name: x, user: {}, expect: invalid }, { name: x, user: {}, expect: invalid }]\nrules:',
      '8:57',
      /^line 8 has a test "x" already/,
    ],
    ['[Agent]', 'Agent', '13:25', /^found "Agent", expected a list\.$/],
    ['[Agent]', `[${'A, '.repeat(10)}B]`, '13:25', /^found a list, expected at most 10 entries\.$/],
    ['[Agent]', '[Agent, { cel: user.emails }]', '13:40', /yields a list<.*, where a string is expected/],
    ['[EMEA, London]', '[A, B, C, D, E, F]', '14:18', /^found a list, expected at most 5 entries\.$/],
    ['[EMEA, London]', 'EMEA / London', '14:18', /^found "EMEA \/ London", expected a list\.$/],
    ['DESK_PHONE', 'DESKPHONE', '15:22', /^found "DESKPHONE", expected "SOFT_PHONE" or "DESK_PHONE"\.$/],
    [
      '"+442079460958"',
      '+442079460958',
      '15:42',
      /^found 442079460958, expected a text or \{ cel: … \}\. Put it in quotes\.$/,
    ],
    [
      '"+442079460958"',
      '020 7946 0958',
      '15:42',
      /^found "020 7946 0958", expected a number in the form of E\.164/,
    ],
    ['type: DESK_PHONE', 'autoAccept: "yes"', '15:28', /^found "yes", expected true or false\.$/],
    ['type: DESK_PHONE', 'afterContactWorkTimeLimit: -1', '15:43', /^found -1, expected at least 0\.$/],
    [
      'type: DESK_PHONE',
      'afterContactWorkTimeLimit: 1.5',
      '15:43',
      /^found 1\.5, expected a whole number\.$/,
    ],
    ['rules:', 'rules: []\nrule:', '8:8', /^found an empty list, expected at least 1 entry\.$/],
    ['rules:', 'access: { from: user.acme.startDate }\nrules:', '8:22', /no attribute "acme" in user/],
    [
      'rules:',
      'unmatched: { existing: keep }\nrules:',
      '8:24',
      /^found "keep", expected "suspend" or "delete"\.$/,
    ],
    ['rules:', 'unmatched: { new: create }\nrules:', '8:19', /^found "create", expected "skip"\.$/],
    [
      'rules:',
      'ownership: { routingProfile: mine }\nrules:',
      '8:30',
      /^found "mine", expected "enforce" or "follow" or/,
    ],
    ['rules:', 'ownership: { securityProfiles: seed }\nrules:', '8:14', /^unknown key "securityProfiles"\./],
    [
      'rules:\n',
      'rules:\n  - { name: sales, when: { group: A }, set: { routingProfile: X } }\n',
      '10:11',
      /^line 9 has a rule "sales" already/,
    ],
    [
      'rules:\n',
      'rules:\n  - { name: none, when: { group: A }, set: {} }\n',
      '9:44',
      /^the rule sets nothing\.$/,
    ],
    ['rules:\n', 'rules:\n  - sales\n', '9:5', /^found "sales", expected a map of keys\.$/],
    [
      'rules:\n',
      'rules:\n  - { name: x, instances: uk, when: { group: A }, set: { routingProfile: X } }\n',
      '9:27',
      /^found "uk", expected a list/,
    ],
    ['rules:\n', 'rules:\n\t- x\n', '9:1', /^not valid YAML: found a tab before this line, expected spaces/],
    ['rules:\n', 'rules: *all\nother:\n', '8:8', /^not valid YAML: nothing is marked &all/],
    [GOOD, '', '1:1', /^found nothing, expected a map of keys\.$/],
    [GOOD, '- a\n', '1:1', /^found a list, expected a map of keys\.$/],
    [GOOD, 'a: [', '1:5', /^not valid YAML/],
  ];
  it.each(bad)('with %j as %j is refused at %s', (replaced, by, at, message) => {
    expect(GOOD).toContain(replaced);
    const { problems } = refusal(GOOD.replace(replaced, by));
    const [first] = problems;
    expect(first?.message).toMatch(message);
    expect(`${first?.line}:${first?.column}`).toBe(at);
  });

  it('is refused with everything that is wrong, in the order of the file', () => {
    const broken = GOOD.replace('user.userName', 'user.nme')
      .replace('user.name.givenName', 'user.name.x')
      .replace('"+442079460958"', '"1"');
    expect(refusal(broken).message).toBe(
      [
        'mapping.yaml:3:15  in `user.nme`: no attribute "nme" in user. Closest: user.name.',
        'mapping.yaml:6:24  in `user.name.x`: no attribute "x" in user.name. There are: formatted, familyName, givenName, middleName, honorificPrefix, honorificSuffix.',
        'mapping.yaml:15:42  found "1", expected a number in the form of E.164, like "+442079460958", or { cel: … }.',
      ].join('\n'),
    );
  });
});

function refusal(text: string): ConfigError {
  try {
    loadMapping(text, 'mapping.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
