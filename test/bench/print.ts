import type { MappingRate } from './mapping.ts';
import type { MemberChange, Rate } from './scim.ts';
import type { SyncResult } from './sync/scenarios.ts';
import type { WhatIfTime } from './what-if.ts';

export function printRates(rates: readonly Rate[]): void {
  print([
    ['', 'floor/s', 'bridge/s', 'ratio', 'aim', 'floor CPU', 'bridge CPU'],
    ...rates.map(({ name, floor, bridge, aim }) => [
      name,
      floor ? whole(floor.perSecond) : '–',
      whole(bridge.perSecond),
      floor ? (bridge.perSecond / floor.perSecond).toFixed(2) : '–',
      aim === null ? '–' : `≥ ${aim.toFixed(2)}`,
      floor ? `${whole(floor.cpuUs)} µs` : '–',
      `${whole(bridge.cpuUs)} µs`,
    ]),
  ]);
}

export function printMembers(changes: readonly MemberChange[]): void {
  const [smallest] = changes;
  print([
    ['members', 'floor add', 'remove', 'bridge add', 'remove', 'add, to smallest', 'aim'],
    ...changes.map(({ members, floor, bridge }) => [
      whole(members),
      ms(floor.add),
      ms(floor.remove),
      ms(bridge.add),
      ms(bridge.remove),
      (bridge.add / smallest!.bridge.add).toFixed(2),
      '≤ 1.10',
    ]),
  ]);
}

export function printMapping(rates: readonly MappingRate[]): void {
  print([
    ['forty rules', 'users/s', 'aim', 'mapped', 'heap MiB'],
    ...rates.map(({ pass, usersPerSecond, mapped, heapMiB }) => [
      pass,
      whole(usersPerSecond),
      '≥ 50,000',
      whole(mapped),
      whole(heapMiB),
    ]),
  ]);
}

export function printWhatIf({ users, seconds, cpuSeconds, rss }: WhatIfTime): void {
  print([
    ['what-if', 'users', 's', 'CPU s', 'MiB before', 'at most'],
    [
      'plan --mapping',
      whole(users),
      seconds.toFixed(1),
      cpuSeconds.toFixed(1),
      whole(rss.before),
      whole(rss.most),
    ],
  ]);
}

export function printRss(mib: {
  readonly floor: number;
  readonly bridge: number;
  readonly bridgeAtStart: number;
}) {
  print([
    ['RSS', 'floor', 'bridge', 'bridge at start'],
    ['MiB', whole(mib.floor), whole(mib.bridge), whole(mib.bridgeAtStart)],
  ]);
}

/** Aims: calls as few as possible, makespan ≤ 1.03 × bound, single leavers p95 < 5 s. */
export function printSync(results: readonly SyncResult[]): void {
  print([
    [
      'sync',
      'calls',
      'least',
      'makespan',
      'bound',
      'ratio',
      '429',
      'revoke p50',
      'p95',
      'approved, all',
      'took',
    ],
    ...results.map((one) => [
      one.name,
      whole(one.calls),
      whole(one.leastCalls),
      `${whole(one.makespanS)} s`,
      `${whole(one.boundS)} s`,
      (one.makespanS / one.boundS).toFixed(2),
      whole(one.throttled),
      secondsOr(one.revokeP50S),
      secondsOr(one.revokeP95S),
      secondsOr(one.approvedAllS),
      `${one.tookS.toFixed(0)} s`,
    ]),
  ]);
}

function secondsOr(seconds: number | null): string {
  return seconds === null ? '–' : `${seconds.toFixed(1)} s`;
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
