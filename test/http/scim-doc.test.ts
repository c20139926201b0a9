import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ALWAYS_REFUSED_USERS,
  BODY_LIMIT_BYTES,
  MAX_BULK_OPERATIONS,
  MAX_CONNECTIONS,
  MAX_MEMBER_FILTERS,
  MAX_REFUSED_PERCENT,
  MAX_REFUSED_USERS,
  MAX_USER_BYTES,
  REFUSAL_WINDOW_MS,
  STALLED_CONNECTION_MS,
  URL_LIMIT_BYTES,
  serverOptions,
} from '../../src/http/limits.ts';
import { MAX_FILTER_DEPTH } from '../../src/scim/filter/parse-filter.ts';
import { MAX_FILTER_LENGTH } from '../../src/scim/filter/tokens.ts';
import { MAX_JSON_DEPTH, MAX_JSON_NAMES, MAX_JSON_VALUES } from '../../src/scim/json.ts';
import { DEFAULT_COUNT, MAX_COUNT } from '../../src/scim/list.ts';
import { MAX_GROUP_TEXT_LENGTH } from '../../src/scim/parse-group.ts';
import { MAX_OPERATIONS } from '../../src/scim/patch/parse-patch.ts';
import { MAX_PATH_LENGTH } from '../../src/scim/patch/patch-path.ts';
import { quirks } from '../../src/scim/quirks.ts';
import { MAX_ELEMENTS } from '../../src/scim/value/elements.ts';
import { MAX_KEY_BYTES } from '../../src/store/filter/key.ts';

const doc = readFileSync('docs/scim.md', 'utf8');

const count = (limit: number | undefined) => limit!.toLocaleString('en-US');
const kibibytes = (limit: number | undefined) => `${limit! / 1024} KiB`;
const seconds = (limit: number | undefined) => `${limit! / 1000} s`;

const limits: readonly (readonly [string, string])[] = [
  ['body', `${BODY_LIMIT_BYTES / 1024 / 1024} MiB`],
  ['values in a body', count(MAX_JSON_VALUES)],
  ['names in one JSON object', count(MAX_JSON_NAMES)],
  ['nesting of JSON', count(MAX_JSON_DEPTH)],
  ['one user as JSON', kibibytes(MAX_USER_BYTES)],
  ['values of one attribute of a user', count(MAX_ELEMENTS)],
  ['texts of a group and its members', `${count(MAX_GROUP_TEXT_LENGTH)} characters`],
  ['`userName`, `externalId`, group `displayName`', `${count(MAX_KEY_BYTES)} bytes`],
  ['PATCH operations on a user', count(MAX_OPERATIONS.User)],
  ['PATCH operations on a group', count(MAX_OPERATIONS.Group)],
  ['PATCH path', `${count(MAX_PATH_LENGTH)} characters`],
  ['filters over members other than by `value` in a PATCH', count(MAX_MEMBER_FILTERS)],
  ['filter', `${count(MAX_FILTER_LENGTH)} characters`],
  ['nesting of a filter', count(MAX_FILTER_DEPTH)],
  ['Bulk operations', count(MAX_BULK_OPERATIONS)],
  ['page of a list', `${count(DEFAULT_COUNT)} by default, ${count(MAX_COUNT)} at most`],
  ['URL', kibibytes(URL_LIMIT_BYTES)],
  ['request line and headers', kibibytes(serverOptions.maxHeaderSize)],
  ['time to send the headers', seconds(serverOptions.headersTimeout)],
  ['time to send the whole request', seconds(serverOptions.requestTimeout)],
  ['idle connection', seconds(serverOptions.keepAliveTimeout)],
  ['reply of which the client takes nothing', seconds(STALLED_CONNECTION_MS)],
  ['connections', count(MAX_CONNECTIONS)],
];

describe('docs/scim.md', () => {
  it.each(limits)('says of the limit "%s" that it is %s', (name, value) => {
    expect(doc).toContain(`\n| ${name} | ${value} |`);
  });

  it('says when the breaker opens', () => {
    expect(doc.replaceAll('\n', ' ')).toContain(
      `more than ${MAX_REFUSED_USERS} users, or more than ${MAX_REFUSED_PERCENT} % of the directory's users (and more than ${ALWAYS_REFUSED_USERS}), are refused for one cause within ${REFUSAL_WINDOW_MS / 60_000} minutes`,
    );
  });

  it('has a row for every quirk, and for no other', () => {
    const section = doc.split('| quirk |')[1]!.split('\n## ')[0]!;
    const rows = [...section.matchAll(/^\| ([^|-][^|]*) \|/gm)].map(([, name]) => name);
    expect(rows.filter((name) => name !== 'seen with')).toEqual(quirks.map(({ name }) => name));
  });

  it('names only tests that exist, and one for every section of the standards', () => {
    const conformance = doc.split('\n## Conformance\n')[1]!;
    const rows = conformance.split('\n').filter((line) => /^\| \d/.test(line));
    expect(rows.length).toBeGreaterThan(35);
    for (const row of rows) {
      const tests = row.split('|').at(-2)!.trim().split(', ');
      for (const test of tests) expect(existsSync(`test/${test}`), `${row}: ${test}`).toBe(true);
    }
  });

  it('has every client whose life is replayed', () => {
    const words: Readonly<Record<string, string>> = {
      entra: 'Microsoft Entra ID',
      'entra-on-demand': 'Entra, on demand',
      'entra-optscim': 'aadOptscim062020',
      jumpcloud: 'JumpCloud',
      'microsoft-validator': "Microsoft's SCIM validator",
      'okta-spec-test': "Okta's SCIM 2.0 specification test",
      'okta-aiw': 'Okta, app from the App Integration Wizard',
      'okta-oin': 'Okta, app from the catalog',
      onelogin: 'OneLogin',
      ping: 'PingFederate',
    };
    const folders = globSync('test/fixtures/*/life.json').map((file) => file.split('/').at(-2)!);
    for (const folder of folders) expect(doc, folder).toContain(words[folder] ?? `no words for ${folder}`);
  });
});
