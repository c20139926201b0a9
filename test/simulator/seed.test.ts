import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createSimulator, parseSeed } from '../../src/simulator/simulator.ts';

const example = readFileSync(new URL('../../config/simulator.example.yaml', import.meta.url), 'utf8');

test('the example seed is a small contact centre with one unmanaged admin', () => {
  const { operator } = createSimulator({ clock: systemClock, seed: parseSeed(example) });
  expect(operator.snapshot('acme-uk')).toMatchObject({
    region: 'eu-west-2',
    identityManagementType: 'SAML',
    securityProfiles: ['Admin', 'Agent', 'CallCenterManager', 'QualityAnalyst', 'No Access'],
    routingProfiles: ['Basic Routing Profile', 'Sales', 'Support', 'Supervisors', 'Parked'],
    users: [{ username: 'breakglass', securityProfiles: ['Admin'], tags: {} }],
  });
});

test('ids that are left out are the same at every start', () => {
  const ids = () =>
    createSimulator({ clock: systemClock, seed: parseSeed(example) }).operator.snapshot('acme-uk').users;
  expect(ids()).toEqual(ids());
});

test('a speed outside 1 to 20 is refused', () => {
  const seed = parseSeed(example);
  expect(() => createSimulator({ clock: systemClock, seed, speed: 21 })).toThrow('speed is 21');
});

const minimal = `region: eu-west-2
instances:
  - alias: acme
    securityProfiles: [{ name: Agent }]
    routingProfiles: [{ name: Basic }]
`;
const user = (line: string) => `${minimal}    users:\n      - { username: ann, ${line} }\n`;

test.each([
  {
    name: 'an unknown key',
    yaml: `${minimal}    colour: red\n`,
    message: '6:5  instances.0: Unrecognized key: "colour"',
  },
  {
    name: 'an account that is a number',
    yaml: `account: 123456789012\n${minimal}`,
    message: '1:1  account: Invalid input: expected string, received number',
  },
  {
    name: 'a type that does not exist',
    yaml: `${minimal}    identityManagementType: LDAP\n`,
    message: '6:5  instances.0.identityManagementType: Invalid option',
  },
  {
    name: 'a user in an unknown routing profile',
    yaml: user('routingProfile: Sailing, securityProfiles: [Agent]'),
    message: '7:26  instances.0.users.0.routingProfile: no routing profile named "Sailing"',
  },
  {
    name: 'a user with an unknown security profile',
    yaml: user('routingProfile: Basic, securityProfiles: [Agnet]'),
    message: 'instances.0.users.0.securityProfiles.0: no security profile named "Agnet"',
  },
  {
    name: 'a user in an unknown group',
    yaml: user('routingProfile: Basic, securityProfiles: [Agent], hierarchy: [EMEA]'),
    message: 'instances.0.users.0.hierarchy: no hierarchy group EMEA',
  },
  {
    name: 'a profile twice',
    yaml: minimal.replace('{ name: Basic }', '{ name: Basic }, { name: Basic }'),
    message: '5:40  instances.0.routingProfiles.1: "Basic" is there twice',
  },
  {
    name: 'a predefined attribute twice, in another case',
    yaml: `${minimal}    predefinedAttributes: [{ name: Product, values: [A] }, { name: product, values: [A] }]\n`,
    message: 'instances.0.predefinedAttributes.1: "product" is there twice',
  },
  {
    name: 'a quick connect to nobody',
    yaml: `${minimal}    quickConnects: [{ name: Q, user: bo }]\n`,
    message: 'instances.0.quickConnects.0.user: no user named "bo"',
  },
  { name: 'broken YAML', yaml: 'region: [', message: 'line 1, column' },
])('a seed with $name is refused with its place', ({ yaml, message }) => {
  expect(() => parseSeed(yaml)).toThrow(message);
});
