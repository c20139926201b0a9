import type { InstanceSnapshot, JournalEntry } from '../../simulator/simulator.ts';
import { listUsers } from '../../sync/admin.ts';
import { askBridge } from '../admin-client.ts';
import { renderHeld, renderStatus } from '../output.ts';
import type { HeldItem, StatusReply } from '../output.ts';
import type { Step } from './day.ts';
import type { Consequences, UserChange } from './observer.ts';
import type { Paper } from './paper.ts';
import type { Reply } from './replay.ts';
import type { Stage } from './stage.ts';

/** What a step led to stands below its words, behind the time and whose step it is. */
const MARGIN = ' '.repeat(16);

export function reportStep(paper: Paper, step: Step, replies: readonly Reply[], led: Consequences): void {
  paper.line(`${step.at}  ${step.who.padEnd(9)}${step.say}`, 'bold');
  const answers = counted(replies.map(({ method, status }) => `${method} ${status}`));
  if (step.directory) paper.line(`${MARGIN}answered: ${answers}`, 'dim');
  for (const { status, detail } of replies)
    if (status >= 400) paper.line(`${MARGIN}refused: ${detail}`, 'yellow');
  reportConsequences(paper, led);
}

export function reportConsequences(paper: Paper, { changes, waiting, calls }: Consequences): void {
  for (const { username, text } of changes)
    paper.line(`${MARGIN}${text.startsWith('create ') ? text : `${username}: ${text}`}`);
  for (const { userName, why } of waiting) paper.line(`${MARGIN}${userName} is ${why}`, 'yellow');
  paper.line(`${MARGIN}Connect calls: ${callsInWords(calls)}`, 'dim');
}

/** Refused calls are named, since they cost quota too. */
export function callsInWords(calls: readonly JournalEntry[]): string {
  return (
    counted(calls.map((call) => `${call.operation}${call.status === 200 ? '' : ` (${call.errorType})`}`)) ||
    'none'
  );
}

function counted(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, { length }]) => (length > 1 ? `${word} ×${length}` : word)).join(', ');
}

/** Everybody whom Connect has, those who are not the bridge's included. */
export async function reportUsers(paper: Paper, { runtime, simulator }: Stage): Promise<void> {
  for (const { alias, config } of runtime.instances.values()) {
    const snapshot: InstanceSnapshot = simulator.operator.snapshot(config.instanceId);
    const { items } = await listUsers(runtime, { limit: 1_000 });
    const links = new Map<string | null, (typeof items)[number]>(
      items.filter(({ instance }) => instance === alias).map((link) => [link.connectUserId, link]),
    );
    const row = (user: InstanceSnapshot['users'][number]) => [
      user.username,
      links.get(user.id)?.lifecycle ?? 'not ours',
      user.routingProfile,
      user.securityProfiles.join(' + '),
      user.hierarchy.join('/'),
    ];
    paper.heading(`Users in Amazon Connect at the end of the day (instance ${alias})`);
    paper.table([
      ['USERNAME', 'LIFECYCLE', 'ROUTING PROFILE', 'SECURITY PROFILES', 'HIERARCHY'],
      ...snapshot.users.map(row),
    ]);
  }
}

export interface Refusal {
  readonly at: string;
  readonly who: string;
  readonly detail: string;
}

/** Who is not as the identity provider wants, and the way out. */
export async function reportExceptions(
  paper: Paper,
  { runtime }: Stage,
  refusals: readonly Refusal[],
): Promise<void> {
  paper.heading('Refused, parked and held');
  for (const { at, who, detail } of refusals) paper.line(`  ${at} ${who} was refused: ${detail}`);
  const { items } = await listUsers(runtime, { sync: 'parked', limit: 1_000 });
  for (const { userName, reason } of items) {
    paper.line(`  ${userName} is parked: ${reason?.detail ?? ''}`);
    paper.line(`    ${reason?.remedy ?? ''}`);
  }
  const { adminSocket } = runtime.config;
  const held = await askBridge<{ items: readonly HeldItem[] }>(adminSocket, { method: 'GET', path: 'held' });
  reportCommand(paper, 'held', renderHeld(held.items));
}

export async function reportStatus(paper: Paper, { runtime }: Stage): Promise<void> {
  const { adminSocket } = runtime.config;
  const status = await askBridge<StatusReply>(adminSocket, { method: 'GET', path: 'status' });
  reportCommand(paper, 'status', renderStatus({ ...status, held: [] }));
}

function reportCommand(paper: Paper, command: string, lines: readonly string[]): void {
  paper.heading(`$ npm run -s bridge -- ${command}`);
  for (const line of lines) paper.line(`  ${line}`);
}

/** Calls of the whole day by operation. */
export function reportCalls(paper: Paper, calls: readonly JournalEntry[]): void {
  paper.heading('Connect calls of the day');
  const byOperation = [...Map.groupBy(calls, ({ operation }) => operation)].sort(([one], [other]) =>
    one.localeCompare(other),
  );
  paper.table([
    ['OPERATION', 'CALLS', 'REFUSED', 'THROTTLED'],
    ...byOperation.map(([operation, ofOperation]) => [
      operation,
      String(ofOperation.length),
      String(ofOperation.filter(({ status }) => status !== 200 && status !== 429).length),
      String(ofOperation.filter(({ status }) => status === 429).length),
    ]),
  ]);
}

/** From the request that ends access to Connect having taken it away. */
export function reportRevocations(
  paper: Paper,
  changes: readonly UserChange[],
  suspendProfile: string,
): void {
  const revocations = changes.filter(({ text }) => text.endsWith(`→ ${suspendProfile}`));
  paper.heading('Time to revoke (request received → Connect accepted the removal)');
  paper.table(revocations.map(({ username, tookMs }) => [username, `${(tookMs / 1000).toFixed(2)} s`]));
  paper.line(
    '  (who loses the last group may be half way through a move: that waits settleSeconds, here 1 s)',
  );
}
