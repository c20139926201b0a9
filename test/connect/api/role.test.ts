import { expect, onTestFinished, test } from 'vitest';
import { createBudget } from '../../../src/connect/budget.ts';
import { createConnectInstance } from '../../../src/connect/instance.ts';
import { createSimulator, parseSeed } from '../../../src/simulator/simulator.ts';
import { createFakeClock } from '../fake-clock.ts';
import { UK_ID } from '../reply-server.ts';
import { seedYaml } from '../simulated.ts';

const ROLE = 'arn:aws:iam::210987654321:role/connect-scim-bridge';
const MINUTE_MS = 60_000;

/** An instance in another account than that of the credentials, behind a role that asks for an external id. */
async function inOtherAccount({ externalId = 'acme-42' }: { externalId?: string | null } = {}) {
  const clock = createFakeClock();
  const seed = parseSeed(
    `${seedYaml('SAML')}    account: "210987654321"\nroles: [{ arn: "${ROLE}", externalId: acme-42 }]\n`,
  );
  const simulator = createSimulator({ clock, seed, rate: { perSecond: 1_000, burst: 1_000 } });
  const { url } = await simulator.listen();
  const budget = createBudget({ clock, perSecond: 1_000, burst: 1_000 });
  const instance = createConnectInstance({
    alias: 'uk',
    region: 'eu-west-2',
    instanceId: UK_ID,
    endpoint: url,
    role: { arn: ROLE, externalId, sessionName: 'acme-prod' },
    budget,
    clock,
    requestTimeoutMs: 5_000,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  onTestFinished(async () => {
    instance.close();
    await simulator.close();
  });
  const operations = () => simulator.journal().map(({ operation, status }) => `${operation} ${status}`);
  return { clock, simulator, budget, instance, operations };
}

test('an instance of another account is called in a session of its role, on the quota of that account', async () => {
  const { instance, simulator, budget, operations } = await inOtherAccount();
  await instance.describeInstance();
  await instance.describeInstance();
  expect(operations()).toEqual(['AssumeRole 200', 'DescribeInstance 200', 'DescribeInstance 200']);
  expect(simulator.journal()[1]).toMatchObject({ account: '210987654321', roleArn: ROLE });
  expect(budget.levels()).toMatchObject([{ scope: '210987654321/eu-west-2', operation: 'DescribeInstance' }]);
});

test('a session is taken anew ten minutes before it ends', async () => {
  const { instance, clock, operations } = await inOtherAccount();
  await instance.describeInstance();
  await clock.advance(49 * MINUTE_MS);
  await instance.describeInstance();
  expect(operations().filter((call) => call === 'AssumeRole 200')).toHaveLength(1);
  await clock.advance(2 * MINUTE_MS);
  await instance.describeInstance();
  expect(operations().filter((call) => call === 'AssumeRole 200')).toHaveLength(2);
});

test('calls made at once share one session', async () => {
  const { instance, operations } = await inOtherAccount();
  await Promise.all([instance.describeInstance(), instance.describeInstance(), instance.describeInstance()]);
  expect(operations().filter((call) => call === 'AssumeRole 200')).toHaveLength(1);
});

test.each([
  { name: 'the external id is another one', externalId: 'acme-43' },
  { name: 'no external id is given', externalId: null },
])('a role is refused, as an outage with what to do, when $name', async ({ externalId }) => {
  const { instance, operations } = await inOtherAccount({ externalId });
  await expect(instance.describeInstance()).rejects.toMatchObject({
    code: 'role',
    kind: 'outage',
    message: expect.stringMatching(
      /role arn:aws:iam::210987654321:role\/connect-scim-bridge cannot be assumed: AccessDenied: .*trust policy/,
    ) as string,
  });
  expect(operations()).toEqual(['AssumeRole 403']);
});

test('a role that was refused is asked for again by the next call that is let through', async () => {
  const { instance, simulator, clock, operations } = await inOtherAccount();
  simulator.addFault({ kind: 'credentials', operation: 'AssumeRole', error: 'UnrecognizedClientException' });
  await expect(instance.describeInstance()).rejects.toMatchObject({ code: 'role', kind: 'outage' });
  await clock.advance(1_000);
  await instance.describeInstance();
  expect(operations()).toEqual(['AssumeRole 403', 'AssumeRole 200', 'DescribeInstance 200']);
});
