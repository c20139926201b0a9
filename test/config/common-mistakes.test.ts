import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/error.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';

const HEAD = `version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
`;
const RULES = `rules:
  - name: agents
    when: { group: Connect Agents }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
`;

/** What people write who know YAML, or another expression language, a little; each is told once, where it stands. */
const MISTAKES: readonly (readonly [mistake: string, text: string, message: string])[] = [
  [
    'tabs',
    `${HEAD}rules:\n  - name: agents\n\twhen: { group: A }\n    set: { hierarchy: [A] }\n`,
    '6:1  not valid YAML: found a tab before this line, expected spaces. Let your editor indent with spaces.',
  ],
  [
    'a key too far to the right',
    `${HEAD}rules:\n  - name: agents\n     when: { group: A }\n    set: { hierarchy: [A] }\n`,
    '6:6  not valid YAML: this line is indented further than the line above, whose value has ended. Keys of one map begin in one column.',
  ],
  [
    'keys too far to the left',
    `${HEAD}rules:\n  - name: agents\n  when: { group: A }\n  set: { hierarchy: [A] }\n`,
    '6:3  not valid YAML: found another indentation than that of the keys or entries above, of which this must be one.',
  ],
  [
    'a condition that is not indented below its key',
    `${HEAD}rules:\n  - name: agents\n    when:\n    group: A\n    set: { hierarchy: [A] }\n`,
    '6:10  found nothing, expected a condition like { group: … }, or an expression. Indent group below it.',
  ],
  [
    'keys that are not indented below theirs',
    `version: 1\nusername:\nvalue: user.userName\ninvalid: park\nidentity: { firstName: user.id, lastName: user.id }\n${RULES}`,
    '2:10  found nothing, expected a map of keys. Indent value, invalid below it.',
  ],
  [
    'a key twice',
    `${HEAD}${RULES}rules: []\n`,
    '8:1  not valid YAML: the key "rules" stands twice in one map. Keep one of them.',
  ],
  [
    'a colon in a text',
    `${HEAD}${RULES}`.replace('name: agents', 'name: agents: sales'),
    '5:11  not valid YAML: found ": " in a value. Put a text with a colon in quotes.',
  ],
  [
    'no space after a colon',
    `${HEAD}${RULES}`.replace('name: agents', 'name:agents'),
    '5:5  not valid YAML: found no space behind the colon of a key.',
  ],
  [
    'a # in a name within braces',
    `${HEAD}${RULES}`.replace('Connect Agents', 'Connect #1'),
    '7:5  not valid YAML: found the next key, expected the end of a { or [ above. A # with a space before it begins a comment: put such a text in quotes.',
  ],
  [
    'a name that begins with @',
    `${HEAD}${RULES}`.replace('Connect Agents', '@agents'),
    '6:20  not valid YAML: a text cannot begin with @ unless it is in quotes.',
  ],
  [
    'two documents',
    `${HEAD}${RULES}---\nrules: []\n`,
    '8:1  not valid YAML: found a second document behind "---", expected one.',
  ],
  [
    'brackets without end',
    `a: ${'['.repeat(4_000)}`,
    '1:4  not valid YAML: it is nested too deeply to be read.',
  ],
  [
    'an expression of which only the beginning is in quotes',
    condition('"A" in groups && user.active'),
    `6:15  not valid YAML: found "in groups && user.active" behind a value that had ended. Put an expression that begins with quotes into single ones: '"Sales" in groups && user.active'.`,
  ],
  ['an empty list of rules', `${HEAD}rules: []\n`, '4:8  found an empty list, expected at least 1 entry.'],
  [
    'a text for a list',
    `${HEAD}${RULES}`.replace('routingProfile: Sales', 'hierarchy: EMEA/London'),
    '7:23  found "EMEA/London", expected a list.',
  ],
  [
    'another name for cel',
    `${HEAD}${RULES}`.replace('routingProfile: Sales', 'routingProfile: { expr: user.title }'),
    '7:30  unknown key "expr". Closest: "cel".\nKeys here: cel.',
  ],
  [
    'a zone by its abbreviation, which is that of Bangladesh too',
    `${HEAD}${RULES}access: { from: user.title, zone: BST }\n`,
    '8:35  found "BST", expected a time zone like Europe/London.',
  ],
  ...expressions([
    [
      '"A" in groups and user.active',
      15,
      "not a CEL expression: Unexpected character: 'd'. Write && for and.",
    ],
    [
      '"A" in groups or "B" in groups',
      15,
      "not a CEL expression: Unexpected character: 'r'. Write || for or.",
    ],
    ['not ("A" in groups)', 1, 'there is no function "not". Write ! instead.'],
    ['user.title = "x"', 12, 'not a CEL expression: Unexpected character: =. Write == to compare.'],
    ['user.title <> "x"', 13, 'not a CEL expression: Unexpected token: GT. Write != for "is not".'],
    [
      'user.title == “x”',
      15,
      'not a CEL expression: Unexpected character: “. Write straight quotes: "Sales".',
    ],
    [
      'user.title & "x"',
      12,
      'not a CEL expression: Unexpected character: &. Write && for and, + to join texts.',
    ],
    [
      '${user.title} == "x"',
      1,
      'not a CEL expression: Unexpected character: $. Attributes are written bare: user.userName.',
    ],
    [
      'user.title == Agent',
      15,
      'Unknown variable: Agent. There are user and, in rules, groups. A text stands in quotes: "Agent".',
    ],
    [
      'department == "x"',
      1,
      'Unknown variable: department. There are user and, in rules, groups. Closest: user.enterprise.department.',
    ],
    ['"A" in group', 8, 'Unknown variable: group. There are user and, in rules, groups. Closest: groups.'],
    ['sites["x"] == "y"', 1, 'Unknown variable: sites. Look into a table with lookup("sites", …).'],
    ['user.department == "x"', 6, 'no attribute "department" in user. Closest: user.enterprise.department.'],
    ['user.Title == "x"', 6, 'no attribute "Title" in user. Closest: user.title.'],
    ['toLower(user.title) == "x"', 1, 'there is no function "toLower". Write lower instead.'],
    [
      'isMemberOfGroupName("A")',
      1,
      'there is no function "isMemberOfGroupName". Write "Sales" in groups instead.',
    ],
    ['now() == "x"', 1, 'there is no function "now". docs/mapping.md lists them.'],
    [
      'groups.contains("A")',
      1,
      `found no matching overload for 'list.contains(string)'. Write "Sales" in groups.`,
    ],
    [
      'user.title == 3',
      1,
      'no such overload: string == int. Attributes are texts: put the number in quotes.',
    ],
    [
      'user.title != null',
      1,
      'no such overload: string != null. What a user does not have is "": compare with that.',
    ],
    [
      'user.enterprise.manager == "x"',
      1,
      'no such overload: User.enterprise.manager == string. It has parts: name one of them.',
    ],
  ]),
];

describe('a mapping file with', () => {
  it.each(MISTAKES)('%s is refused once, where it is', (_, text, message) => {
    expect(refusal(text)).toEqual([`mapping.yaml:${message}`]);
  });

  it('Windows line ends and a mark of byte order has its mistakes at the same places', () => {
    const text = `${HEAD}${RULES}`.replace('group:', 'gruop:');
    expect(refusal(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(refusal(text));
  });

  it('a long expression shows what is around the mistake', () => {
    const [problem = ''] = refusal(condition(`'${'user.active && '.repeat(50)}user.titel == "x"'`));
    expect(problem).toMatch(
      /^mapping\.yaml:6:767 {2}in `… .*user\.titel == "x"`: no attribute "titel" in user\. Closest: user\.title\.$/,
    );
    expect(problem.length).toBeLessThan(300);
  });

  it('keys that look like numbers or flags has them as they are written', () => {
    const { rules } = loadMapping(
      `${HEAD}tables: { sites: { 0471: Leeds, 1.10: London, yes: Bath } }\n${RULES.replace(
        'routingProfile: Sales',
        `routingProfile: { cel: 'lookup("sites", user.title)' }`,
      )}`,
      'mapping.yaml',
    );
    const profile = rules[0]?.set.routingProfile;
    if (profile?.kind !== 'cel') throw new Error('no expression');
    const { expression } = profile;
    const looked = (title: string) => expression.evaluate({ user: { title }, groups: new Set() });
    expect(['0471', '471', '1.10', 'yes'].map(looked)).toEqual(['Leeds', '', 'London', 'Bath']);
  });
});

function refusal(text: string): readonly string[] {
  try {
    loadMapping(text, 'mapping.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`);
  }
  throw new Error('taken');
}

function condition(when: string): string {
  return `${HEAD}${RULES}`.replace('{ group: Connect Agents }', when);
}

/** Conditions in single quotes, with the position in their text. */
function expressions(cases: readonly (readonly [text: string, column: number, message: string])[]) {
  return cases.map(
    ([text, column, message]) =>
      [
        text,
        condition(`'${text}'`).replace('rules:', 'tables: { sites: { LDS: Leeds } }\nrules:'),
        `7:${11 + column}  in \`${text}\`: ${message}`,
      ] as const,
  );
}
