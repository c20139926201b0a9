/** A statement of a transaction that changed something. */
export interface Written {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a transaction stands for, in the words of the reconciler. */
export function commitName(statements: readonly Written[]): string {
  const actions = [...new Set(statements.flatMap(auditAction))];
  const [, work] = WORK.find(([isIt]) => statements.some(isIt)) ?? [];
  const parts = [...(work ? [work] : []), ...actions];
  return `${parts.length === 0 ? tablesOf(statements).join(', ') : parts.join(', ')} committed`;
}

/** The first that fits names the work that was done. Audited actions speak for themselves. */
const WORK: readonly (readonly [(statement: Written) => boolean, string])[] = [
  [(one) => isClaim(one, 'plan'), 'plan'],
  [(one) => isClaim(one, 'apply'), 'claim'],
  [({ sql }) => /^(update|delete from) "fan_out"/.test(sql), 'fan-out batch'],
  [(one) => auditAction(one).length > 0, ''],
  [(one) => inserted(one, 'link', 'creating') !== null, 'create announced'],
  [({ sql }) => sql.startsWith('delete from "work_item"'), 'settle'],
  [({ sql }) => sql.startsWith('insert into "link"'), 'learnt'],
  [({ sql, parameters }) => sql.startsWith('update "work_item"') && parameters[0] === 'plan', 'back to plan'],
];

function isClaim({ sql, parameters }: Written, stage: string): boolean {
  return sql.startsWith('update "work_item" set "lease_until"') && parameters.includes(stage);
}

function auditAction(statement: Written): readonly string[] {
  const action = inserted(statement, 'audit', 'action');
  return typeof action === 'string' ? [action] : [];
}

/** The value of a column of the row that is inserted; null when it is another statement. */
function inserted({ sql, parameters }: Written, table: string, column: string): unknown {
  const columns = new RegExp(`^insert into "${table}" \\(([^)]*)\\)`).exec(sql)?.[1]?.split(', ') ?? [];
  return parameters[columns.indexOf(`"${column}"`)] ?? null;
}

function tablesOf(statements: readonly Written[]): readonly string[] {
  return [
    ...new Set(
      statements.flatMap(({ sql }) => /^(?:insert into|update|delete from) "(\w+)"/.exec(sql)?.[1] ?? []),
    ),
  ];
}
