import { ConnectClient, DescribeUserCommand, ListUsersCommand } from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import type { InstanceSnapshot, JournalEntry } from '../../src/simulator/simulator.ts';
import { exportedVariables, startDemo } from './demo-process.ts';

const INSTANCE_ID = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50';

const runDemo = (...args: string[]) => startDemo(process.execPath, ['src/main.ts', 'demo', ...args]);

describe.concurrent('the demo', { timeout: 150_000 }, () => {
  test('plays its day once and ends with success: nothing throttled, nothing left to do', async ({
    expect,
  }) => {
    const demo = runDemo('--once');
    expect([await demo.ended, demo.output()]).toEqual([0, expect.stringContaining('\nProof\n')]);
    const output = demo.output().replaceAll(/\n +/g, ' ');
    expect(output).toContain('users and groups repeated: 0 Connect calls.');
    expect(output).toMatch(
      / (\d+) changes planned during the day, \1 calls that changed Connect, 0 throttled\./,
    );
  });

  test('says of Connect what Connect says of itself, and ends at Ctrl-C', async ({ expect }) => {
    const demo = runDemo();
    await demo.printed('Ctrl-C ends the demo and removes its store.');
    const { CONNECT_URL: url = '' } = exportedVariables(demo.output());
    const journal = await read<readonly JournalEntry[]>(`${url}/_control/journal`);
    expect(printedCalls(demo.output())).toEqual(callsIn(journal));
    const snapshot = await read<InstanceSnapshot>(`${url}/_control/instances/acme-uk`);
    expect(printedUsers(demo.output())).toEqual(usersIn(snapshot));
    expect(await namesFromSdk(url)).toEqual(snapshot.users.map(({ username }) => username));
    demo.interrupt();
    expect(await demo.ended).toBe(0);
  });
});

test('a Ctrl-C in the middle of the day ends it too', { timeout: 60_000 }, async () => {
  const demo = runDemo();
  await demo.printed('08:00  Okta     tests its credentials');
  demo.interrupt();
  expect(await demo.ended).toBe(0);
  expect(demo.output()).not.toContain('Proof');
});

async function read<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** The rows of the printed table that starts with `heading`. */
function table(output: string, heading: string): readonly string[] {
  const [, rest = ''] = output.split(`\n${heading}`);
  return rest.split('\n\n')[0]!.split('\n').slice(2);
}

function printedCalls(output: string): Readonly<Record<string, number>> {
  const rows = table(output, 'Connect calls of the day').map((row) => row.trim().split(/\s{2,}/));
  return Object.fromEntries(rows.map(([operation, calls]) => [operation!, Number(calls)]));
}

function callsIn(journal: readonly JournalEntry[]): Readonly<Record<string, number>> {
  const byOperation = Map.groupBy(journal, ({ operation }) => operation);
  return Object.fromEntries([...byOperation].map(([operation, { length }]) => [operation, length]));
}

/** Without the second column, which is not Connect's: what the bridge thinks of the user. */
function printedUsers(output: string): readonly (readonly string[])[] {
  return table(output, 'Users in Amazon Connect at the end of the day')
    .map((row) => row.trim().split(/\s{2,}/))
    .map(([username, _lifecycle, ...rest]) => [username!, ...rest]);
}

function usersIn({ users }: InstanceSnapshot): readonly (readonly string[])[] {
  return users.map(({ username, routingProfile, securityProfiles, hierarchy }) => [
    username,
    routingProfile,
    securityProfiles.join(' + '),
    ...(hierarchy.length > 0 ? [hierarchy.join('/')] : []),
  ]);
}

/** As any program with the AWS SDK reads them; the SDK waits where the quota makes it. */
async function namesFromSdk(endpoint: string): Promise<readonly string[]> {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const client = new ConnectClient({ endpoint, region: 'eu-west-2', credentials, maxAttempts: 10 });
  const { UserSummaryList = [] } = await client.send(new ListUsersCommand({ InstanceId: INSTANCE_ID }));
  const users = await Promise.all(
    UserSummaryList.map(({ Id }) =>
      client.send(new DescribeUserCommand({ InstanceId: INSTANCE_ID, UserId: Id })),
    ),
  );
  client.destroy();
  return users.map(({ User }) => User?.Username ?? '').toSorted();
}
