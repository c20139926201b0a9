import { describe, expect, it } from 'vitest';
import { type Expression, expressionCompiler, type ExpressionType } from '../../src/mapping/expression.ts';
import { USER_ATTRIBUTES, userAttributes, type UserJson } from '../../src/mapping/expression/attributes.ts';
import { ExpressionError } from '../../src/mapping/expression/error.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CONNECT = 'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User';

const user = {
  userName: 'ana@acme.test',
  name: { givenName: 'Ana', familyName: 'Lima' },
  active: true,
  emails: [
    { value: 'ana@home.test', type: 'home' },
    { value: 'ana@acme.test', type: 'work', primary: true },
  ],
  phoneNumbers: [
    { value: '020 7946 0958', type: 'work' },
    { value: '07700 900123', type: 'Mobile' },
  ],
  addresses: [{ locality: 'Leeds', type: 'work' }],
  title: 42,
  [ENTERPRISE]: { department: 'Sales', manager: { value: '7' } },
  [CONNECT]: { routingProfile: 'Sales', securityProfiles: ['Agent', 'Admin'] },
};

const tables = { sites: { LDS: 'Leeds', '100': 'London' } };
const compiler = expressionCompiler(USER_ATTRIBUTES, tables);

function compile(text: string, expects: ExpressionType = 'string'): Expression {
  return compiler(text, { expects, groups: true });
}

function valueOf(expression: Expression, of: UserJson = user, ...groups: readonly string[]): unknown {
  return expression.evaluate({ user: of, groups: new Set(groups) });
}

describe('an expression', () => {
  const values: readonly [text: string, value: unknown, expects?: ExpressionType][] = [
    ['user.userName', 'ana@acme.test'],
    ['user.name.givenName + " " + user.name.familyName', 'Ana Lima'],
    ['"agent"', 'agent'],
    ['user.enterprise.department', 'Sales'],
    ['user.enterprise.manager.value', '7'],
    ['user.connect.routingProfile', 'Sales'],
    ['user.connect.securityProfiles[1]', 'Admin'],
    ['user.connect.securityProfiles', ['Agent', 'Admin'], 'list<string>'],
    ['primary(user.emails)', 'ana@acme.test'],
    ['primary(user.addresses.map(a, user.emails)[0])', 'ana@acme.test'],
    ['primary(user.roles)', ''],
    ['primary(user.emails.filter(e, e.type == "home"))', 'ana@home.test'],
    ['phone(user, "mobile")', '07700 900123'],
    ['phone(user, "fax")', ''],
    ['e164(phone(user, "mobile"), "GB")', '+447700900123'],
    ['e164(phone(user, "mobile"))', ''],
    ['e164("+44 (0)20 7946 0958")', '+442079460958'],
    ['e164("call me")', ''],
    ['e164("tel:+44-20-7946-0958;ext=12")', '+442079460958'],
    ['e164("TEL:020-7946-0958", "GB")', '+442079460958'],
    ['e164("tel:863-1234;phone-context=+1-914-555", "GB")', ''],
    ['e164("+1 212 555 0123", "GB")', '+12125550123'],
    ['user.addresses.exists(a, a.locality == "Leeds") ? "leeds" : ""', 'leeds'],
    ['user.userName.split("@")[0]', 'ana'],
    ['user.userName.upperAscii().substring(0, 3)', 'ANA'],
    ['user.name.givenName.startsWith("A") && user.active', true, 'bool'],
    ['size(user.emails)', 2, 'int'],
    ['string(size(user.emails))', '2'],
    ['lookup("sites", "LDS")', 'Leeds'],
    ['lookup("sites", "100")', 'London'],
    ['lookup("sites", "__proto__") + lookup("sites", "lds")', ''],
    ['default(user.nickName, user.name.givenName)', 'Ana'],
    ['user.name.givenName.default("x")', 'Ana'],
    ['lower("ÅSA") + upper("åsa") + "X".lower()', 'åsaÅSAx'],
    ['before(user.userName, "@") + after(user.userName, "@")', 'anaacme.test'],
    ['before("ana", "@") + after("ana", "@")', 'ana'],
    ['replace("a.b.c", ".", "$&")', 'a$&b$&c'],
    ['"abc".replace("", "x")', 'abc'],
    ['truncate("ana", 2) + "ana".truncate(9) + truncate("ana", -1)', 'anana'],
    ['truncate("a👍", 2)', 'a'],
    ['ascii("Łódź – Jürgen Straße, Ørsted, Đặng, 王")', 'Lodz - Jurgen Strasse, Orsted, Dang, '],
    ['nfc("Zoe\u0308")', 'Zo\u00eb'],
    ['re2(user.userName, "^[a-z]+@acme\\\\.test$")', true, 'bool'],
    ['user.userName.re2(r"^\\w+@ACME\\.")', false, 'bool'],
    ['re2("Équipe Ventes", "(?i)^équipe\\\\s")', true, 'bool'],
    ['user.emails.exists(e, e.value.re2("home")) ? "y" : "n"', 'y'],
    ['user.connect.tags.exists(t, t.key == "site") ? "y" : "n"', 'n'],
    ['user.nickName', ''],
    ['user.name.middleName', ''],
    ['user.title', '42'],
    ['user.enterprise.manager.displayName', ''],
    ['user.emails.map(e, e.display).join("")', ''],
    ['user.emails[0].primary ? "yes" : "no"', 'no'],
  ];
  it.each(values)('%s is %j', (text, value, expects) => {
    expect(valueOf(compile(text, expects))).toEqual(value);
  });

  const inGroups: readonly [text: string, groups: readonly string[], value: boolean][] = [
    ['"A" in groups', ['A', 'B'], true],
    ['"A" in groups', ['a'], false],
    ['!("A" in groups) && size(groups) == 1', ['a'], true],
    ['groups.exists(g, g.startsWith("Site "))', ['Site Leeds'], true],
    ['groups[0] == "A"', ['B', 'A'], true],
  ];
  it.each(inGroups)('%s of %j is %s', (text, groups, value) => {
    expect(valueOf(compile(text, 'bool'), user, ...groups)).toBe(value);
  });

  it('names the groups that it asks for, and shows which the user is in', () => {
    const named = compile('"A" in groups || ("B" in groups && user.title != "")', 'bool');
    expect(named.reads).toEqual({ facts: ['user.title'], namedGroups: ['A', 'B'], allGroups: false });
    expect(named.factText({ user, groups: new Set(['B']) })).toBe(
      'not member of "A", member of "B", user.title = "42"',
    );
    const all = compile('groups.exists(g, g == "A")', 'bool');
    expect(all.reads).toMatchObject({ namedGroups: [], allGroups: true });
    expect(all.factText({ user, groups: new Set(['B', 'A']) })).toBe('groups = ["A", "B"]');
  });

  it('reads one user after another, and the same one again', () => {
    const name = compile('user.userName');
    const bo = { userName: 'bo' };
    expect([user, bo, user].map((one) => valueOf(name, one))).toEqual([user.userName, 'bo', user.userName]);
  });

  it('reads what a directory declares, numbers as text', () => {
    const urn = 'urn:acme:1.0:User';
    const attributes = userAttributes({
      acme: { urn, attributes: { level: 'integer', remote: 'boolean', start: 'date' } },
    });
    const text = 'user.acme.remote ? "home" + user.acme.level + user.acme.start : "office"';
    const expression = expressionCompiler(attributes, {})(text, { expects: 'string', groups: false });
    expect(valueOf(expression, { [urn]: { level: 3, remote: true } })).toBe('home3');
    expect(valueOf(expression, {})).toBe('office');
  });

  it('finds every declared attribute present on a user who has none', () => {
    const texts = [
      'user.userName',
      'user.enterprise.department',
      'primary(user.emails)',
      'user.connect.phone.number',
    ];
    expect(texts.map((text) => valueOf(compile(text), {}))).toEqual(['', '', '', '']);
    expect(valueOf(compile('user.active', 'bool'), {})).toBe(false);
    expect(valueOf(compile('user.connect.securityProfiles', 'list<string>'), {})).toEqual([]);
  });

  it('takes an attribute of a type that was not declared as absent', () => {
    const odd = { userName: ['x'], name: 'Ana', emails: { value: 'x' }, active: 'true' };
    expect(valueOf(compile('user.userName + user.name.givenName + primary(user.emails)'), odd)).toBe('');
    expect(valueOf(compile('user.active', 'bool'), odd)).toBe(false);
  });

  it('names the attributes it reads, once each and in order', () => {
    const { reads } = compile(
      'phone(user, "work") + user.name.givenName + user.userName + user.name.givenName',
    );
    expect(reads.facts).toEqual(['user.phoneNumbers', 'user.name.givenName', 'user.userName']);
  });

  it('shows what they are for a user', () => {
    expect(compile('user.name.givenName + primary(user.emails)').factText({ user, groups: new Set() })).toBe(
      'user.name.givenName = "Ana", user.emails = ["ana@home.test" (home), "ana@acme.test" (work)]',
    );
    expect(compile('user.enterprise.department + user.nickName').factText({ user, groups: new Set() })).toBe(
      'user.enterprise.department = "Sales", user.nickName = ""',
    );
    expect(compile('"agent"').factText({ user, groups: new Set() })).toBe('');
  });
});

describe('an expression reads alike of two users', () => {
  const cases: readonly [text: string, other: UserJson, alike: boolean][] = [
    ['user.userName', { ...user, title: 'Dr', name: {} }, true],
    ['user.userName', { ...user, userName: 'ANA@acme.test' }, false],
    ['user.name.givenName', { ...user, name: { familyName: 'Lima', givenName: 'Ana' } }, true],
    ['user.name.givenName', { ...user, name: undefined }, false],
    ['e164(phone(user, "mobile"), "GB")', { ...user, emails: [] }, true],
    ['e164(phone(user, "mobile"), "GB")', { ...user, phoneNumbers: user.phoneNumbers.slice(1) }, false],
    ['primary(user.emails)', { ...user, emails: [...user.emails].reverse() }, false],
    ['user.enterprise.department', { ...user, [CONNECT]: {} }, true],
    ['user.enterprise.department', { ...user, [ENTERPRISE]: { department: 'Support' } }, false],
    ['"agent"', {}, true],
  ];
  it.each(cases)('%s, of %j: %s', (text, other, alike) => {
    expect(compile(text).readsAlike(user, other)).toBe(alike);
  });
});

describe('an expression is refused at load', () => {
  const nested = (depth: number) =>
    'user.emails'.concat('.exists(a, user.emails'.repeat(depth), '.size() > 0', ')'.repeat(depth));
  const refused: readonly [why: string, text: string, marked: string, message: RegExp][] = [
    [
      'a misspelt attribute',
      'user.username',
      'username',
      /no attribute "username" in user. Closest: user.userName/,
    ],
    ['a misspelt sub-attribute', 'user.name.given', 'given', /Closest: user.name.givenName/],
    [
      'a misspelt part of an element',
      'user.emails.exists(e, e.typ == "x") ? "" : ""',
      'typ',
      /No such key: typ/,
    ],
    [
      'another variable',
      'usr.userName',
      'usr',
      /Unknown variable: usr. There are user and, in rules, groups/,
    ],
    ['the user as a whole', 'user', 'user', /name an attribute/],
    ['an index instead of a name', 'user["userName"]', 'user', /name an attribute/],
    ['a list where one value is meant', 'user.emails.value', 'value', /Use primary\(user.emails\)/],
    ['a list as the result', 'user.emails', 'user.emails', /a string is expected/],
    ['an attribute with parts as the result', 'user.name', 'user.name', /an attribute with parts/],
    ['a flag as the result', 'user.active', 'user.active', /yields a bool/],
    ['null', 'user.title == null ? "" : ""', 'user.title == null', /no such overload/],
    ['two types in one sum', '1 + "a"', '1 + "a"', /no such overload: int \+ string/],
    ['matches', 'user.userName.matches("(a+)+$") ? "" : ""', 'matches', /Use re2\(text, "pattern"\)/],
    ['a pattern that is not closed', 're2("a", "(b") ? "" : ""', '"(b"', /RE2 takes: missing closing \)/],
    ['a pattern that looks back', 'user.title.re2(r"(a)\\1") ? "" : ""', 'r"(a)\\1"', /invalid escape/],
    [
      'a pattern that grows',
      're2("a", "(a{30}){30}") ? "" : ""',
      '"(a{30}){30}"',
      /steps .* 200 are allowed/,
    ],
    ['a pattern of the user', 're2("a", user.title) ? "" : ""', 'user.title', /write the pattern out/],
    [
      'a pattern in two comprehensions',
      '[1].exists(a, [1].exists(b, re2("a", "b"))) ? "" : ""',
      're2',
      /nested 2 deep, this is 3/,
    ],
    ['has', 'has(user.title) ? "" : ""', 'has', /an absent one is empty/],
    ['dyn', 'dyn(user.userName)', 'dyn', /hide mistakes/],
    ['bind', 'cel.bind(x, user.userName, x + x)', 'bind', /write the expression out/],
    ['optional access', 'user.?title', '?', /not a CEL expression/],
    ['an unknown function', 'primry(user.emails)', 'primry', /no function "primry". Closest: primary/],
    ['an unknown method', 'user.userName.lowr()', 'lowr', /no function "lowr". Closest: lower/],
    ['an unknown table', 'lookup("site", "x")', '"site"', /no table "site" under tables. Closest: "sites"/],
    [
      'a table that is not written out',
      'lookup(user.title, "x")',
      'user.title',
      /write the name of the table out/,
    ],
    ['a variable named groups', '["a"].map(groups, "b")[0]', 'groups', /choose another name/],
    ['an unknown country', 'e164("1", "uk")', '"uk"', /no country "uk"/],
    ['a prototype', 'user.constructor', 'constructor', /no attribute "constructor"/],
    ['a prototype of a text', 'user.userName.__proto__', '__proto__', /has no parts/],
    ['a variable named user', '["a"].map(user, "b")[0]', 'user', /choose another name/],
    ['a broken text', 'user.userName +', '', /not a CEL expression/],
    ['nothing', '', '', /not a CEL expression/],
    ['a map', '{"a": "b"}["a"]', '', /Exceeded maxMapEntries/],
    ['three levels of comprehensions', `${nested(3)} ? "" : ""`, 'exists', /nested 2 deep, this is 3/],
    [
      'a text taken apart again and again',
      `user.userName${'.split("").join("-")'.repeat(2)}`,
      'join',
      /3 times at most/,
    ],
    ['a chain of comprehensions', `["a"]${'.map(x, x + x)'.repeat(4)}[0]`, 'map', /3 times at most/],
    ['a deep nest', `${'('.repeat(200)}"a"${')'.repeat(200)}`, '', /not a CEL expression: Exceeded/],
    [
      'a deep chain of conditions',
      `${'user.active ? "a" : ('.repeat(40)}"b"${')'.repeat(40)}`,
      '',
      /Exceeded/,
    ],
    ['a long sum', Array.from({ length: 400 }, () => '"a"').join(' + '), '', /Exceeded/],
  ];
  it.each(refused)('%s', (_, text, marked, message) => {
    const error = refusal(() => compile(text));
    expect(error.message).toMatch(message);
    if (marked !== '') expect(text.slice(error.start, error.end)).toBe(marked);
    expect(error.start).toBeGreaterThanOrEqual(0);
    expect(error.start).toBeLessThanOrEqual(text.length);
  });

  it('but two levels of comprehensions are taken', () => {
    expect(valueOf(compile(nested(2), 'bool'))).toBe(true);
  });
});

it('groups cannot be read where only the user is known', () => {
  const error = refusal(() => compiler('"A" in groups ? "x" : ""', { expects: 'string', groups: false }));
  expect(error.message).toMatch(/groups can be read in rules only/);
});

describe('an expression without a value for a user', () => {
  const failing: readonly [text: string, marked: string, message: RegExp][] = [
    ['user.emails[5].value', 'user.emails[5]', /the list has no such element/],
    ['user.userName.substring(9999)', 'user.userName.substring(9999)', /out of range/],
    ['replace(user.userName, "x", "yyyyyyyyyyy")', '', /replace yields more than 10000/],
    [
      're2(["x"].map(x, user.userName + user.userName).map(x, x + x + x).map(x, x + x)[0], "y") ? "" : ""',
      '',
      /re2 works with 10000 characters/,
    ],
    ['string(int(user.userName))', 'int(user.userName)', /int/],
    ['["x"].map(x, user.userName + user.userName).map(x, x + x + x).map(x, x + x)[0]', '', /more than 10000/],
  ];
  it.each(failing)('%s says so', (text, marked, message) => {
    const expression = compile(text);
    const error = refusal(() => valueOf(expression, { ...user, userName: 'x'.repeat(1000) }));
    expect(error.message).toMatch(message);
    if (marked !== '') expect(text.slice(error.start, error.end)).toBe(marked);
  });
});

it('a pattern takes time in proportion to the text, where backtracking would not end', () => {
  const bomb = compile('re2(user.nickName, "(a+)+$")', 'bool');
  const nickName = 'a'.repeat(999);
  expect(valueOf(bomb, { nickName: `${nickName}!` })).toBe(false);
  expect(valueOf(bomb, { nickName })).toBe(true);
});

it.each([
  ['text', { nickName: 'x'.repeat(1001) }, 'user.nickName', /user.nickName has 1001 characters/],
  [
    'list',
    { emails: Array.from({ length: 1001 }, () => ({})) },
    'primary(user.emails)',
    /user.emails has 1001 entries/,
  ],
])('a %s too long to work with is not worked with', (_, long, text, message) => {
  expect(refusal(() => valueOf(compile(text), long)).message).toMatch(message);
});

function refusal(run: () => unknown): ExpressionError {
  try {
    run();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
