import { isUnchanged, names, OUTCOMES, roomInWords } from './what-if.ts';
import type { InstanceChanges, Outcome, WhatIfReply } from './what-if.ts';

/** The comparison as a comment for a pull request. */
export function whatIfMarkdown({ directory, activeVersion, instances }: WhatIfReply): readonly string[] {
  const than = activeVersion === null ? 'no active mapping' : `active version ${activeVersion}`;
  return [
    `## Mapping of directory \`${directory}\`, compared with ${than}`,
    ...instances.flatMap((one) => ['', `### Instance \`${one.instance}\``, '', ...instanceParts(one)]),
  ];
}

function instanceParts(one: InstanceChanges): readonly string[] {
  const { usersInConnect: users, held, room } = one;
  return [
    ...held.map(
      ({ effect, users: reached, limit }) =>
        `> **Would be held for approval**: ${effect} of ${reached} users, where ${limit} may pass.\n`,
    ),
    ...(isUnchanged(one) ? ['Nobody changes.', ''] : []),
    ...outcomeTable(one),
    ...table('Changed field', 'Users', one.changedByField.map(row)),
    ...table('Changed by rule', 'Users', one.changedByRule.map(row)),
    ...table('Parked because', 'Users', one.parkedBecause.map(row)),
    ...profileTable(one),
    ...headTable(one),
    `Users in Connect: ${users.before} → ${users.after} (${roomInWords(room)}).`,
  ];
}

function outcomeTable(one: InstanceChanges): readonly string[] {
  const outcomes = (Object.keys(OUTCOMES) as Outcome[]).filter((outcome) => one[outcome].users > 0);
  return table(
    'Outcome',
    'Users',
    outcomes.map((outcome) => row({ name: OUTCOMES[outcome], ...one[outcome] })),
  );
}

function row(people: { readonly name: string; readonly users: number; readonly listed: readonly string[] }) {
  return [people.name, `${people.users}: ${names(people)}`];
}

function profileTable({ securityProfiles }: InstanceChanges): readonly string[] {
  const rows = securityProfiles.flatMap(({ name, gain, lose }) => [
    ...(gain.users > 0 ? [row({ name: `${name}, gained by`, ...gain })] : []),
    ...(lose.users > 0 ? [row({ name: `${name}, lost by`, ...lose })] : []),
  ]);
  return table('Security profile', 'Users', rows);
}

function headTable({ routingProfiles }: InstanceChanges): readonly string[] {
  const rows = routingProfiles.map(({ name, before, after }) => [name, `${before} → ${after}`]);
  return table('Routing profile', 'Users before → after', rows);
}

function table(first: string, second: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const lines = rows.map((cells) => `| ${cells.map(escaped).join(' | ')} |`);
  return [`| ${first} | ${second} |`, '|---|---|', ...lines, ''];
}

/** Names come from the identity provider and must stay text. */
function escaped(text: string): string {
  return text.replace(/[\\|<>`*_[\]@\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
