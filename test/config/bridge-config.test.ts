import { CONNECT_OPERATIONS } from '../../src/connect/operation.ts';
import { operation } from '../../src/config/operation-schema.ts';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type BridgeConfig, loadBridgeConfig } from '../../src/config/bridge-config.ts';
import { ConfigError } from '../../src/config/error.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { readMappingText } from '../../src/config/mapping-text.ts';
import { unknownInstances } from '../../src/mapping/check/check-names.ts';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** The file that each case breaks at one place. */
const GOOD = `version: 1
bridgeId: acme
server: { listen: "127.0.0.1:8080" }
storage: { url: "sqlite:./data/bridge.db" }
instances:
  uk:
    region: eu-west-2
    instanceId: 5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50
    leavers: { suspend: { securityProfile: No Access, routingProfile: Parked } }
directories:
  main:
    instances: [uk]
    mapping: ./mapping.yaml
    clients: { okta: { tokenHash: env:OKTA_TOKEN_SHA256 } }
`;

function load(
  text: string,
  env: Record<string, string> = { OKTA_TOKEN_SHA256: HASH },
): Promise<BridgeConfig> {
  return loadBridgeConfig('etc/bridge.yaml', { readFile: async () => text, env });
}

describe('bridge.yaml', () => {
  it('is read with its defaults', async () => {
    expect(await load(GOOD)).toEqual({
      version: 1,
      bridgeId: 'acme',
      server: { listen: { host: '127.0.0.1', port: 8080 }, publicUrl: null, trustProxy: 0 },
      storage: { url: 'sqlite:./data/bridge.db', poolSize: 8 },
      instances: {
        uk: {
          region: 'eu-west-2',
          instanceId: '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50',
          endpoint: null,
          aws: null,
          mode: 'observe',
          userQuota: null,
          resyncMinutes: 60,
          leavers: {
            deactivate: 'suspend',
            delete: 'suspend',
            suspend: { securityProfile: 'No Access', routingProfile: 'Parked', agentStatus: null },
            deleteAfterDays: null,
          },
          grants: { never: [], only: null, conflicts: [], neverPermissions: [], sensitive: [] },
          guard: {
            windowMinutes: 60,
            deactivate: { count: 5, percent: 5, percentOfRoutingProfile: 30 },
            grant: { count: 20, percent: 10 },
            reduce: { count: 10, percent: 5, percentOfRoutingProfile: 30 },
            recreate: { count: 5, percent: 2 },
            routing: { count: 50, percent: 20 },
            delete: { perDay: 20 },
          },
        },
      },
      directories: {
        main: {
          default: false,
          instances: ['uk'],
          mapping: ['etc/mapping.yaml'],
          extensions: {},
          settleSeconds: 30,
          surfaceParked: false,
          clients: { okta: { tokenHash: HASH, rateLimit: 100 } },
        },
      },
      budget: { default: { perSecond: 2, burst: 4 }, operations: {} },
      adminSocket: 'data/admin.sock',
    });
  });

  it('completes a limit that is given in part', async () => {
    const guard = '    guard: { deactivate: { count: 50 } }\ndirectories:';
    const { instances } = await load(GOOD.replace('directories:', guard));
    expect(instances['uk']?.guard).toMatchObject({
      windowMinutes: 60,
      deactivate: { count: 50, percent: 5, percentOfRoutingProfile: 30 },
    });
  });

  it.each([
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('listens on %s', async (listen, address) => {
    expect((await load(GOOD.replace('127.0.0.1:8080', listen))).server.listen).toEqual(address);
  });

  it('takes the hash of a token itself, an absolute mapping and a public URL with a slash', async () => {
    const config = await load(
      GOOD.replace('env:OKTA_TOKEN_SHA256', `${HASH}, rateLimit: 250/s`)
        .replace('./mapping.yaml', '/etc/acme/mapping.yaml')
        .replace('8080" }', '8080", publicUrl: "https://scim.acme.test/" }'),
      {},
    );
    expect(config.directories['main']).toMatchObject({
      mapping: ['/etc/acme/mapping.yaml'],
      clients: { okta: { tokenHash: HASH, rateLimit: 250 } },
    });
    expect(config.server.publicUrl).toBe('https://scim.acme.test');
  });

  const second = `  de:
    region: eu-central-1
    instanceId: 5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50
    leavers: { suspend: { securityProfile: A, routingProfile: B } }
directories:`;
  const twice = `directories:
  first: { default: true, instances: [uk], mapping: m, clients: {} }
  main:
    default: true`;

  type Bad = readonly [replaced: string, by: string, at: string, message: RegExp];
  const extension = (value: string, at: string, message: RegExp): Bad => [
    '    mapping:',
    `    extensions: ${value}\n    mapping:`,
    at,
    message,
  ];
  const grants = (value: string, at: string, message: RegExp): Bad => [
    'directories:',
    `    grants: ${value}\ndirectories:`,
    at,
    message,
  ];

  /** What is replaced, by what, where the error is, and what it says. */
  const bad: readonly Bad[] = [
    ['version: 1', 'version: "1"', '1:10', /^found "1", expected 1\.$/],
    [
      'bridgeId: acme',
      'bridgeID: acme',
      '2:1',
      /^unknown key "bridgeID"\. Closest: "bridgeId"\.\nKeys here: version,/,
    ],
    ['bridgeId: acme', 'bridgeId: a b', '2:11', /^found "a b", expected 1 to 64 of/],
    ['"127.0.0.1:8080"', '"8080"', '3:19', /^found "8080", expected an address and a port/],
    ['"127.0.0.1:8080"', '"127.0.0.1:80800"', '3:19', /^found port 80800, expected at most 65535\.$/],
    ['8080" }', '8080", publicUrl: scim.acme.test }', '3:48', /^found "scim\.acme\.test", expected a URL/],
    [
      '8080" }',
      '8080", publicUrl: "ftp://acme.test" }',
      '3:48',
      /^found "ftp:\/\/acme\.test", expected a URL/,
    ],
    ['8080" }', '8080", trustProxy: true }', '3:49', /^found true, expected a number\.$/],
    [
      '"sqlite:./data/bridge.db"',
      'mysql://db/bridge',
      '4:17',
      /^found "mysql:\/\/db\/bridge", expected sqlite: and a path/,
    ],
    ['storage:', 'storge:', '4:1', /^unknown key "storge"\. Closest: "storage"/],
    ['  uk:', '  UK:', '6:3', /^found "UK", expected 1 to 32 of a-z, 0-9 and -\.$/],
    ['eu-west-2', 'London', '7:13', /^found "London", expected an AWS Region, like eu-west-2\.$/],
    [
      '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50',
      'acme-uk',
      '8:17',
      /^found "acme-uk", expected the id of the instance/,
    ],
    ['    leavers:', '    adopt: never\n    leavers:', '9:5', /^unknown key "adopt"\./],
    [
      '    leavers:',
      '    mode: dry-run\n    leavers:',
      '9:11',
      /^found "dry-run", expected "observe" or "live"\.$/,
    ],
    ['    leavers:', '    endpoint: localhost\n    leavers:', '9:15', /^found "localhost", expected a URL/],
    [
      'securityProfile: No Access',
      'securityProfiles: [No Access]',
      '9:27',
      /^unknown key "securityProfiles"\. Closest: "securityProfile"/,
    ],
    [
      'suspend: {',
      'deactivate: park, suspend: {',
      '9:28',
      /^found "park", expected "suspend" or "delete"\.$/,
    ],
    ['directories:', '    guard: { grand: { count: 1 } }\ndirectories:', '10:14', /^unknown key "grand"\./],
    [
      'directories:',
      '    guard: { deactivate: { percent: 101 } }\ndirectories:',
      '10:37',
      /^found 101, expected at most 100\.$/,
    ],
    [
      'directories:',
      '    guard: { deactivate: 5 }\ndirectories:',
      '10:26',
      /^found 5, expected a map of keys\.$/,
    ],
    ['directories:', '    guard: { delete: { count: 5 } }\ndirectories:', '10:24', /^unknown key "count"\./],
    ['directories:', second, '12:17', /^instance "uk" has this instanceId already/],
    ['[uk]', '[us]', '12:17', /^no instance "us" under instances\. Closest: "uk"\.$/],
    ['[uk]', 'uk', '12:16', /^found "uk", expected a list\.$/],
    [
      GOOD.slice(GOOD.indexOf('directories:')),
      'directories: {}\n',
      '10:14',
      /^found no directory, expected one at least: without it/,
    ],
    ['[uk]', '[]', '12:16', /^found an empty list, expected at least 1 entry\.$/],
    ['    mapping: ./mapping.yaml\n', '', '12:5', /^missing key "mapping"\.$/],
    ['    mapping:', '    settleSeconds: -1\n    mapping:', '13:20', /^found -1, expected at least 0\.$/],
    ['./mapping.yaml', '[]', '13:14', /^found an empty list, expected at least 1 entry\.$/],
    ['./mapping.yaml', '[base.yaml, 7]', '13:26', /^found 7, expected a text\. Put it in quotes\.$/],
    [
      './mapping.yaml',
      '{ file: x }',
      '13:14',
      /^found a map of keys, expected a path, or a list of paths\.$/,
    ],
    ['./mapping.yaml', '""', '13:14', /^found "", expected at least 1 character\.$/],
    [
      '    mapping:',
      '    extensions: [acme]\n    mapping:',
      '13:17',
      /^found a list, expected a map of keys\.$/,
    ],
    ['    mapping:', '    extensions: { acme: {} }\n    mapping:', '13:25', /^missing key "urn"\.$/],
    extension('{ acme: { urn: acme, attributes: { a: string } } }', '13:32', /^found "acme", expected a URN/),
    extension(
      '{ acme: { urn: "urn:acme:1", attributes: { a: text } } }',
      '13:63',
      /^found "text", expected "string" or/,
    ),
    extension(
      '{ acme: { urn: "urn:acme:1", attributes: {} } }',
      '13:58',
      /^found a map of keys, expected one attribute at least/,
    ),
    extension(
      '{ acme: { urn: "urn:acme:1", attributes: { cost-center: string } } }',
      '13:60',
      /^found "cost-center", expected letters and digits/,
    ),
    extension(
      '{ 1acme: { urn: "urn:acme:1", attributes: { a: string } } }',
      '13:19',
      /^found "1acme", expected letters and digits/,
    ),
    extension(
      '{ name: { urn: "urn:acme:1", attributes: { a: string } } }',
      '13:19',
      /^user\.name is an attribute already/,
    ),
    extension(
      '{ acme: { urn: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", attributes: { a: string } } }',
      '13:32',
      /^SCIM itself has this urn already/,
    ),
    extension(
      '{ a: { urn: "urn:acme:1", attributes: { a: string } }, b: { urn: "URN:acme:1", attributes: { a: string } } }',
      '13:82',
      /^found "URN:acme:1", expected a URN/,
    ),
    extension(
      '{ a: { urn: "urn:acme:1", attributes: { a: string } }, b: { urn: "urn:Acme:1", attributes: { a: string } } }',
      '13:82',
      /^extension "a" has this urn already/,
    ),
    extension(
      '{ a: { urn: "urn:a:1", attributes: { a: string, A: string } } }',
      '13:65',
      /^"a" differs in case only/,
    ),
    extension(
      '{ a: { urn: "urn:a:1", attributs: { a: string } } }',
      '13:40',
      /^unknown key "attributs"\. Closest: "attributes"/,
    ),
    grants('{ never: Admin }', '10:22', /^found "Admin", expected a list\.$/),
    grants('{ nevr: [Admin] }', '10:15', /^unknown key "nevr"\. Closest: "never"/),
    grants('{ only: [] }', '10:21', /^found an empty list, expected at least 1 entry\.$/),
    grants('{ conflicts: [Agent, Admin] }', '10:27', /^found "Agent", expected a list\.$/),
    grants('{ conflicts: [[Agent]] }', '10:27', /^found a list, expected at least 2 entries\.$/),
    grants('{ neverPermissions: Users.Edit }', '10:33', /^found "Users\.Edit", expected a list\.$/),
    grants('{ sensible: [Admin] }', '10:15', /^unknown key "sensible"\./),
    [
      'region:',
      'aws: { roleArn: "arn:aws:iam::1:role/bridge" }\n    region:',
      '7:21',
      /^found "arn:aws:iam::1:role\/bridge", expected the ARN of a role/,
    ],
    [
      'region:',
      'aws: { roleArn: "arn:aws:iam::123456789012:role/bridge", externalId: "a b" }\n    region:',
      '7:74',
      /^found "a b", expected 2 to 1224 of/,
    ],
    ['region:', 'aws: { externalId: acme-42 }\n    region:', '7:10', /^missing key "roleArn"/],
    grants('[Admin]', '10:13', /^found a list, expected a map of keys\.$/),
    ['directories:\n  main:', twice, '13:14', /^directory "first" is the default already/],
    ['env:OKTA_TOKEN_SHA256', 'secret', '14:35', /^found "…", expected env:NAME, or the SHA-256/],
    [
      'env:OKTA_TOKEN_SHA256',
      'env:ENTRA_TOKEN',
      '14:35',
      /^the environment variable ENTRA_TOKEN is not set\.\nSet it to the SHA-256/,
    ],
    ['tokenHash:', 'rateLimit: 100, tokenHash:', '14:35', /^found 100, expected a text\./],
    ['tokenHash:', 'rateLimit: 24/s, tokenHash:', '14:35', /^found "24\/s", expected at least 25\/s/],
    ['tokenHash:', 'rateLimit: fast, tokenHash:', '14:35', /^found "fast", expected requests per second/],
    [
      '"sqlite:./data/bridge.db"',
      'mysql://ana:pass@db/bridge',
      '4:17',
      /^found "mysql:\/\/…@db\/bridge", exp/,
    ],
    [
      'directories:',
      'budget: { operations: { createUser: { perSecond: 5, burst: 9 } } }\ndirectories:',
      '10:25',
      /^unknown key "createUser"\. Closest: "CreateUser"\./,
    ],
    ['tokenHash:', 'token:', '14:24', /^unknown key "token"\./],
    [' okta:', ' Okta Prod:', '14:16', /^found "Okta Prod", expected 1 to 32 of/],
    [
      'directories:',
      'budget: { default: { perSecond: 0, burst: 4 } }\ndirectories:',
      '10:33',
      /^found 0, expected at least 0\.1\.$/,
    ],
    [GOOD, 'version: 1', '1:1', /^missing key "bridgeId"\.$/],
  ];
  it.each(bad)('with %j as %j is refused at %s', async (replaced, by, at, message) => {
    expect(GOOD).toContain(replaced);
    const [first] = (await refusal(GOOD.replace(replaced, by))).problems;
    expect(first?.message).toMatch(message);
    expect(`${first?.line}:${first?.column}`).toBe(at);
  });

  it('says what is wrong with a token hash in the environment, without showing it', async () => {
    const { message } = await refusal(GOOD, { OKTA_TOKEN_SHA256: 'secret' });
    expect(message).toContain(
      'etc/bridge.yaml:14:35  the environment variable OKTA_TOKEN_SHA256 does not hold 64 digits',
    );
    expect(message).not.toContain('secret');
  });

  async function refusal(text: string, env?: Record<string, string>): Promise<ConfigError> {
    const error: unknown = await load(text, env).then(
      () => new Error('it was accepted'),
      (reason: unknown) => reason,
    );
    if (error instanceof ConfigError) return error;
    throw error;
  }
});

it('the example configuration is accepted as it is shipped', async () => {
  const sources = { readFile: (path: string) => readFile(path, 'utf8'), env: { OKTA_TOKEN_SHA256: HASH } };
  const config = await loadBridgeConfig('config/bridge.yaml', sources);
  for (const { mapping, instances } of Object.values(config.directories)) {
    const text = await readMappingText(mapping, sources.readFile);
    expect(unknownInstances(loadMapping(text, mapping[0]), instances)).toEqual([]);
  }
  expect(Object.keys(config.instances)).toEqual(['uk']);
});

it('takes a rate for each operation that the bridge calls, and for no other', () => {
  expect([...operation.options].sort()).toEqual(Object.keys(CONNECT_OPERATIONS).sort());
});
